import { streamOf, type SettingsEvent } from '@holdpoint/contracts';
import { newId, sha256Hex } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expirePush } from '../../../services/console/src/settings/expire-push.ts';
import { aBrowser } from '../accounts/a-browser.ts';
import { aMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

type Step = { name: string; at: string | null };
const done = async () =>
  (await world.json<{ items: Step[] }>('GET', '/api/first-steps')).items.filter(({ at }) => at !== null).map(({ name }) => name);
const tenant = () => world.credentials.organizationId;
/** What another service would record. */
const append = async (stream: string, event: SettingsEvent) => {
  const how = { commandId: newId('cmd'), tenant: tenant(), actor: 'service:spec', recordedAt: world.parts.now() };
  const { position } = await world.parts.eventLog.handle<null, null, SettingsEvent>(
    { initial: null, evolve: () => null, decide: () => [event] },
    stream,
    null,
    how,
  );
  await world.parts.directory.atLeast(position!);
};

describe('the first steps', () => {
  it('are done by what happened, one after the other: not by what a new installation begins with', async () => {
    expect(await done()).toEqual([]);
    const at = world.parts.now();
    const { operatorId } = await world.json<{ operatorId: string }>('GET', '/api/me');
    const by = 'service:spec';
    const config = { botToken: '1:example' };
    await append(streamOf.organization(tenant()), {
      type: 'ChannelConnected',
      data: { channel: 'telegram', hookId: 'a'.repeat(26), by, at, private: { config } },
    });
    expect(await done()).toEqual(['channel']);
    const addressId = newId('adr');
    await append(streamOf.operator(operatorId), {
      type: 'ChannelAddressAdded',
      data: { operatorId, addressId, channel: 'telegram', at, private: { address: '4711' } },
    });
    expect(await done()).toEqual(['channel']);
    await append(streamOf.operator(operatorId), { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } });
    expect(await done()).toEqual(['channel', 'address']);
    const [key] = (await world.json<{ items: { id: string; usedAt: string | null }[] }>('GET', '/api/api-keys')).items;
    expect(key?.usedAt).toBeNull();
    await append(streamOf.agent('assistant'), { type: 'ApiKeyUsed', data: { agentId: 'assistant', keyId: key!.id, at } });
    expect(await done()).toEqual(['channel', 'address', 'key']);
    const id = await world.pending();
    await world.shown(id);
    expect(await done()).toEqual(['channel', 'address', 'key', 'request']);
    await world.json('POST', `/api/approvals/${id}/approve`, {});
    await world.shown(id, 'decided');
    expect(await done()).toEqual(['channel', 'address', 'key', 'request', 'decision']);
  });
});

describe('an API key', () => {
  const issue = (body: object) => world.json<{ id: string; apiKey: string; scopes: string[] }>('POST', '/api/api-keys', body);

  it('is rotated: the new one has the same scopes, the old one works until the overlap is over', async () => {
    const old = await issue({ agentId: 'assistant', mode: 'test', scopes: ['requests:read'] });
    type Rotated = { id: string; apiKey: string; scopes: string[]; previousKey: { id: string; until: string } };
    const next = await world.json<Rotated>('POST', `/api/api-keys/${old.id}/rotate`, { overlapSec: 3_600 });
    expect(next).toMatchObject({ scopes: ['requests:read'], previousKey: { id: old.id } });
    expect(Math.round((Date.parse(next.previousKey.until) - Date.now()) / 60_000)).toBe(60);
    const { directory } = world.parts;
    expect(directory.findApiKey(next.apiKey)).toMatchObject({ mode: 'test', scopes: ['requests:read'] });
    expect(directory.findApiKey(old.apiKey)).not.toBeNull();
    const again = await world.call('POST', `/api/api-keys/${old.id}/rotate`, {});
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'rotation_under_way']);
    const last = await world.json<Rotated>('POST', `/api/api-keys/${next.id}/rotate`, { overlapSec: 0 });
    expect(directory.findApiKey(next.apiKey)).toBeNull();
    expect(directory.findApiKey(last.apiKey)).not.toBeNull();
    expect((await world.call('POST', `/api/api-keys/${next.id}/rotate`, {})).status).toBe(409);
    expect((await world.call('POST', '/api/api-keys/nobody/rotate', {})).status).toBe(404);
  });
});

