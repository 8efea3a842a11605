import { randomBytes } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import { HOOK_PROVIDERS } from '@holdpoint/contracts';
import { openEgress, type Egress } from '@holdpoint/egress';
import { verifyWebhook } from '@holdpoint/sealing';
import {
  actionRequiredEvent,
  managedSessionEvent,
  responseEvent,
  startAgentsApiFake,
  startManagedAgentsFake,
  startResponsesFake,
  webhookSender,
} from '@holdpoint/testing';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookFor, HOOKS, UnknownPause, waitingCalls } from './index.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const sender = webhookSender('http://127.0.0.1:9/', secret);
let egress: Egress;
beforeAll(() => {
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterAll(() => egress.close());

describe('webhooks of providers', () => {
  it('are read for every provider there is, each once', () => {
    expect(HOOKS.map(({ provider }) => provider).toSorted()).toEqual([...HOOK_PROVIDERS].toSorted());
    expect(hookFor('langgraph')).toBeUndefined();
  });

  it('as our sender signs them are taken by the OpenAI SDK and by us, and not under another secret', async () => {
    const client = new OpenAI({ apiKey: 'x' });
    const { body, headers } = sender.webhook(actionRequiredEvent('sess_1'));
    const event = await client.webhooks.unwrap(body, headers, secret);
    expect(hookFor('openai.agentsApi')!.sessionOf(event)).toBe('sess_1');
    const ended = sender.webhook(responseEvent('resp_1'));
    expect(hookFor('openai.responses')!.sessionOf(await client.webhooks.unwrap(ended.body, ended.headers, secret))).toBe('resp_1');
    expect(verifyWebhook({ headers, rawBody: body, secrets: [secret] })).toMatchObject({ id: headers['webhook-id'] });
    await expect(client.webhooks.unwrap(`${body} `, headers, secret)).rejects.toThrow('signature');
  });

  it('as our sender signs them are taken by the Anthropic SDK and by us', () => {
    const client = new Anthropic({ apiKey: 'x' });
    for (const type of ['session.requires_action', 'session.status_idled']) {
      const { body, headers } = sender.webhook(managedSessionEvent(type, 'sesn_1'));
      const event = client.beta.webhooks.unwrap(body, { headers, key: secret });
      expect(hookFor('anthropic.managedAgents')!.sessionOf(event)).toBe('sesn_1');
      expect(verifyWebhook({ headers, rawBody: body, secrets: [secret] })).toMatchObject({ id: headers['webhook-id'] });
      expect(() => client.beta.webhooks.unwrap(body, { headers, key: `whsec_${randomBytes(32).toString('base64')}` })).toThrow();
    }
  });

  it.each(HOOKS.map(hook => [hook.provider, hook] as const))(
    'of %s about other things are none of ours, and unknown shapes are refused',
    (_, hook) => {
      const other = hook.provider.startsWith('openai.') ? responseEvent('s', 'response.failed') : managedSessionEvent('vault.created', 's');
      expect(hook.sessionOf(other)).toBeNull();
      for (const stranger of [null, [], 'text', {}, { type: 'event' }, { object: 'event' }])
        expect(() => hook.sessionOf(stranger)).toThrow(UnknownPause);
      for (const stranger of [null, [], {}, { session_id: 's' }]) expect(() => hook.apart(stranger)).toThrow(UnknownPause);
    },
  );
});

describe('a session, read from its provider', () => {
  it('of the Agents API is taken apart, so that an unknown action hides no other', async () => {
    const fake = await startAgentsApiFake();
    const hook = hookFor('openai.agentsApi')!;
    const mcp = (id: string) => ({
      type: 'mcp_approval_request',
      request_id: id,
      turn_id: 'turn_1',
      request: { type: 'mcp_tool_call', server_label: 'shop', name: 'pay', arguments: { amount: 1 }, message: 'May I?' },
    });
    const sessionId = fake.pausedSession([
      mcp('req_1'),
      { type: 'payment_mandate' },
      mcp('req_2'),
      { type: 'mcp_approval_request', request_id: 'req_3' },
    ]);
    const place = { connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey }, sessionId, fetch: egress.fetchFor() };
    const seen = await hook.look(place);
    const calls = 'session' in seen ? waitingCalls(hook, seen.session, sessionId, { connectionId: 'agents' }) : [];
    expect(calls.map(entry => ('call' in entry ? entry.call.toolCallId : entry.unknown.path))).toEqual([
      'req_1',
      'required_actions.0.type',
      'req_2',
      'required_actions.0.turn_id',
    ]);
    expect(calls[0]).toMatchObject({
      call: { request: { batch: { index: 0, size: 2 }, resume: { mode: 'openai.agentsApi', connectionId: 'agents' } } },
    });
    expect(await hook.look({ ...place, sessionId: 'sess_none' })).toMatchObject({ unreadable: { status: 404 } });
    fake.fail({ on: 'read', kind: 'dropRequest' });
    expect(await hook.look(place)).toEqual({ unreadable: null });
    await fake.close();
  });

  it('brings what was said in it, the newest of it and as much as fits, and is asked about without it as well', async () => {
    const [agents, claude] = await Promise.all([startAgentsApiFake(), startManagedAgentsFake()]);
    const ask = {
      type: 'function_call',
      call_id: 'call_1',
      turn_id: 'turn_1',
      name: 'request_human_approval',
      arguments: { context_summary: 'c', proposed_action: 'p', entity_id: 'A-1', risk_level: 'low' },
    };
    const contextIn = async (
      provider: 'openai.agentsApi' | 'anthropic.managedAgents',
      fake: typeof agents | typeof claude,
      sessionId: string,
    ) => {
      const hook = hookFor(provider)!;
      const seen = await hook.look({ connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey }, sessionId, fetch: egress.fetchFor() });
      const [first] = 'session' in seen ? waitingCalls(hook, seen.session, sessionId, {}) : [];
      expect(first).toMatchObject({ call: { kind: 'request' } });
      return (first as unknown as { call: { request: { context?: { messages: object[] } } } }).call.request.context?.messages;
    };
    const said = [
      { role: 'user', content: [{ type: 'input_text', text: 'Refund it.' }] },
      { role: 'assistant', content: [{ type: 'output_text', text: 'I ask first.' }] },
    ];
    expect(await contextIn('openai.agentsApi', agents, agents.pausedSession([ask], said))).toEqual(said);
    const long = Array.from({ length: 60 }, (_, index) => ({ role: 'user', content: `${index} ${'x'.repeat(2_000)}` }));
    const kept = await contextIn('openai.agentsApi', agents, agents.pausedSession([ask], long));
    expect(kept!.length).toBeLessThan(13);
    expect(kept!.at(-1)).toEqual(long.at(-1));
    expect(
      await contextIn('openai.agentsApi', agents, agents.pausedSession([ask], [{ role: 'x'.repeat(65), content: '' }])),
    ).toBeUndefined();

    const bash = { id: 'use_1', type: 'agent.tool_use', name: 'bash', input: { command: 'ls' } };
    const events = [
      { type: 'user.message', content: [{ type: 'text', text: 'Clean up.' }] },
      { type: 'agent.thinking', content: 'not said' },
      { type: 'agent.message', content: [{ type: 'text', text: 'I look.' }] },
    ];
    expect(await contextIn('anthropic.managedAgents', claude, claude.pausedSession([bash], events))).toEqual([
      { role: 'user', content: events[0]!.content },
      { role: 'assistant', content: events[2]!.content },
    ]);
    await Promise.all([agents.close(), claude.close()]);
  });

  it.each(['conversation', 'alone'] as const)('of responses (%s) brings what was said, and its calls that have no output', async where => {
    const fake = await startResponsesFake();
    const hook = hookFor('openai.responses')!;
    const pay = (call: string) => ({ type: 'mcp_approval_request' as const, call, name: 'pay', args: { amount: 1 } });
    const { id, conversationId } = fake.askingResponse([pay('mcpr_1'), pay('mcpr_2')], where, 'Pay them.');
    const place = { connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey }, sessionId: id, fetch: egress.fetchFor() };
    const callsNow = async () => {
      const seen = await hook.look(place);
      return 'session' in seen ? waitingCalls(hook, seen.session, id, { connectionId: 'answers' }) : [];
    };
    const calls = await callsNow();
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({
      call: {
        request: {
          threadId: conversationId ?? id,
          runId: id,
          toolCallId: 'mcpr_1',
          batch: { index: 0, size: 2 },
          resume: { mode: 'openai.responses', connectionId: 'answers' },
          context: { messages: [{ role: 'user', content: [{ type: 'input_text', text: 'Pay them.' }] }] },
        },
      },
    });
    const input = ['mcpr_1', 'mcpr_2'].map(call => ({ type: 'mcp_approval_response', approval_request_id: call, approve: false }));
    await fetch(`${fake.baseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fake.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gpt-5.4',
        input,
        ...(conversationId === null ? { previous_response_id: id } : { conversation: conversationId }),
      }),
    });
    // Only a conversation shows that its app answered by itself.
    expect(await callsNow()).toHaveLength(where === 'conversation' ? 0 : 2);
    fake.fail({ on: 'read', kind: 'status', status: 503 });
    expect(await hook.look(place)).toMatchObject({ unreadable: { status: 503 } });
    expect(await hook.look({ ...place, sessionId: 'resp_none' })).toMatchObject({ unreadable: { status: 404 } });
    await fake.close();
  });

  it('of responses asks nothing before it ended, and hides nothing it cannot read', () => {
    const hook = hookFor('openai.responses')!;
    const response = (status: string) => ({
      id: 'resp_1',
      object: 'response',
      status,
      output: [
        { type: 'message', role: 'assistant', content: [] },
        { type: 'a2a_approval_request', id: 'x' },
        { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'shop', name: 'pay', arguments: '{"amount":1}' },
      ],
    });
    expect(waitingCalls(hook, response('in_progress'), 'resp_1', {})).toEqual([]);
    const calls = waitingCalls(hook, response('completed'), 'resp_1', {});
    expect(calls.map(entry => ('call' in entry ? entry.call.toolCallId : entry.unknown.path))).toEqual(['output.0.type', 'mcpr_1']);
  });

  it('of managed agents is read back to everything it waits for', async () => {
    const fake = await startManagedAgentsFake();
    const hook = hookFor('anthropic.managedAgents')!;
    const uses = Array.from({ length: 60 }, (_, index) => ({
      id: `use_${index}`,
      type: 'agent.tool_use',
      name: 'bash',
      input: { command: String(index) },
    }));
    const sessionId = fake.pausedSession(uses);
    const place = { connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey }, sessionId, fetch: egress.fetchFor() };
    const seen = await hook.look(place);
    const calls = 'session' in seen ? waitingCalls(hook, seen.session, sessionId, { connectionId: 'claude' }) : [];
    expect(calls.map(entry => ('call' in entry ? entry.call.toolCallId : null))).toEqual(uses.map(({ id }) => id));
    await fake.close();
  });
});
