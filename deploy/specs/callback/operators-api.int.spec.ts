import { callback } from '@holdpoint/callback';
import { relay } from '@holdpoint/relay';
import { verifyWebhook } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { joinByInvitation, startCallbackReceiver, type CallbackReceiver } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

let world: RunningConsole;
let app: CallbackReceiver;
let services: RunningService[];
beforeAll(async () => {
  [world, app] = await Promise.all([startConsole(), startCallbackReceiver()]);
  const env = {
    HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8',
    CALLBACK_PORT: '0',
    CALLBACK_SCHEDULE_SEC: '0,0.1,0.1',
    CALLBACK_TIMEOUT_MS: '600',
    RELAY_PORT: '0',
  };
  services = [await callback.start(callback.readConfig(env), world.parts), await relay.start(relay.readConfig(env), world.parts)];
});
afterAll(async () => {
  for (const service of services.toReversed()) await service.close();
  await world.close();
  await app.close();
});

type Item = { id: string; kind: string; webhookId: string; endpointId: string; host: string; state: string; attempts: number };
type Page = { items: Item[]; nextCursor: string | null };
type Shown = Item & {
  lastAttempt: object;
  history: { what: string; errorClass?: string; responseExcerpt?: string; resolvedAddress?: string }[];
};
const list = (query: string) => world.json<Page>('GET', `/api/callbacks?${query}`);
const register = (id: string) => world.json<{ secret: string }>('POST', '/api/endpoints', { id, url: app.url(`/${id}`) });
const received = (path: string) => app.received.filter(call => call.path === path);

/** A decided approval whose answer goes to the endpoint. */
const decided = async (endpointId: string): Promise<string> => {
  const delivery = { source: 'custom' as const, callback: true, resume: { mode: 'none' as const }, upstreamExpiresAt: null };
  const id = await world.pending({ delivery, private: { callback: endpointId } });
  await world.json('POST', `/api/approvals/${id}/approve`, {});
  return id;
};
/** The list's entry, once it is in this state. */
const shown = async (id: string, state: string): Promise<Shown> => {
  for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 20) {
    const reply = await world.call('GET', `/api/callbacks/${id}`);
    const item = reply.ok ? ((await reply.json()) as Shown) : null;
    if (item?.state === state) return item;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`${id} is not ${state} within 8 s`);
};
const verifies = (call: CallbackReceiver['received'][number], secret: string): boolean => {
  try {
    return verifyWebhook({ headers: call.headers as Record<string, string>, rawBody: call.rawBody, secrets: [secret] }).id !== '';
  } catch {
    return false;
  }
};

