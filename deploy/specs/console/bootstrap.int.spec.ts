import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type Credentials, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

const settingsTypes = async () => {
  const types: string[] = [];
  await world.parts.eventLog.replay({
    from: 'start',
    prefixes: ['organization-', 'operator-', 'agent-', 'gatePolicy-'],
    onEvents: events => void types.push(...events.map(event => event.type)),
  });
  return types.filter(type => type !== 'SignedIn');
};
const file = () => join(world.dataDir, 'credentials.json');
const FIRST_EVENTS = [
  'OrganizationCreated',
  'SoloModeSwitched',
  'EndpointRegistered',
  'MemberJoined',
  'RoleGranted',
  'ChannelAddressAdded',
  'ChannelAddressVerified',
  'PersonalAccessTokenIssued',
  'AgentRegistered',
  'ApiKeyIssued',
  'GatePolicyPublished',
  'GatePolicyActivated',
  'ChannelConnected',
];

describe('the first start', () => {
  it('leaves an organisation that works, and its credentials in a file for the owner alone', async () => {
    expect(await settingsTypes()).toEqual(FIRST_EVENTS);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const { directory } = world.parts;
    const credentials = world.credentials;
    expect(directory.findApiKey(credentials.apiKey)).toMatchObject({
      tenant: credentials.organizationId,
      agentId: 'assistant',
      mode: 'live',
    });
    expect(directory.findToken(credentials.personalAccessToken)?.tenant).toBe(credentials.organizationId);
    expect(directory.soloMode(credentials.organizationId)).toBe(true);
    expect(directory.activePolicy(credentials.organizationId)).toMatchObject({ policyId: 'default', version: 1 });
    expect(directory.endpoint(credentials.organizationId, 'default')).toMatchObject({ url: null });
    const signedIn = await world.call('POST', '/api/sign-in', { email: credentials.email, password: credentials.password }, {});
    expect(signedIn.status).toBe(200);
  });

  it('writes no secret into the log in the clear', async () => {
    const { apiKey, personalAccessToken, password, webhookSecret } = world.credentials as Credentials & { webhookSecret: string };
    let stored = '';
    await world.parts.eventLog.replay({ from: 'start', prefixes: [''], onEvents: events => void (stored += JSON.stringify(events)) });
    const push = world.parts.directory.channelConnection(world.credentials.organizationId, 'push')?.config['privateKey'];
    expect(push).toMatch(/^[\w-]{43}$/);
    for (const secret of [apiKey, personalAccessToken, password, webhookSecret, String(push)]) expect(stored).not.toContain(secret);
  });
});

describe('a later start', () => {
  it('adds nothing and keeps the credentials', async () => {
    const before = await readFile(file(), 'utf8');
    await world.restart();
    expect(await settingsTypes()).toEqual(FIRST_EVENTS);
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('makes the account again with the same password when only the log survived', async () => {
    for (const suffix of ['', '-wal', '-shm']) await rm(join(world.dataDir, `accounts.sqlite${suffix}`), { force: true });
    await world.restart();
    const { email, password } = world.credentials;
    expect((await world.call('POST', '/api/sign-in', { email, password }, {})).status).toBe(200);
    expect(await settingsTypes()).toEqual(FIRST_EVENTS);
  });

  it('does not set notifications of browsers up again where somebody took them away', async () => {
    expect((await world.json<{ publicKey: string }>('GET', '/api/push')).publicKey).toMatch(/^[\w-]{87}$/);
    expect((await world.call('DELETE', '/api/channels/push')).status).toBe(204);
    await world.restart();
    expect(await world.json('GET', '/api/push')).toEqual({ publicKey: null });
    expect(await settingsTypes()).toEqual([...FIRST_EVENTS, 'ChannelDisconnected']);
  });

  it('leaves a log alone that was set up elsewhere', async () => {
    await rm(file());
    await world.restart();
    await expect(stat(file())).rejects.toThrow('ENOENT');
    expect(await settingsTypes()).toEqual([...FIRST_EVENTS, 'ChannelDisconnected']);
  });
});
