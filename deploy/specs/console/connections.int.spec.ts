import { randomBytes } from 'node:crypto';
import { callback } from '@holdpoint/callback';
import { streamOf, type Problem } from '@holdpoint/contracts';
import type { RunningService } from '@holdpoint/service-kit';
import { startManagedAgentsFake, startResponsesFake, type ManagedAgentsFake, type ResponsesFake } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let claude: ManagedAgentsFake;
let responses: ResponsesFake;
let asking: RunningService | undefined;
beforeAll(async () => {
  [world, claude, responses] = await Promise.all([startConsole(), startManagedAgentsFake(), startResponsesFake()]);
});
afterAll(async () => {
  await asking?.close();
  await world.close();
  await Promise.all([claude.close(), responses.close()]);
});

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const tenant = () => world.credentials.organizationId;
const stored = (id: string) => world.parts.directory.connection(tenant(), id);
const managed = (more: object = {}) => ({
  id: 'claude',
  provider: 'anthropic.managedAgents',
  baseUrl: claude.baseUrl,
  apiKey: claude.apiKey,
  ...more,
});
const save = (body: object) => world.json<Record<string, unknown>>('POST', '/api/connections', body);
const refusal = async (body: object): Promise<Problem> => {
  const reply = await world.call('POST', '/api/connections', body);
  expect(reply.ok).toBe(false);
  return (await reply.json()) as Problem;
};
const pointer = async (body: object) => (await refusal(body)).errors?.[0]?.pointer;

describe('a connection, before anybody can ask its provider', () => {
  it('is refused, and saved only where that is wanted', async () => {
    expect(await refusal(managed())).toMatchObject({ status: 503, code: 'callback_unavailable' });
    expect(stored('claude')).toBeNull();
    expect(await save(managed({ untested: true }))).toMatchObject({ id: 'claude', tested: false });
    expect((await world.call('POST', '/api/connections/claude/check', {})).status).toBe(503);
  });
});

describe('a connection, asked about at its provider', () => {
  beforeAll(async () => {
    const env = { CALLBACK_PORT: '0', HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8' };
    asking = await callback.start(callback.readConfig(env), world.parts);
  });

  it('is saved when it agrees; otherwise the fault names what to mend, and nothing is saved', async () => {
    expect(await save(managed())).toMatchObject({
      tested: true,
      hookUrl: expect.stringMatching(/\/v1\/hooks\/anthropic\.managedAgents\/claude$/),
    });
    expect(await refusal(managed({ apiKey: 'sk-wrong' }))).toMatchObject({
      status: 422,
      code: 'connection_fault',
      errors: [{ pointer: '/apiKey' }],
    });
    expect(stored('claude')?.apiKey).toBe(claude.apiKey);
    expect(await save(managed({ apiKey: 'sk-wrong', untested: true }))).toMatchObject({ tested: false });
    expect(await world.json('POST', '/api/connections/claude/check', {})).toMatchObject({ fault: { pointer: '/apiKey' } });
    await save(managed());
    expect(await world.json('POST', '/api/connections/claude/check', {})).toEqual({ fault: null });
    expect((await world.call('POST', '/api/connections/nobody/check', {})).status).toBe(404);
  });

  it('keeps what is left out, and takes away what is null', async () => {
    const [secret, next] = [newSecret(), newSecret()];
    await world.json('POST', '/api/endpoints', { id: 'orders', url: 'https://a.example.test/hook' });
    await save(managed({ webhookSecret: secret, agentId: 'assistant', endpointId: 'orders' }));
    const { apiKey: _key, ...without } = managed();
    expect(await save(without)).toMatchObject({ webhookSecretSet: true, agentId: 'assistant', endpointId: 'orders' });
    expect(stored('claude')).toMatchObject({ apiKey: claude.apiKey, webhookSecret: secret, previousWebhookSecret: null });

    await save({ ...without, webhookSecret: next });
    const { previousWebhookSecret, webhookSecret } = stored('claude')!;
    expect({ webhookSecret, secret: previousWebhookSecret!.secret }).toEqual({ webhookSecret: next, secret });
    const hours = (Date.parse(previousWebhookSecret!.until) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    await save({ ...without, webhookSecret: next });
    expect(stored('claude')!.previousWebhookSecret).toEqual(previousWebhookSecret);

    const shown = JSON.stringify(await world.json('GET', '/api/connections'));
    const { events } = await world.parts.eventLog.loadRaw(streamOf.organization(tenant()));
    for (const hidden of [secret, next, claude.apiKey]) {
      expect(shown).not.toContain(hidden);
      expect(JSON.stringify(events)).not.toContain(hidden);
    }
    expect(await save({ ...without, webhookSecret: null, endpointId: null })).toMatchObject({ webhookSecretSet: false, endpointId: null });
    expect(stored('claude')!.previousWebhookSecret).toBeNull();
  });

  it('never sends a stored key to another host than it was given for', async () => {
    const { apiKey: _key, ...without } = managed();
    expect(await pointer({ ...without, baseUrl: 'https://elsewhere.example' })).toBe('/apiKey');
    expect(await pointer({ ...without, provider: 'langgraph' })).toBe('/apiKey');
    expect(await pointer({ ...without, id: 'new_one' })).toBe('/apiKey');
  });

  it('is refused with the member that does not fit', async () => {
    const secret = newSecret();
    const graph = { id: 'graph', provider: 'langgraph', baseUrl: 'https://graph.example', apiKey: 'k' };
    const template = { model: 'gpt-5.4' };
    expect(await pointer(managed({ webhookSecret: 'whsec_short', agentId: 'assistant' }))).toBe('/webhookSecret');
    expect(await pointer(managed({ webhookSecret: secret, agentId: null }))).toBe('/agentId');
    expect(await pointer(managed({ webhookSecret: secret, agentId: 'nobody' }))).toBe('/agentId');
    expect(await pointer(managed({ endpointId: 'nobody' }))).toBe('/endpointId');
    expect(await pointer({ ...graph, webhookSecret: secret })).toBe('/webhookSecret');
    expect(await pointer({ ...graph, fallback: 'newRunOnThread' })).toBe('/fallback');
    expect(await pointer({ ...graph, template })).toBe('/template');
    const answers = { id: 'answers', provider: 'openai.responses', baseUrl: responses.baseUrl, apiKey: responses.apiKey };
    expect(await pointer({ ...answers, template: { model: 'gpt-none' } })).toBe('/template');
    for (const ours of ['input', 'previous_response_id', 'conversation', 'stream'])
      expect(await pointer({ ...answers, template: { ...template, [ours]: 'x' } })).toBe('/template');
    expect(await save({ ...answers, template: { ...template, instructions: 'A secret plan.' } })).toMatchObject({
      templateSet: true,
      hookUrl: expect.stringMatching(/\/v1\/hooks\/openai\.responses\/answers$/),
    });
    const hooked = { ...answers, webhookSecret: secret, agentId: 'assistant' };
    expect(await pointer({ ...hooked, template: null })).toBe('/template');
    expect(await save(hooked)).toMatchObject({ templateSet: true, webhookSecretSet: true });
    expect(JSON.stringify(await world.json('GET', '/api/connections'))).not.toContain('secret plan');
  });
});
