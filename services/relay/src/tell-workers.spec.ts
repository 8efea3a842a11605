import type { WorkBatch } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { openFreshEvents } from './fresh-events.ts';
import { PACE } from './pace.ts';
import { openRinger } from './ring.ts';
import { openTelling } from './tell-workers.ts';
import type { WaitKind } from './open-work.ts';
import { waitNamed } from './wait.fixture.ts';

const NOW = 1_800_000_000_000;

/** A broker that confirms when it is told to. */
const slowBroker = () => {
  const sent: { items: number; confirm(): void }[] = [];
  const publishWork = (_worker: string, _kind: string, batch: WorkBatch): Promise<void> =>
    new Promise(confirm => sent.push({ items: batch.items.length, confirm }));
  return { sent, messaging: { publishWork } };
};

const open = () => {
  const { sent, messaging } = slowBroker();
  const ringers = {
    routing: openRinger('routing', PACE),
    notification: openRinger('notification', PACE),
    callback: openRinger('callback', PACE),
  };
  const clock = { ms: NOW };
  const ignore = () => undefined;
  const told: string[] = [];
  const telling = openTelling({
    messaging,
    ringers,
    fresh: openFreshEvents(),
    pace: PACE,
    relayId: 'r',
    nowMs: () => clock.ms,
    onRung: ignore,
    onTold: ({ kind }) => told.push(kind),
    onOverdue: ignore,
    onChanged: ignore,
    onRoom: () => ring(),
  });
  const ring = (): void => telling.ringAll(new Date(clock.ms).toISOString());
  const begin = (name: string, kind: WaitKind = 'gate'): void => {
    ringers.routing.begin(waitNamed(name.padStart(16, '0'), { kind }), clock.ms);
    ring();
  };
  return { sent, told, begin, ring, clock, telling };
};

describe('gathering what is to be told', () => {
  it('rings at once when nothing is on its way, and gathers the rest until the broker has confirmed', async () => {
    const { sent, begin } = open();
    for (const name of ['a', 'b', 'c']) begin(name);
    expect(sent.map(({ items }) => items)).toEqual([1]);
    sent[0]!.confirm();
    await new Promise(setImmediate);
    expect(sent.map(({ items }) => items)).toEqual([1, 2]);
  });

  it('waits only a moment for a broker that does not answer', () => {
    const { sent, begin, ring, clock, telling } = open();
    for (const name of ['a', 'b']) begin(name);
    const nextMs = telling.nextMs();
    expect(nextMs - NOW).toBeLessThanOrEqual(20);
    clock.ms = nextMs;
    ring();
    expect(sent.map(({ items }) => items)).toEqual([1, 1]);
    expect(telling.nextMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('what no event answers', () => {
  it('is over once the broker has it, and not before', async () => {
    const { sent, told, begin } = open();
    begin('a', 'afterReview');
    await new Promise(setImmediate);
    expect(told).toEqual([]);
    sent[0]!.confirm();
    await new Promise(setImmediate);
    expect(told).toEqual(['afterReview']);
  });

  it('is nothing that an event does answer', async () => {
    const { sent, told, begin } = open();
    begin('a');
    sent[0]!.confirm();
    await new Promise(setImmediate);
    expect(told).toEqual([]);
  });
});