describe('callbacks', () => {
  it('are listed with where they went and what came of it, newest first, page by page', async () => {
    await register('orders');
    const ids = [await decided('orders'), await decided('orders'), await decided('orders')];
    for (const id of ids) await shown(id, 'delivered');
    const first = await list('endpoint=orders&limit=2');
    const second = await list(`endpoint=orders&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toMatchObject({
      kind: 'decision',
      endpointId: 'orders',
      host: `127.0.0.1:${app.port}`,
      state: 'delivered',
      attempts: 1,
      lastAttempt: { status: 200, errorClass: null, resolvedAddress: '127.0.0.1' },
    });
    expect((await list('endpoint=elsewhere')).items).toEqual([]);
    expect((await world.call('GET', '/api/callbacks?cursor=nonsense')).status).toBe(400);
  });

  it('show every attempt and what the receiver said', async () => {
    await register('grumpy');
    app.script('/grumpy', { status: 500, body: 'database is down' }, { status: 200 });
    const id = await decided('grumpy');
    const { history } = await shown(id, 'delivered');
    expect(history).toMatchObject([
      { what: 'failed', status: 500, errorClass: 'http_500', responseExcerpt: 'database is down', resolvedAddress: '127.0.0.1' },
      { what: 'delivered', attempt: 2, status: 200 },
    ]);
  });

  it('that were given up are sent again by endpoint and time, the failed only, under their old ids', async () => {
    await register('weak');
    const from = new Date(Date.now() - 60_000).toISOString();
    const good = await decided('weak');
    await shown(good, 'delivered');
    app.script('/weak', ...Array.from({ length: 6 }, () => ({ status: 400 })));
    const failed = [await decided('weak'), await decided('weak')];
    for (const id of failed) await shown(id, 'exhausted');
    expect((await list('endpoint=weak&state=exhausted')).items.map(({ id }) => id)).toEqual(failed.toReversed());
    const to = new Date(Date.now() + 60_000).toISOString();
    const replayed = await world.json<Page>('POST', '/api/callbacks:replay', { endpointId: 'weak', from, to });
    expect(replayed.items.map(({ id }) => id)).toEqual(failed);
    for (const id of failed) await shown(id, 'delivered');
    const idsSent = received('/weak').map(({ headers }) => headers['webhook-id']);
    expect(new Set(idsSent).size).toBe(3);
    for (const { webhookId } of replayed.items) expect(idsSent.filter(id => id === webhookId)).toHaveLength(4);
    expect((await world.json<Page>('POST', '/api/callbacks:replay', { endpointId: 'weak', from, to })).items).toEqual([]);
    const all = await world.json<Page>('POST', '/api/callbacks:replay', { endpointId: 'weak', from, to, failedOnly: false });
    expect(all.items).toHaveLength(3);
  });

  it('are sent again by id, of this organisation only', async () => {
    await register('single');
    const id = await decided('single');
    await shown(id, 'delivered');
    expect((await world.call('POST', '/api/callbacks:replay', { ids: [id] })).status).toBe(202);
    await app.atLeast(received('/single').length);
    for (let waitedMs = 0; waitedMs < 5_000 && received('/single').length < 2; waitedMs += 20) await new Promise(r => setTimeout(r, 20));
    expect(new Set(received('/single').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(received('/single')).toHaveLength(2);
    expect((await world.call('POST', '/api/callbacks:replay', { ids: [`apr_${'a'.repeat(26)}`] })).status).toBe(404);
    expect((await world.call('POST', '/api/callbacks:replay', { ids: ['nonsense'] })).status).toBe(422);
    const foreign = await world.pending({ private: { callback: 'single' } }, {}, 'org_other');
    expect((await world.call('GET', `/api/callbacks/${foreign}`)).status).toBe(404);
  });
});

describe('an endpoint', () => {
  it('takes a test message on the way of decisions, and it is in the same list', async () => {
    const { secret } = await register('tested');
    const { id, webhookId } = await world.json<{ id: string; webhookId: string }>('POST', '/api/endpoints/tested/test');
    expect(await shown(id, 'delivered')).toMatchObject({ kind: 'endpoint.test', endpointId: 'tested', webhookId });
    const [call] = received('/tested');
    expect(verifies(call!, secret)).toBe(true);
    expect(JSON.parse(call!.rawBody.toString())).toMatchObject({ type: 'endpoint.test', data: { endpointId: 'tested' } });
    expect((await list('endpoint=tested')).items).toMatchObject([{ id, state: 'delivered' }]);
  });

  it('gets new keys; the previous ones sign too until the overlap is over, which can be at once', async () => {
    const before = await register('keyed');
    const sent = async () => {
      const { id } = await world.json<{ id: string }>('POST', '/api/endpoints/keyed/test');
      await shown(id, 'delivered');
      return received('/keyed').at(-1)!;
    };
    const next = await world.json<{ secret: string; previousKey: { until: string } }>('POST', '/api/endpoints/keyed/rotate', {});
    expect(Date.parse(next.previousKey.until) - Date.now()).toBeGreaterThan(86_300_000);
    const both = await sent();
    expect([before, next].map(({ secret }) => verifies(both, secret))).toEqual([true, true]);
    expect((await world.call('POST', '/api/endpoints/keyed/rotate', {})).status).toBe(409);
    const last = await world.json<{ secret: string }>('POST', '/api/endpoints/keyed/rotate', { overlapSec: 0 });
    const one = await sent();
    expect([before, next, last].map(({ secret }) => verifies(one, secret))).toEqual([false, false, true]);
    const listed = await world.json<object>('GET', '/api/endpoints');
    for (const { secret } of [before, next, last]) expect(JSON.stringify(listed)).not.toContain(secret);
    const { items } = await world.json<{ items: { sentence?: string }[] }>('GET', '/api/organization/history');
    expect(JSON.stringify(items)).toContain('got new signing keys');
  });

  it('that was disabled takes nothing until it is enabled again', async () => {
    await register('paused');
    expect((await world.call('DELETE', '/api/endpoints/paused')).status).toBe(204);
    expect((await world.call('POST', '/api/endpoints/paused/test')).status).toBe(409);
    expect((await world.call('POST', '/api/endpoints/paused/enable')).status).toBe(204);
    expect((await world.call('POST', '/api/endpoints/paused/test')).status).toBe(202);
    for (const verb of ['rotate', 'enable', 'test']) expect((await world.call('POST', `/api/endpoints/unknown/${verb}`)).status).toBe(404);
  });

  it('is for administrators to change, and for auditors to look at', async () => {
    const invited = { consoleUrl: world.url, token: world.credentials.personalAccessToken, email: 'op@example.test', name: 'Op' };
    const { email, password } = await joinByInvitation({ ...invited, roles: ['operator'] });
    const reply = await world.call('POST', '/api/sign-in', { email, password }, { origin: world.url });
    const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(reply.status).toBe(200);
    const asOperator = (method: string, path: string, body?: unknown) =>
      world.call(method, path, body, { cookie, origin: world.url, 'sec-fetch-site': 'same-origin' });
    expect((await asOperator('GET', '/api/callbacks')).status).toBe(403);
    expect((await asOperator('POST', '/api/endpoints/tested/rotate', {})).status).toBe(403);
    expect((await asOperator('POST', '/api/callbacks:replay', { ids: [`apr_${'a'.repeat(26)}`] })).status).toBe(403);
  });
});
