import { describe, expect, it } from 'vitest';
import { BURST_SPAN_MS } from './burst.ts';
import { CARRIED } from './open-work.ts';
import { againAfterMs, PACE, type Pace } from './pace.ts';
import { openRinger } from './ring.ts';
import { waitNamed } from './wait.fixture.ts';

const NOW = 1_800_000_000_000;
const AGAIN = PACE.againAfterMs.routing;
const ringing = (pace: Partial<Pace> = {}) => openRinger('routing', { ...PACE, ...pace });
const names = (waits: { eventId: string }[]): string[] => waits.map(({ eventId }) => eventId);

describe('ringing a worker', () => {
  it('rings what began at once, in order, and not again until its answer is overdue', () => {
    const ringer = ringing();
    for (const name of ['a', 'b', 'c']) ringer.begin(waitNamed(name), NOW);
    expect(names(ringer.due(NOW))).toEqual(['a', 'b', 'c']);
    expect(ringer.due(NOW + AGAIN - 1)).toEqual([]);
    expect(names(ringer.due(NOW + AGAIN))).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });

  it('rings again with growing pauses, up to the longest', () => {
    const ringer = ringing();
    ringer.begin(waitNamed('a'), NOW);
    let at = NOW;
    const pauses: number[] = [];
    for (let ring = 0; ring < 12; ring += 1) {
      expect(ringer.due(at)).toHaveLength(1);
      pauses.push(ringer.nextMs(at) - at);
      at = ringer.nextMs(at);
    }
    expect(pauses.slice(0, 4)).toEqual([AGAIN, 2 * AGAIN, 4 * AGAIN, 8 * AGAIN]);
    expect(pauses.at(-1)).toBe(PACE.againAfterMsMax);
    expect(againAfterMs(PACE, 'callback', 1)).toBe(30_000);
  });

  it('never rings what has ended, wherever it stood', () => {
    const ringer = ringing();
    const [ready, rung, later] = [waitNamed('ready'), waitNamed('rung'), waitNamed('later', { kind: 'expire', dueMs: NOW + 10 })];
    ringer.begin(rung, NOW);
    ringer.due(NOW);
    ringer.begin(ready, NOW);
    ringer.begin(later, NOW);
    for (const wait of [ready, rung, later]) ringer.end(wait, NOW);
    expect(ringer.due(NOW + 10 * AGAIN)).toEqual([]);
    expect(ringer.counts()).toEqual({ inFlight: 0, ready: 0, later: 0 });
    ringer.end(rung, NOW);
    expect(ringer.counts()).toEqual({ inFlight: 0, ready: 0, later: 0 });
  });

  it('rings a timer at its millisecond, also one that is longer away than 2^31 ms', () => {
    const ringer = ringing();
    const dueMs = NOW + 2 ** 31 + 5;
    ringer.begin(waitNamed('far', { kind: 'expire', dueMs }), NOW);
    expect(ringer.nextMs(NOW)).toBe(dueMs);
    expect(ringer.due(dueMs - 1)).toEqual([]);
    expect(names(ringer.due(dueMs))).toEqual(['far']);
  });

  it('rings what has come due in turns with what is new, so that no deadline waits behind a burst of requests', () => {
    const ringer = ringing({ windowItems: 4 });
    for (let n = 0; n < 50; n += 1) ringer.begin(waitNamed(`new${n}`), NOW);
    for (const [n, name] of ['x', 'y', 'z'].entries()) ringer.begin(waitNamed(name, { kind: 'expire', dueMs: NOW + 1 + n }), NOW);
    expect(names(ringer.due(NOW + 3)).toSorted()).toEqual(['new0', 'new1', 'x', 'y']);
  });

  it('lets only a window of items go unanswered, and goes on as answers come', () => {
    const ringer = ringing({ windowItems: 2 });
    const waits = ['a', 'b', 'c', 'd'].map(name => waitNamed(name));
    for (const wait of waits) ringer.begin(wait, NOW);
    expect(names(ringer.due(NOW))).toEqual(['a', 'b']);
    expect(ringer.due(NOW + 1)).toEqual([]);
    expect(ringer.nextMs(NOW + 1)).toBe(NOW + AGAIN);
    ringer.end(waits[0]!, NOW);
    expect(names(ringer.due(NOW + 2))).toEqual(['c']);
  });

  it('does not let what nobody answers keep the others waiting', () => {
    const ringer = ringing({ windowItems: 2 });
    for (const name of ['stuck-1', 'stuck-2', 'next']) ringer.begin(waitNamed(name), NOW);
    expect(names(ringer.due(NOW))).toEqual(['stuck-1', 'stuck-2']);
    expect(names(ringer.due(NOW + AGAIN))).toEqual(['next', expect.any(String)]);
  });

  it('rings what the broker refused after a rest, and nothing meanwhile', () => {
    const ringer = ringing();
    ringer.begin(waitNamed('a'), NOW);
    ringer.refused(ringer.due(NOW), NOW);
    ringer.begin(waitNamed('b'), NOW);
    expect(ringer.due(NOW + PACE.refusedRestMs - 1)).toEqual([]);
    expect(ringer.nextMs(NOW)).toBe(NOW + PACE.refusedRestMs);
    expect(names(ringer.due(NOW + PACE.refusedRestMs)).toSorted()).toEqual(['a', 'b']);
  });

  it('rings all that was rung and is unanswered when the broker was reset, and no timer early', () => {
    const ringer = ringing();
    ringer.begin(waitNamed('work'), NOW);
    ringer.begin(waitNamed('timer', { kind: 'expire', dueMs: NOW + 10 }), NOW);
    ringer.begin(waitNamed('future', { kind: 'escalate', dueMs: NOW + 10_000 }), NOW);
    ringer.due(NOW);
    ringer.due(NOW + 10);
    ringer.again(NOW + 20);
    expect(names(ringer.due(NOW + 20)).toSorted()).toEqual(['timer', 'work']);
    expect(ringer.counts()).toEqual({ inFlight: 2, ready: 0, later: 3 });
  });

  it('leaves what another ring carries until that ring is overdue', () => {
    const ringer = openRinger('callback', PACE);
    ringer.begin(waitNamed('resume', { kind: 'resume', dueMs: CARRIED }), NOW);
    expect(ringer.due(NOW)).toEqual([]);
    expect(names(ringer.due(NOW + PACE.againAfterMs.callback))).toEqual(['resume']);
  });

  it('rings a trickle while requests come in a burst, more as answers come, and catches up afterwards', () => {
    const ringer = ringing({ windowItems: 100, burstWindowItems: 5, burstPerSec: 1_000 });
    const waits = Array.from({ length: 300 }, (_, index) => waitNamed(`accept-${index}`));
    for (const wait of waits) ringer.begin(wait, NOW);
    expect(ringer.due(NOW)).toHaveLength(5);
    expect(ringer.due(NOW + 1)).toHaveLength(0);
    ringer.end(waits[0]!, NOW + 1);
    expect(ringer.due(NOW + 1)).toHaveLength(1);
    // It looks again by itself until the burst is over.
    let at = NOW + 1;
    while (ringer.due(at).length === 0) {
      expect(ringer.nextMs(at) - at).toBeLessThanOrEqual(BURST_SPAN_MS);
      at = ringer.nextMs(at);
    }
    expect(at).toBe(NOW + BURST_SPAN_MS);
    expect(ringer.counts().inFlight).toBe(100);
  });

  it('comes back from a snapshot with its time and its rings', () => {
    const ringer = ringing();
    ringer.restore(waitNamed('rung', { rings: 3 }), NOW + 7);
    ringer.restore(waitNamed('unrung'), 0);
    expect(names(ringer.due(NOW))).toEqual(['unrung']);
    const [again] = ringer.due(NOW + 7);
    expect(again).toMatchObject({ eventId: 'rung', rings: 4 });
  });
});
