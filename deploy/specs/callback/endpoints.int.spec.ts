import type { RecordedEvent } from '@holdpoint/contracts';
import { streamOf } from '@holdpoint/contracts';
import { newWebhookKeys, verifyWebhook } from '@holdpoint/sealing';
import { startCallbackReceiver, TENANT, type CallbackReceiver } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
let app: CallbackReceiver;
let watch: CallbackReceiver;
beforeAll(async () => {
  world = await startCallback({ CALLBACK_BREAKER_FAILURES: '3', CALLBACK_BREAKER_PAUSE_MS: '400' });
  [app, watch] = await Promise.all([startCallbackReceiver(), startCallbackReceiver()]);
  await world.register('watch', watch.url('/notices'), true);
});
afterAll(async () => {
  await world.close();
  await Promise.all([app.close(), watch.close()]);
});

const typesOf = (events: RecordedEvent[]) => events.map(({ type }) => type);
const callsOn = (path: string) => app.received.filter(call => call.path === path);
const to = (endpointId: string) => ({ private: { callback: endpointId } });
type Told = { type: string; data: Record<string, unknown> };
const noticesAbout = (key: string, value: unknown) =>
  watch.received.map(({ rawBody }) => JSON.parse(rawBody.toString()) as Told).filter(({ data }) => data[key] === value);
const eventually = async (holds: () => boolean) => {
  for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 10) {
    if (holds()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('it did not come true within 8 s');
};

describe('an endpoint', () => {
  it('gets both signatures while its keys change over, and only the new ones afterwards', async () => {
    const old = await world.register('rotating', app.url('/rotating'));
    const rotate = async (previousUntil: string) => {
      const { publicKey, ...keys } = newWebhookKeys();
      await world.settings({
        type: 'SigningSecretRotated',
        data: { endpointId: 'rotating', publicKey, previousUntil, by: 'ada', at: world.parts.now(), private: keys },
      });
      return { publicKey, ...keys };
    };
    const accepted = async (keys: { secret: string; publicKey: string }[]) => {
      const seen = callsOn('/rotating').length;
      const id = await world.ask(to('rotating'));
      await world.approve(id);
      await world.until(id, 'CallbackDelivered');
      const { headers, rawBody } = callsOn('/rotating')[seen]!;
      return keys.map(({ secret, publicKey }) =>
        [{ secrets: [secret] }, { publicKeys: [publicKey] }].every(held => {
          try {
            return verifyWebhook({ headers: headers as Record<string, string>, rawBody, ...held }).id !== '';
          } catch {
            return false;
          }
        }),
      );
    };
    const next = await rotate(new Date(Date.now() + 60_000).toISOString());
    expect(await accepted([old, next])).toEqual([true, true]);
    const last = await rotate(world.parts.now());
    expect(await accepted([old, next, last])).toEqual([false, false, true]);
  });

  it('that says 410 is disabled, those who watch are told, and it gets its callbacks when it is enabled again', async () => {
    await world.register('leaving', app.url('/leaving'));
    app.script('/leaving', { status: 410 });
    const gone = await world.ask(to('leaving'));
    await world.approve(gone);
    // On a busy machine it is noted before that it takes its time.
    expect(typesOf(await world.until(gone, 'CallbackExhausted')).filter(type => type !== 'CallbackScheduled')).toEqual([
      'CallbackAttemptFailed',
      'CallbackExhausted',
    ]);
    await expect.poll(() => world.parts.directory.endpoint(TENANT, 'leaving')).toMatchObject({ disabled: true });
    const { events } = await world.parts.eventLog.load(streamOf.organization(TENANT));
    expect(events.findLast(({ type }) => type === 'EndpointDisabled')).toMatchObject({
      data: { endpointId: 'leaving', reason: expect.stringMatching(/answered 410 Gone$/) as string },
      metadata: { actor: 'service:callback' },
    });
    await eventually(() => noticesAbout('endpointId', 'leaving').length === 2);
    expect(
      noticesAbout('endpointId', 'leaving')
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(['endpoint.disabled', 'message.attempt.exhausted']);

    const waiting = await world.ask(to('leaving'));
    await world.approve(waiting);
    expect((await world.until(waiting, 'CallbackAttemptFailed'))[0]!.data).toMatchObject({ errorClass: 'endpoint_disabled' });
    expect(callsOn('/leaving')).toHaveLength(1);
    await world.settings({ type: 'EndpointEnabled', data: { endpointId: 'leaving', by: 'ada', at: world.parts.now() } });
    await world.until(waiting, 'CallbackDelivered');
  });

  it('whose address came with the request is not disabled by a 410', async () => {
    app.script('/adhoc-gone', { status: 410 });
    const id = await world.ask({ private: { callback: { url: app.url('/adhoc-gone') } } });
    await world.approve(id);
    await world.until(id, 'CallbackExhausted');
    expect(world.parts.directory.endpoint(TENANT, 'default')).toMatchObject({ disabled: false });
  });
});

describe('a decision that was given up', () => {
  it('is told after all when somebody asks for it, under the same id, and those who watch hear of both', async () => {
    await world.register('broken', app.url('/broken'));
    app.script('/broken', { status: 400 }, { status: 400 }, { status: 400 }, { status: 400 });
    const id = await world.ask(to('broken'));
    await world.approve(id);
    const exhausted = (await world.until(id, 'CallbackExhausted')).at(-1)!;
    expect(exhausted.data).toMatchObject({ attempts: 4, endpointId: 'broken' });
    await world.replay(id);
    const events = await world.until(id, 'CallbackDelivered');
    expect(events.at(-1)!.data).toMatchObject({ attempt: 5, endpointId: 'broken', host: `127.0.0.1:${app.port}` });
    expect(new Set(callsOn('/broken').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await eventually(() => noticesAbout('approvalId', id).length === 2);
    expect(noticesAbout('approvalId', id)).toMatchObject([
      { type: 'message.attempt.exhausted', data: { endpointId: 'broken', attempts: 4, lastErrorClass: 'http_400' } },
      { type: 'message.attempt.recovered', data: { endpointId: 'broken', attempts: 5 } },
    ]);
  });

  it('is sent again when it had been delivered', async () => {
    const id = await world.ask({ private: { callback: { url: app.url('/again') } } });
    await world.approve(id);
    await world.until(id, 'CallbackDelivered');
    await world.replay(id);
    await eventually(() => callsOn('/again').length === 2);
    expect(new Set(callsOn('/again').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('a callback that takes its time', () => {
  it('is noted as under way, and recorded once it is done', async () => {
    app.script('/slow', { status: 200, afterMs: 500 });
    const id = await world.ask({ private: { callback: { url: app.url('/slow') } } });
    await world.approve(id);
    const events = await world.until(id, 'CallbackDelivered');
    expect(typesOf(events)).toEqual(['CallbackScheduled', 'CallbackDelivered']);
    expect(events[0]!.data).toMatchObject({ reason: 'deferred' });
    expect(events[1]!.data).toMatchObject({ attempt: 1 });
    expect(callsOn('/slow')).toHaveLength(1);
  });
});
