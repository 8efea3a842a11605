import { openEgress, type Egress } from '@holdpoint/egress';
import { startManagedAgentsFake, type ManagedAgentsFake } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest } from '../agent.ts';
import { decide, type Requested } from '../example-decision.ts';
import { gateCall, gatedCall } from '../pending-call.ts';
import { claudeManagedAgentsResumer, resumeSessionEvents } from './resume.ts';

const bash = { id: 'use_1', type: 'agent.tool_use', name: 'bash', input: { command: 'rm -r /srv/old' } };
const refund = { id: 'use_2', type: 'agent.mcp_tool_use', name: 'issue_refund', input: { amount: 245 } };
const gate = {
  id: 'use_3',
  type: 'agent.custom_tool_use',
  name: 'request_human_approval',
  input: { context_summary: 'c', proposed_action: 'p', entity_id: 'A-1', risk_level: 'low' },
};
let fake: ManagedAgentsFake;
let egress: Egress;
beforeEach(async () => {
  fake = await startManagedAgentsFake();
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

const requestFor = (
  threadId: string,
  use: typeof bash | typeof refund | typeof gate,
  outcome: Parameters<typeof decide>[1],
): ResumeRequest => {
  const call = { toolCallId: use.id, tool: use.name, args: use.input };
  const at = { source: 'anthropic.managedAgents' as const, threadId, runId: threadId };
  return {
    connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
    threadId,
    runId: threadId,
    toolCallId: use.id,
    output: claudeManagedAgentsResumer.format(decide((use === gate ? gateCall(call, at) : gatedCall(call, at)) as Requested, outcome)),
    siblingOutputs: [],
    siblingOf: async () => ({ state: 'foreign' }),
    fetch: egress.fetchFor({ timeoutMs: 400 }),
  };
};
const sent = () => fake.requests.filter(line => line.startsWith('POST'));

describe('a session that waits', () => {
  it('for several tool uses takes their answers one by one', async () => {
    const id = fake.pausedSession([bash, refund, gate]);
    expect(await resumeSessionEvents(requestFor(id, refund, 'approved'))).toMatchObject({
      outcome: 'submitted',
      runStatus: 'session.status_idle',
    });
    expect(await resumeSessionEvents(requestFor(id, bash, 'rejected'))).toMatchObject({ outcome: 'submitted' });
    expect(await resumeSessionEvents(requestFor(id, gate, 'approved'))).toMatchObject({
      outcome: 'submitted',
      runStatus: 'session.status_running',
    });
    expect(fake.applied).toMatchObject([
      { tool_use_id: 'use_2', result: 'allow' },
      { tool_use_id: 'use_1', result: 'deny', deny_message: expect.stringContaining('Not approved') },
      { custom_tool_use_id: 'use_3', is_error: false },
    ]);
  });

  it('for a call that was changed, or that is not what was approved, is denied', async () => {
    await resumeSessionEvents(requestFor(fake.pausedSession([refund]), refund, 'modified'));
    const dearer = fake.pausedSession([{ ...refund, input: { amount: 500 } }]);
    await resumeSessionEvents(requestFor(dearer, refund, 'approved'));
    expect(fake.applied).toMatchObject([{ result: 'deny' }, { result: 'deny' }]);
  });

  it('is read page by page, back to the tool use', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ ...bash, id: `use_of_many_${index}` }));
    const id = fake.pausedSession([refund, ...many]);
    expect(await resumeSessionEvents(requestFor(id, refund, 'approved'))).toMatchObject({ outcome: 'submitted' });
    expect(fake.applied).toMatchObject([{ tool_use_id: 'use_2', result: 'allow' }]);
  });

  it('is answered once', async () => {
    const id = fake.pausedSession([bash]);
    await resumeSessionEvents(requestFor(id, bash, 'approved'));
    expect(await resumeSessionEvents(requestFor(id, bash, 'approved'))).toMatchObject({ outcome: 'reconciled' });
    expect(sent()).toHaveLength(1);
  });
});

describe('an answer in doubt', () => {
  it('that was applied but lost its reply is recognised by reading the events', async () => {
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeSessionEvents(requestFor(fake.pausedSession([bash]), bash, 'approved'))).toMatchObject({ outcome: 'reconciled' });
    expect(fake.applied).toHaveLength(1);
  });

  it('that never arrived stays unknown, and arrives at the next attempt', async () => {
    const request = requestFor(fake.pausedSession([bash]), bash, 'approved');
    fake.fail({ on: 'send', kind: 'dropRequest' });
    expect(await resumeSessionEvents(request)).toMatchObject({ outcome: 'unknown' });
    expect(await resumeSessionEvents(request)).toMatchObject({ outcome: 'submitted' });
  });

  it('refused by an overloaded server is worth another attempt', async () => {
    const request = requestFor(fake.pausedSession([bash]), bash, 'approved');
    fake.fail({ on: 'send', kind: 'status', status: 503 });
    expect(await resumeSessionEvents(request)).toMatchObject({ outcome: 'failed' });
  });
});

describe('a session that cannot be answered', () => {
  it('ended before it was', async () => {
    const id = fake.pausedSession([bash]);
    fake.terminate(id);
    expect(await resumeSessionEvents(requestFor(id, bash, 'approved'))).toMatchObject({
      outcome: 'impossible',
      runStatus: 'session.status_terminated',
    });
  });

  it('is gone, or the whole API is, or does not let us in', async () => {
    const request = requestFor(fake.pausedSession([bash]), bash, 'approved');
    expect(await resumeSessionEvents({ ...request, threadId: 'sesn_unknown' })).toMatchObject({ outcome: 'impossible' });
    expect(await resumeSessionEvents({ ...request, connection: { ...request.connection, apiKey: 'wrong' } })).toMatchObject({
      outcome: 'failed',
    });
    fake.sunset(true);
    expect(await resumeSessionEvents(request)).toMatchObject({ outcome: 'impossible' });
    expect(sent()).toEqual([]);
  });
});
