import type { ConnectionProvider } from '@holdpoint/contracts';
import { openEgress, type Egress } from '@holdpoint/egress';
import {
  startAgentsApiFake,
  startAssistantsFake,
  startLangGraphServerFake,
  startManagedAgentsFake,
  startResponsesFake,
} from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConnection } from './check-connection.ts';

type Fake = { baseUrl: string; apiKey: string; sunset(gone: boolean): void; close(): Promise<void> };
const STARTS: Record<ConnectionProvider, () => Promise<Fake>> = {
  'openai.assistants': startAssistantsFake,
  'openai.agentsApi': startAgentsApiFake,
  'openai.responses': startResponsesFake,
  'anthropic.managedAgents': startManagedAgentsFake,
  langgraph: startLangGraphServerFake,
};
let egress: Egress;
beforeAll(() => {
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterAll(() => egress.close());

describe.each(Object.entries(STARTS) as [ConnectionProvider, () => Promise<Fake>][])('a connection to %s', (provider, start) => {
  it('is asked whether it works, and the fault names what to mend', async () => {
    const fake = await start();
    const check = (more: { baseUrl?: string; apiKey?: string } = {}) =>
      checkConnection({
        provider,
        connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey, ...more },
        model: null,
        fetch: egress.fetchFor({ timeoutMs: 1_000 }),
      });
    expect(await check()).toBeNull();
    const refused = await check({ apiKey: 'sk-secret-but-wrong' });
    expect(refused).toMatchObject({ pointer: '/apiKey' });
    expect(JSON.stringify(refused)).not.toContain('sk-secret');
    expect(await check({ baseUrl: 'http://10.0.0.1' })).toMatchObject({ pointer: '/baseUrl' });
    fake.sunset(true);
    expect(await check()).toMatchObject({ pointer: '/baseUrl', detail: expect.stringContaining('404') });
    await fake.close();
    expect(await check()).toMatchObject({ pointer: '/baseUrl', detail: expect.stringContaining('Nothing answers') });
  });
});

it('a template is held to a model that the key may use', async () => {
  const fake = await startResponsesFake();
  const check = (model: string) =>
    checkConnection({
      provider: 'openai.responses',
      connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
      model,
      fetch: egress.fetchFor({ timeoutMs: 1_000 }),
    });
  expect(await check('gpt-5.4')).toBeNull();
  expect(await check('gpt-none')).toMatchObject({ pointer: '/template', detail: expect.stringContaining('gpt-none') });
  fake.fail({ on: 'read', kind: 'status', status: 503 });
  expect(await check('gpt-5.4')).toMatchObject({ pointer: '', detail: expect.stringContaining('503') });
  await fake.close();
});
