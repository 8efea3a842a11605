import { type Decision, type RecordedEvent } from '@holdpoint/contracts';
import { verifyWebhook } from '@holdpoint/sealing';
import { startCallbackReceiver } from '@holdpoint/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
beforeAll(async () => {
  world = await startCallback();
});
afterAll(() => world.close());

const typesOf = (events: RecordedEvent[]) => events.map(({ type }) => type);
const receivedOn = (path: string) => world.app.received.filter(call => call.path === path);

describe('a decision', () => {
  it('reaches the app at once, signed in both ways, as the bytes that were signed', async () => {
    const id = await world.ask({ path: '/first' });
    await world.approve(id, 'goes through');
    const events = await world.until(id, 'CallbackDelivered');
    expect(typesOf(events)).toEqual(['CallbackDelivered']);

    const [call] = receivedOn('/first');
    const headers = call!.headers as Record<string, string>;
    const { secret, publicKey } = world.keys;
    expect(verifyWebhook({ headers, rawBody: call!.rawBody, secrets: [secret] }).id).toBe(headers['webhook-id']);
    expect(verifyWebhook({ headers, rawBody: call!.rawBody, publicKeys: [publicKey] }).id).toBe(headers['webhook-id']);
    expect(new Webhook(secret).verify(call!.rawBody, headers)).toMatchObject({ approvalId: id });
    const decision = JSON.parse(call!.rawBody.toString()) as Decision;
    expect(decision).toMatchObject({
      version: 1,
      decision: 'approved',
      approved: true,
      note: 'goes through',
      state: 'order=A-1',
      final: true,
    });
    expect(decision.receipt.split('.')).toHaveLength(3);
  });

  it('is tried again on the schedule under the same id, and a new timestamp, until it is taken', async () => {
    // A kept-alive connection that is reset is tried once more within the attempt, hence two resets for one failure, or for two where the
    // connection had ended before.
    world.app.script('/flaky', { status: 500, body: 'out of order' }, 'reset', 'reset', { status: 503 });
    const id = await world.ask({ path: '/flaky' });
    await world.reject(id);
    const events = await world.until(id, 'CallbackDelivered');
    const how = events.map(({ type, data }) => (type === 'CallbackAttemptFailed' ? (data as { errorClass: string }).errorClass : type));
    expect(how.join()).toMatch(/^http_500,(reset,){1,2}http_503,CallbackDelivered$/);
    expect(events[0]!.data).toMatchObject({ attempt: 1, status: 500, private: { responseExcerpt: 'out of order' } });
    expect(events[1]!.data).toMatchObject({ attempt: 2, status: null, resolvedAddress: '127.0.0.1' });
    expect(events.at(-1)!.data).toMatchObject({ attempt: events.length, status: 200, resolvedAddress: '127.0.0.1' });
    const calls = receivedOn('/flaky');
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(calls.map(({ rawBody }) => rawBody.toString())).size).toBe(1);
  });

  it('is given up after the last attempt, and the record says so', async () => {
    world.app.script('/broken', ...Array.from({ length: 9 }, () => ({ status: 500 })));
    const id = await world.ask({ path: '/broken' });
    await world.approve(id);
    const events = await world.until(id, 'CallbackExhausted');
    expect(typesOf(events)).toEqual([...Array.from({ length: 4 }, () => 'CallbackAttemptFailed'), 'CallbackExhausted']);
    expect(events.at(-1)!.data).toMatchObject({ attempts: 4, lastErrorClass: 'http_500' });
    expect(receivedOn('/broken')).toHaveLength(4);
  });

  it('is not tried again when the receiver is gone', async () => {
    world.app.script('/gone', { status: 410 });
    const id = await world.ask({ path: '/gone' });
    await world.approve(id);
    expect(typesOf(await world.until(id, 'CallbackExhausted'))).toEqual(['CallbackAttemptFailed', 'CallbackExhausted']);
  });

  it('waits as long as the receiver asks', async () => {
    world.app.script('/busy', { status: 429, headers: { 'retry-after': '3600' } });
    const id = await world.ask({ path: '/busy' });
    await world.approve(id);
    const [failed] = await world.until(id, 'CallbackAttemptFailed');
    const { at, nextAttemptAt } = failed!.data as { at: string; nextAttemptAt: string };
    expect(Date.parse(nextAttemptAt) - Date.parse(at)).toBe(3_600_000);
  });

  it('does not follow a redirect, and is not held by a body without an end', async () => {
    world.app.script('/moved', 'redirect', 'endless');
    const id = await world.ask({ path: '/moved' });
    await world.approve(id);
    const events = await world.until(id, 'CallbackDelivered');
    expect(events[0]!.data).toMatchObject({ status: 302, errorClass: 'redirect' });
    expect(receivedOn('/followed')).toEqual([]);
  });

  it('reaches other apps in time while one of them hangs', async () => {
    const hangs = await startCallbackReceiver();
    hangs.otherwise('hang');
    const slow = await Promise.all(Array.from({ length: 12 }, () => world.ask({ private: { callback: { url: hangs.url() } } })));
    const other = await startCallbackReceiver();
    const id = await world.ask({ private: { callback: { url: other.url() } } });
    for (const hanging of slow) await world.approve(hanging);
    await world.approve(id);
    await world.until(id, 'CallbackDelivered');
    const tried = (await Promise.all(slow.map(world.events))).filter(events => events.some(({ type }) => type === 'CallbackExhausted'));
    expect(tried.length).toBeLessThan(slow.length);
    await Promise.all([other.close(), hangs.close()]);
  });

  /** A callback that takes long on a busy machine is noted as under way as well. */
  const deliveriesOf = async (id: string) => (await world.events(id)).filter(({ type }) => type === 'CallbackDelivered');

  it('is sent once when it is rung twice, and not again after it was delivered', async () => {
    world.app.script('/twice', { status: 200, afterMs: 100 });
    const id = await world.ask({ path: '/twice' });
    await world.approve(id);
    await world.app.atLeast(1);
    await world.ringAgain(id);
    await world.until(id, 'CallbackDelivered');
    await world.ringAgain(id);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(receivedOn('/twice')).toHaveLength(1);
    expect(await deliveriesOf(id)).toHaveLength(1);
  });

  it('that was sent but could not be recorded is sent again under the same id, which the app recognises', async () => {
    world.app.script('/unrecorded', { status: 200, afterMs: 200 });
    const id = await world.ask({ path: '/unrecorded' });
    const seen = world.app.received.length;
    await world.approve(id);
    await world.app.atLeast(seen + 1);
    await world.stopStore();
    await new Promise(resolve => setTimeout(resolve, 2_500));
    await world.startStore();
    await eventually(() => world.ringAgain(id));
    await world.until(id, 'CallbackDelivered');
    const calls = receivedOn('/unrecorded');
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveriesOf(id)).toHaveLength(1);
  });

  it('names in the record why it could not be sent at all', async () => {
    const id = await world.ask({ private: { callback: 'nowhere' } });
    await world.approve(id);
    expect((await world.until(id, 'CallbackAttemptFailed'))[0]!.data).toMatchObject({ errorClass: 'endpoint_unknown', status: null });
  });
});

/** Repeats what fails while the log is coming back. */
const eventually = async (act: () => Promise<void>): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries >= 50) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
};
