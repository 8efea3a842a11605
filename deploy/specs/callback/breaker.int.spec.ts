import type { RecordedEvent } from '@holdpoint/contracts';
import { startCallbackReceiver, type CallbackReceiver } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
let app: CallbackReceiver;
beforeAll(async () => {
  // What waits behind a breaker is given up when its whole schedule is over: here that is a while.
  world = await startCallback({
    CALLBACK_BREAKER_FAILURES: '3',
    CALLBACK_BREAKER_PAUSE_MS: '800',
    CALLBACK_SCHEDULE_SEC: '0,0.2,0.3,0.4,10',
  });
  app = await startCallbackReceiver();
});
afterAll(async () => {
  await world.close();
  await app.close();
});

const typesOf = (events: RecordedEvent[]) => events.map(({ type }) => type);
const callsOn = (path: string) => app.received.filter(call => call.path === path);
const to = (endpointId: string) => ({ private: { callback: endpointId } });

describe('a receiver that answers nobody', () => {
  it('is left alone for a while; what waits uses up no attempt, and reaches it once it is back', async () => {
    await world.register('dead', app.url('/dead'));
    app.script('/dead', ...Array.from({ length: 4 }, () => ({ status: 503 })));
    const first = await Promise.all(Array.from({ length: 3 }, () => world.ask(to('dead'))));
    for (const id of first) await world.approve(id);
    // Whose attempts they are differs: on a slow machine the first one fails again before the third is tried.
    await expect.poll(() => callsOn('/dead').length, { interval: 20 }).toBeGreaterThanOrEqual(3);
    const later = await world.ask(to('dead'));
    await world.approve(later);
    const [deferred] = await world.until(later, 'CallbackScheduled');
    expect(deferred!.data).toMatchObject({ reason: 'deferred' });
    const all = await Promise.all([...first, later].map(id => world.until(id, 'CallbackDelivered')));
    const attempts = all.flat().filter(({ type }) => type === 'CallbackAttemptFailed');
    expect(attempts).toHaveLength(4);
    expect(callsOn('/dead')).toHaveLength(8);
    expect(typesOf(all.at(-1)!)).not.toContain('CallbackExhausted');
  });

  it('gets what was held back as soon as it answers, not when its time comes', async () => {
    await world.register('back', app.url('/back'));
    app.script('/back', ...Array.from({ length: 4 }, () => ({ status: 503 })));
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.ask(to('back'))));
    for (const id of ids) await world.approve(id);
    const all = await Promise.all(ids.map(id => world.until(id, 'CallbackDelivered')));
    const early = all.filter(events => {
      const at = events.findIndex(({ type }) => type === 'CallbackDelivered');
      const before = events.slice(0, at).findLast(({ type }) => type === 'CallbackScheduled' || type === 'CallbackAttemptFailed');
      const due = (before?.data as { nextAttemptAt?: string } | undefined)?.nextAttemptAt;
      return before?.type === 'CallbackScheduled' && due !== undefined && (events[at]!.data as { at: string }).at < due;
    });
    expect(early.length).toBeGreaterThan(0);
    for (const events of all) expect(typesOf(events).filter(type => type === 'CallbackDelivered')).toHaveLength(1);
    expect(new Set(callsOn('/back').map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
  });

  it('delays nobody else', async () => {
    await world.register('silent', app.url('/silent'));
    app.script('/silent', ...Array.from({ length: 30 }, () => 'hang' as const));
    const silent = await Promise.all(Array.from({ length: 20 }, () => world.ask(to('silent'))));
    const fine = await world.ask({ private: { callback: { url: app.url('/fine') } } });
    for (const id of silent) await world.approve(id);
    await world.approve(fine);
    await world.until(fine, 'CallbackDelivered');
    const told = (await Promise.all(silent.map(world.events))).filter(events => events.some(({ type }) => type === 'CallbackDelivered'));
    expect(told.length).toBeLessThan(silent.length);
    expect(callsOn('/fine')).toHaveLength(1);
  });
});
