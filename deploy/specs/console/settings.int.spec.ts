import { defaultPolicy } from '@holdpoint/gate';
import { joinByInvitation } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

type Listed = { items: Record<string, unknown>[] };
const list = async (path: string) => (await world.json<Listed>('GET', path)).items;
const tenant = () => world.credentials.organizationId;

describe('settings', () => {
  it('show a change with the next read, and every change is an event by the one who made it', async () => {
    await world.json('POST', '/api/agents', { id: 'billing', name: 'Billing' });
    expect(await list('/api/agents')).toContainEqual(expect.objectContaining({ id: 'billing', name: 'Billing' }));
    const { events } = await world.parts.eventLog.load('agent-billing');
    const me = await world.json<{ operatorId: string }>('GET', '/api/me');
    expect(events.map(event => [event.type, event.metadata.actor])).toEqual([['AgentRegistered', `operator:${me.operatorId}`]]);
    expect((await world.call('POST', '/api/agents', { id: 'billing', name: 'Again' })).status).toBe(409);
  });

  it('give a key once; it works until it is revoked', async () => {
    const key = await world.json<{ id: string; apiKey: string }>('POST', '/api/api-keys', { agentId: 'assistant', mode: 'test' });
    expect(world.parts.directory.findApiKey(key.apiKey)).toMatchObject({ agentId: 'assistant', mode: 'test' });
    expect(JSON.stringify(await list('/api/api-keys'))).not.toContain(key.apiKey);
    expect((await world.call('DELETE', `/api/api-keys/${key.id}`)).status).toBe(204);
    expect(world.parts.directory.findApiKey(key.apiKey)).toBeNull();
    expect((await world.call('DELETE', `/api/api-keys/${key.id}`)).status).toBe(204);
  });

  it('give a token once; it signs a script in until it is revoked', async () => {
    const token = await world.json<{ id: string; token: string }>('POST', '/api/tokens', {});
    const headers = { authorization: `Bearer ${token.token}` };
    expect((await world.call('GET', '/api/me', undefined, headers)).status).toBe(200);
    expect((await world.call('DELETE', `/api/tokens/${token.id}`)).status).toBe(204);
    expect((await world.call('GET', '/api/me', undefined, headers)).status).toBe(401);
  });

  it('let everybody have access tokens of their own, and nobody but admins and owners touch another’s', async () => {
    const [viewer, other] = [await aMember(world, ['viewer']), await aMember(world, ['operator'])];
    const issued = await world.call('POST', '/api/tokens', {}, viewer.headers);
    const mine = (await issued.json()) as { id: string; token: string };
    const listed = async (headers: Record<string, string>) => {
      const reply = await world.call('GET', '/api/tokens', undefined, headers);
      return ((await reply.json()) as { items: { id: string; operatorId: string; revoked: boolean }[] }).items;
    };
    expect((await listed(viewer.headers)).map(({ operatorId }) => operatorId)).toEqual([viewer.operatorId, viewer.operatorId]);
    expect((await listed(other.headers)).some(({ id }) => id === mine.id)).toBe(false);
    expect((await world.call('DELETE', `/api/tokens/${mine.id}`, undefined, other.headers)).status).toBe(404);
    expect((await world.call('GET', '/api/me', undefined, { authorization: `Bearer ${mine.token}` })).status).toBe(200);
    expect((await world.call('DELETE', `/api/tokens/${mine.id}`, undefined, viewer.headers)).status).toBe(204);
    expect((await world.call('GET', '/api/me', undefined, { authorization: `Bearer ${mine.token}` })).status).toBe(401);

    const [theirs] = await listed(other.headers);
    expect((await world.call('DELETE', `/api/tokens/${theirs!.id}`)).status).toBe(204);
    expect((await world.call('GET', '/api/me', undefined, other.headers)).status).toBe(401);
  });

  it('invite a member, who chooses the password: none is handed over, and nobody is a member before', async () => {
    const body = { email: 'Sam@example.test', name: 'Sam', roles: ['senior'] };
    const invited = await world.json<object>('POST', '/api/members', body);
    expect(Object.keys(invited)).toEqual(['id', 'email', 'name', 'roles', 'teams', 'expiresAt', 'link', 'mailed']);
    const seniors = () => world.parts.directory.operatorsWith(tenant(), { roles: ['senior'], operators: [] });
    expect(seniors()).toEqual([]);
    const { email, password } = await joinByInvitation({
      consoleUrl: world.url,
      token: world.credentials.personalAccessToken,
      ...body,
    });
    expect((await world.call('POST', '/api/sign-in', { email: email.toLowerCase(), password }, {})).status).toBe(200);
    expect((await world.call('POST', '/api/members', { ...body, email: 'sam@example.test' })).status).toBe(409);
    expect(seniors()).toMatchObject([{ name: 'Sam' }]);
    expect(JSON.stringify(await list('/api/members'))).not.toContain(password);
  });

  it('register an endpoint with keys of its own, and keep them when its URL changes', async () => {
    const made = await world.json<{ publicKey: string; secret: string }>('POST', '/api/endpoints', {
      id: 'orders',
      url: 'https://a.example.test/hook',
    });
    expect(made.secret).toMatch(/^whsec_/);
    const moved = await world.json<{ publicKey: string; secret?: string }>('POST', '/api/endpoints', {
      id: 'orders',
      url: 'https://b.example.test/hook',
    });
    expect(moved).toEqual({ id: 'orders', url: 'https://b.example.test/hook', publicKey: made.publicKey });
    expect(world.parts.directory.endpoint(tenant(), 'orders')).toMatchObject({ url: 'https://b.example.test/hook', secret: made.secret });
    expect(JSON.stringify(await list('/api/endpoints'))).not.toContain(made.secret);
    expect((await world.call('DELETE', '/api/endpoints/orders')).status).toBe(204);
    expect(await list('/api/endpoints')).toContainEqual(expect.objectContaining({ id: 'orders', disabled: true }));
  });

  it('never show the key of a connection again', async () => {
    const server = { provider: 'openai.assistants', baseUrl: 'https://example.test/v1', apiKey: 'sk-very-secret' };
    const connection = { id: 'openai_main', ...server, untested: true };
    expect(JSON.stringify(await world.json('POST', '/api/connections', connection))).not.toContain('sk-very-secret');
    expect(JSON.stringify(await list('/api/connections'))).not.toContain('sk-very-secret');
    expect(world.parts.directory.connection(tenant(), 'openai_main')?.apiKey).toBe('sk-very-secret');
    expect((await world.call('DELETE', '/api/connections/openai_main')).status).toBe(204);
    expect(world.parts.directory.connection(tenant(), 'openai_main')).toBeNull();
  });

  it('publish a policy as the next version and make it the one that decides', async () => {
    const document = { ...defaultPolicy(), name: 'Second' };
    expect(await world.json('POST', '/api/policies', { document })).toMatchObject({ id: 'default', version: 2, active: true });
    expect(await world.json('POST', '/api/policies', { document, activate: false })).toMatchObject({ version: 3, active: false });
    expect(world.parts.directory.activePolicy(tenant())).toMatchObject({ version: 2, document: { name: 'Second' } });
    expect((await list('/api/policies')).map(({ version, active }) => [version, active])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  it('refuse a policy that could not work, naming every problem', async () => {
    const rule = { name: 'broken', when: 'amount >', verdict: 'HUMAN_REVIEW', route: 'nowhere', explain: 'x' };
    const reply = await world.call('POST', '/api/policies', { document: { ...defaultPolicy(), rules: [rule] } });
    expect(reply.status).toBe(422);
    const problem = (await reply.json()) as { code: string; errors: { detail: string }[] };
    expect(problem.code).toBe('invalid_policy');
    expect(problem.errors.map(error => error.detail).join('\n')).toContain('nowhere');
    expect(world.parts.directory.activePolicy(tenant())?.version).toBe(2);
  });
});