describe('an agent', () => {
  it('may be held to hosts for its callbacks; what is no host is named', async () => {
    const hosts = ['app.example.com', '*.example.org'];
    await world.json('PUT', '/api/agents/assistant/callback-hosts', { hosts });
    expect(world.parts.directory.agent('assistant')?.callbackHosts).toEqual(hosts);
    const reply = await world.call('PUT', '/api/agents/assistant/callback-hosts', { hosts: ['app.example.com', 'https://x'] });
    expect([reply.status, ((await reply.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([422, '/hosts/1']);
    expect((await world.call('PUT', '/api/agents/nobody/callback-hosts', { hosts: [] })).status).toBe(404);
  });
});

describe('what an organisation says of itself', () => {
  const profile = { name: 'Northwind', initials: 'NW', timeZone: 'Europe/Berlin', retentionNote: 'Seven years.' };

  it('shows everywhere its name does, and is in the history', async () => {
    await world.json('PUT', '/api/organization/profile', { profile });
    expect(await world.json('GET', '/api/organization')).toMatchObject({ name: 'Northwind', profile: { initials: 'NW' } });
    expect(await world.json('GET', '/api/me')).toMatchObject({ organization: { name: 'Northwind' } });
    const { items } = await world.json<{ items: { summary: string }[] }>('GET', '/api/organization/history');
    expect(items[0]?.summary).toBe('The organisation’s profile was set: Northwind, Europe/Berlin.');
  });

  it('names the field that cannot be used, and is for administrators', async () => {
    const refused = async (more: object) => {
      const reply = await world.call('PUT', '/api/organization/profile', { profile: { ...profile, ...more } });
      return [reply.status, ((await reply.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer];
    };
    expect(await refused({ timeZone: 'Europe/Atlantis' })).toEqual([422, '/profile/timeZone']);
    expect(await refused({ initials: 'LONG' })).toEqual([422, '/profile/initials']);
    const senior = await aMember(world, ['senior']);
    expect((await world.call('PUT', '/api/organization/profile', { profile }, senior.headers)).status).toBe(403);
  });
});

describe('what comes from notifications of browsers', () => {
  it('is taken from the session of their browser only', async () => {
    const reply = await world.call('POST', '/api/push/press', { handle: 'hp1example' });
    expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([403, 'session_required']);
    expect((await world.call('POST', '/api/push/receipts', { correlation: 'x', status: 'shown' })).status).toBe(403);
  });
});

describe('a browser that is told of requests', () => {
  it('is told no longer when nobody opened the console in it for three months; one that is in use stays', async () => {
    const owner = aBrowser(world);
    const { email, password } = world.credentials;
    const { operatorId } = await owner.json<{ operatorId: string }>('POST', '/api/sign-in', { email, password });
    const longAgo = new Date(Date.now() - 100 * 86_400_000).toISOString();
    const endpoints = { inUse: 'https://push.example.test/in-use', left: 'https://push.example.test/left' };
    const ids = { inUse: newId('adr'), left: newId('adr') };
    for (const name of ['inUse', 'left'] as const) {
      const added = { operatorId, addressId: ids[name], at: longAgo };
      const hidden = { address: endpoints[name], route: JSON.stringify({ p256dh: 'p', auth: 'a', key: 'k', name }) };
      await append(streamOf.operator(operatorId), { type: 'ChannelAddressAdded', data: { ...added, channel: 'push', private: hidden } });
      await append(streamOf.operator(operatorId), { type: 'ChannelAddressVerified', data: added });
    }
    const events = async () => (await world.parts.eventLog.load(streamOf.operator(operatorId))).events;
    const used = async () => (await events()).filter(({ type }) => type === 'ChannelAddressUsed').map(({ data }) => data);
    for (const fingerprint of [
      sha256Hex(endpoints.inUse),
      sha256Hex(endpoints.inUse),
      sha256Hex('https://push.example.test/of-a-stranger'),
    ])
      expect((await owner.call('POST', '/api/push/used', { fingerprint })).status).toBe(204);
    // Once a day, and never for what is not one's own.
    expect(await used()).toMatchObject([{ addressId: ids.inUse }]);
    const shown = async () =>
      (await owner.json<{ items: { id: string; channel: string; lastUsedAt: string | null }[] }>('GET', '/api/addresses')).items
        .filter(({ channel }) => channel === 'push')
        .map(({ id, lastUsedAt }) => [id, lastUsedAt === null]);
    expect(await shown()).toEqual([
      [ids.inUse, false],
      [ids.left, true],
    ]);
    expect(await expirePush(world.parts)).toBe(1);
    expect(await expirePush(world.parts)).toBe(0);
    expect(await shown()).toEqual([[ids.inUse, false]]);
    expect((await events()).at(-1)).toMatchObject({ type: 'ChannelAddressDisabled', data: { addressId: ids.left, reason: 'unused' } });
  });
});
