import Anthropic from '@anthropic-ai/sdk';
import { Client } from '@langchain/langgraph-sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgentsApiFake } from './agents-api/agents-api-fake.ts';
import { startLangGraphServerFake } from './langgraph-server/langgraph-server-fake.ts';
import { startManagedAgentsFake } from './managed-agents/managed-agents-fake.ts';

const open: { close(): Promise<void> }[] = [];
const opened = <T extends { close(): Promise<void> }>(fake: T): T => (open.push(fake), fake);
afterEach(() => Promise.all(open.splice(0).map(fake => fake.close())));

describe('the Agents API fake, through the real SDK', () => {
  const action = { type: 'function_call', call_id: 'call_1', turn_id: 'turn_1', name: 'ask', arguments: {} };
  const result = { type: 'agent.session.input.tool_result', call_id: 'call_1', turn_id: 'turn_1', success: true, output: 'yes' } as const;

  it('takes events in with 202, and shows their effect later', async () => {
    let nowMs = 0;
    const fake = opened(await startAgentsApiFake({ clock: () => nowMs, effectDelayMs: 500 }));
    const { sessions } = new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 }).beta.agents;
    const id = fake.pausedSession([action]);
    await sessions.events.create(id, { events: [result], 'Idempotency-Key': 'k1' });
    await sessions.events.create(id, { events: [result], 'Idempotency-Key': 'k1' });
    expect((await sessions.retrieve(id)).required_actions).toHaveLength(1);
    nowMs = 500;
    expect(await sessions.retrieve(id)).toMatchObject({ status: 'in_progress', required_actions: [] });
    expect((await sessions.items.list(id)).data).toMatchObject([{ type: 'function_call_output', call_id: 'call_1' }]);
    expect(fake.applied).toHaveLength(1);
    await expect(sessions.events.create(id, { events: [result] })).rejects.toThrow('No required action matches call_1');
  });

  it('can be gone', async () => {
    const fake = opened(await startAgentsApiFake());
    fake.sunset(true);
    const { sessions } = new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 }).beta.agents;
    await expect(sessions.retrieve('sess_1')).rejects.toMatchObject({ status: 404 });
  });
});

describe('the Managed Agents fake, through the real SDK', () => {
  it('says again what is left after a partial answer, and refuses a message with an allow', async () => {
    const fake = opened(await startManagedAgentsFake());
    const { events } = new Anthropic({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 }).beta.sessions;
    const id = fake.pausedSession([
      { id: 'use_1', type: 'agent.tool_use', name: 'bash', input: {} },
      { id: 'use_2', type: 'agent.tool_use', name: 'bash', input: {} },
    ]);
    const allow = { type: 'user.tool_confirmation', tool_use_id: 'use_1', result: 'allow' } as const;
    await expect(events.send(id, { events: [{ ...allow, deny_message: 'x' }] })).rejects.toMatchObject({ status: 400 });
    await events.send(id, { events: [allow] });
    const last = (await events.list(id, { order: 'desc', limit: 1 })).data[0];
    expect(last).toMatchObject({ type: 'session.status_idle', stop_reason: { event_ids: ['use_2'] } });
    await expect(events.send(id, { events: [allow] })).rejects.toMatchObject({ status: 400 });
  });
});

describe('the LangGraph server fake, through the real SDK', () => {
  it('resumes by a run of its own, refuses a second while it works, and starts a blind one all the same', async () => {
    let nowMs = 0;
    const fake = opened(await startLangGraphServerFake({ clock: () => nowMs, runMs: 100 }));
    const client = new Client({ apiUrl: fake.baseUrl, apiKey: fake.apiKey, callerOptions: { maxRetries: 0 } });
    const id = fake.pausedThread([{ id: 'int_1', value: { action: { name: 'x', args: {} } } }]);
    expect((await client.threads.getState(id)).tasks[0]!.interrupts[0]!.id).toBe('int_1');
    const resume = () => client.runs.create(id, 'agent', { command: { resume: { int_1: 'yes' } }, multitaskStrategy: 'reject' });
    await resume();
    await expect(resume()).rejects.toThrow(/409/);
    nowMs = 100;
    expect((await client.threads.getState(id)).tasks[0]!.interrupts).toEqual([]);
    await resume();
    expect([fake.startedRuns(id), fake.applied.length]).toEqual([2, 1]);
  });
});
