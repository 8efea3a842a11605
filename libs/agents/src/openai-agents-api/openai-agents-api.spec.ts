import { readFileSync } from 'node:fs';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatSession, parseActionRequired, parseSession } from './openai-agents-api.ts';

const session = JSON.parse(readFileSync(new URL('samples/session-four-actions.json', import.meta.url), 'utf8')) as {
  required_actions: { type: string }[];
};
const requests = () => parseSession(session).filter(call => call.kind === 'request') as Requested[];

describe('a session of the Agents API', () => {
  it('asks with three of its four kinds of action; passwords and environments are the app’s', () => {
    expect(parseSession(session).map(({ kind, toolCallId }) => [kind, toolCallId])).toEqual([
      ['request', 'call_1'],
      ['request', 'req_1'],
      ['request', 'req_2'],
      ['foreign', 'req_3'],
      ['foreign', 'env_1'],
    ]);
  });

  it('is answered with events of the SDK’s own types, some now and others later', () => {
    const [first, second, third] = requests();
    const params = formatSession([decide(first!, 'rejected'), decide(third!, 'approved')], session);
    params satisfies OpenAI.Beta.Agents.Sessions.EventCreateParams;
    expect(params.events).toMatchObject([
      {
        type: 'agent.session.input.tool_result',
        call_id: 'call_1',
        turn_id: 'turn_1',
        success: true,
        output: expect.stringContaining('Not approved'),
      },
      { request_id: 'req_2', response: { type: 'browser_origin_access', decision: 'approve' } },
    ]);
    expect(formatSession([decide(second!, 'modified')], session).events).toEqual([
      {
        type: 'agent.session.input.mcp_approval_request_result',
        request_id: 'req_1',
        response: { type: 'mcp_tool_call', decision: 'deny' },
      },
    ]);
  });

  it('is resumed by us where a connection is named', () => {
    expect(parseSession(session, { connectionId: 'openai_agents' })[0]).toMatchObject({
      request: { resume: { mode: 'openai.agentsApi', connectionId: 'openai_agents' }, threadId: expect.any(String), runId: 'turn_1' },
    });
  });

  it('announces itself by a thin event that only says what to fetch', () => {
    const event = {
      id: 'evt_1',
      object: 'event',
      created_at: 1_795_348_800,
      type: 'agent.session.action_required',
      data: { id: 'sess_1', required_action: { type: 'mcp_approval_request' } },
    } satisfies OpenAI.Webhooks.AgentSessionActionRequiredWebhookEvent;
    expect(parseActionRequired(event)).toEqual({ sessionId: 'sess_1', actionType: 'mcp_approval_request' });
    expect(() => parseSession(event)).toThrow('we expected');
  });

  it('with an action we do not know is refused, naming the four we do', () => {
    const strange = { ...session, required_actions: [{ type: 'payment_mandate' }] };
    expect(() => parseSession(strange)).toThrow('at required_actions.0.type we expected function_call, mcp_approval_request');
  });
});
