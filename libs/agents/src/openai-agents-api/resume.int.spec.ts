import { openEgress, type Egress } from '@holdpoint/egress';
import { startAgentsApiFake, type AgentsApiFake } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest } from '../agent.ts';
import { decide, type Requested } from '../example-decision.ts';
import { parseSession } from './openai-agents-api.ts';
import { openaiAgentsApiResumer, resumeSession } from './resume.ts';

const ask = {
  type: 'function_call',
  call_id: 'call_1',
  turn_id: 'turn_1',
  name: 'request_human_approval',
  arguments: { context_summary: 'c', proposed_action: 'p', entity_id: 'A-1', risk_level: 'low' },
};
const mcp = {
  type: 'mcp_approval_request',
  request_id: 'req_1',
  turn_id: 'turn_1',
  request: { type: 'mcp_tool_call', server_label: 'shop', name: 'issue_refund', arguments: { amount: 245 }, message: 'May I?' },
};
let nowMs = 0;
let fake: AgentsApiFake;
let egress: Egress;
beforeEach(async () => {
  nowMs = 0;
  fake = await startAgentsApiFake({ clock: () => nowMs, effectDelayMs: 0 });
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

const paused = (
  action: typeof ask | typeof mcp,
  outcome: Parameters<typeof decide>[1] = 'approved',
  actions: (typeof ask | typeof mcp)[] = [action],
): ResumeRequest => {
  const threadId = fake.pausedSession(actions);
  const [call] = parseSession({
    id: threadId,
    object: 'agent.session',
    status: 'requires_action',
    required_actions: [action],
  }) as Requested[];
  return {
    connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
    threadId,
    runId: 'turn_1',
    toolCallId: call!.toolCallId,
    output: openaiAgentsApiResumer.format(decide(call!, outcome)),
    siblingOutputs: [],
    siblingOf: async () => ({ state: 'foreign' }),
    fetch: egress.fetchFor({ timeoutMs: 400 }),
  };
};
const sent = () => fake.requests.filter(line => line.startsWith('POST'));

describe('a session that waits', () => {
  it('gets the result of its function call', async () => {
    expect(await resumeSession(paused(ask))).toMatchObject({ outcome: 'submitted', runStatus: 'in_progress' });
    expect(fake.applied).toMatchObject([
      { call_id: 'call_1', turn_id: 'turn_1', success: true, output: expect.stringContaining('"approved":true') },
    ]);
  });

  it.each([
    ['approved', 'approve'],
    ['modified', 'deny'],
    ['rejected', 'deny'],
    ['expired', 'deny'],
    ['withdrawn', 'deny'],
  ] as const)('for an MCP call that was %s reads %s', async (outcome, word) => {
    expect(await resumeSession(paused(mcp, outcome))).toMatchObject({ outcome: 'submitted' });
    expect(fake.applied).toMatchObject([{ request_id: 'req_1', response: { type: 'mcp_tool_call', decision: word } }]);
  });

  it('with other arguments than were approved is denied', async () => {
    const request = paused(mcp);
    const threadId = fake.pausedSession([{ ...mcp, request: { ...mcp.request, arguments: { amount: 500 } } }]);
    await resumeSession({ ...request, threadId });
    expect(fake.applied).toMatchObject([{ response: { decision: 'deny' } }]);
  });

  it('is denied when the answer could only be handed over after the time of the approval', async () => {
    expect(await resumeSession({ ...paused(mcp), now: () => Date.parse('2999-01-01T00:00:01Z') })).toMatchObject({ outcome: 'submitted' });
    expect(fake.applied).toMatchObject([{ response: { decision: 'deny' } }]);
  });

  it('for two calls is answered one by one, and asked again in a second round is left alone', async () => {
    const request = paused(mcp, 'approved', [ask, mcp]);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'submitted', runStatus: 'requires_action' });
    fake.askAgain(request.threadId, [{ ...mcp, request_id: 'req_2' }]);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'reconciled' });
    expect(sent()).toHaveLength(1);
  });

  it('is never told yes by something that is not a decision', async () => {
    expect(await resumeSession({ ...paused(mcp), output: '{"approved":true}' })).toMatchObject({ outcome: 'impossible' });
    expect(sent()).toEqual([]);
  });
});

describe('an answer in doubt', () => {
  it('that was applied but lost its reply is recognised by reading the session', async () => {
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeSession(paused(ask))).toMatchObject({ outcome: 'reconciled' });
    expect(fake.applied).toHaveLength(1);
  });

  it('that was taken in but has no effect yet stays unknown; the next attempt sees it, and one answer took effect', async () => {
    await fake.close();
    fake = await startAgentsApiFake({ clock: () => nowMs, effectDelayMs: 60_000 });
    const request = paused(mcp);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('does not show yet') });
    expect(await resumeSession(request)).toMatchObject({ outcome: 'unknown' });
    nowMs = 60_000;
    expect(await resumeSession(request)).toMatchObject({ outcome: 'reconciled' });
    expect(fake.applied).toHaveLength(1);
  });

  it.each([429, 500, 503] as const)('refused with %s is worth another attempt', async status => {
    const request = paused(ask);
    fake.fail({ on: 'send', kind: 'status', status });
    expect(await resumeSession(request)).toMatchObject({ outcome: 'failed', detail: `the answer was refused with ${status}` });
    expect(await resumeSession(request)).toMatchObject({ outcome: 'submitted' });
  });

  it('is not sent while the session cannot be read', async () => {
    const request = paused(ask);
    fake.fail({ on: 'read', kind: 'status', status: 503 });
    expect(await resumeSession(request)).toMatchObject({ outcome: 'failed', detail: 'reading the run failed with 503' });
    fake.fail({ on: 'read', kind: 'dropRequest' });
    expect(await resumeSession(request)).toMatchObject({ outcome: 'failed' });
    expect(await resumeSession({ ...request, connection: { ...request.connection, apiKey: 'sk-wrong' } })).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('check the connection'),
    });
    expect(sent()).toEqual([]);
  });
});

describe('a session that cannot be answered', () => {
  it('failed before', async () => {
    const request = paused(ask);
    fake.failSession(request.threadId);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('never received') });
  });

  it('failed after it had the answer', async () => {
    const request = paused(ask);
    await resumeSession(request);
    fake.failSession(request.threadId);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'reconciled', runStatus: 'failed' });
  });

  it('failed during the attempt', async () => {
    const request = paused(ask);
    fake.fail({ on: 'send', kind: 'dropRequest' });
    const failsMeanwhile: typeof fetch = async (input, init) => {
      try {
        return await request.fetch(input, init);
      } finally {
        if (init?.method === 'POST') fake.failSession(request.threadId);
      }
    };
    expect(await resumeSession({ ...request, fetch: failsMeanwhile })).toMatchObject({ outcome: 'impossible', runStatus: 'failed' });
  });

  it('is gone, or the whole API is', async () => {
    expect(await resumeSession({ ...paused(ask), threadId: 'sess_unknown' })).toMatchObject({ outcome: 'impossible' });
    const request = paused(ask);
    fake.sunset(true);
    expect(await resumeSession(request)).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('404') });
  });
});
