import { openEgress, type Egress } from '@holdpoint/egress';
import { startLangGraphServerFake, type LangGraphServerFake } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest, SiblingState } from '../agent.ts';
import { decide, type Requested } from '../example-decision.ts';
import { callsOf } from './langchain.ts';
import { langgraphServer, resumeThread } from './resume.ts';

const own = { id: 'int_1', value: { action: { name: 'issue_refund', args: { amount: 245 } } } };
const batch = {
  id: 'int_2',
  value: {
    actionRequests: [
      { name: 'issue_refund', args: { amount: 245 } },
      { name: 'send_mail', args: { to: 'ada@example.test' } },
    ],
    reviewConfigs: [{ actionName: 'issue_refund', allowedDecisions: ['approve', 'edit', 'reject'] }],
  },
};
let nowMs = 0;
let fake: LangGraphServerFake;
let egress: Egress;
beforeEach(async () => {
  nowMs = 0;
  fake = await startLangGraphServerFake({ clock: () => nowMs, runMs: 0 });
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

const outputs = (interrupt: { id: string; value: unknown }, outcome: Parameters<typeof decide>[1]) =>
  (callsOf(interrupt) as Requested[]).map(call => langgraphServer.format(decide(call, outcome)));
const requestFor = (
  threadId: string,
  interrupt: { id: string; value: unknown },
  outcome: Parameters<typeof decide>[1] = 'approved',
  more: Partial<ResumeRequest> = {},
): ResumeRequest => ({
  connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
  threadId,
  runId: interrupt.id,
  toolCallId: callsOf(interrupt)[0]!.toolCallId,
  output: outputs(interrupt, outcome)[0]!,
  siblingOutputs: [],
  siblingOf: async () => ({ state: 'foreign' }),
  fetch: egress.fetchFor({ timeoutMs: 400 }),
  ...more,
});

describe('a thread that waits', () => {
  it('goes on with exactly what may run', async () => {
    expect(await resumeThread(requestFor(fake.pausedThread([own]), own, 'modified'))).toMatchObject({ outcome: 'submitted' });
    expect(fake.applied).toMatchObject([{ interruptId: 'int_1', value: { approved: true, action: { args: { amount: 100 } } } }]);
  });

  it('for other arguments than were approved is told no', async () => {
    const dearer = fake.pausedThread([{ id: 'int_1', value: { action: { name: 'issue_refund', args: { amount: 500 } } } }]);
    await resumeThread(requestFor(dearer, own));
    expect(fake.applied).toMatchObject([{ value: { approved: false, action: null } }]);
  });

  it('leaves other interrupts of the thread to their own decisions', async () => {
    const id = fake.pausedThread([own, { ...own, id: 'int_9' }]);
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'submitted' });
    expect(await resumeThread(requestFor(id, { ...own, id: 'int_9' }, 'rejected'))).toMatchObject({ outcome: 'submitted' });
    expect(fake.applied.map(({ interruptId }) => interruptId)).toEqual(['int_1', 'int_9']);
  });

  it('with a batch waits until all of it is decided, then is answered at once', async () => {
    const id = fake.pausedThread([batch]);
    const sibling = (state: SiblingState) => requestFor(id, batch, 'approved', { siblingOf: async () => state });
    expect(await resumeThread(sibling({ state: 'undecided' }))).toMatchObject({
      outcome: 'waiting',
      detail: expect.stringContaining('int_2:1'),
    });
    expect(fake.startedRuns(id)).toBe(0);
    expect(await resumeThread(sibling({ state: 'decided', output: outputs(batch, 'rejected')[1]! }))).toMatchObject({
      outcome: 'submitted',
    });
    expect(fake.applied).toMatchObject([{ value: { decisions: [{ type: 'approve' }, { type: 'reject' }] } }]);
  });
});

describe('a resume in doubt', () => {
  it('that was applied but lost its reply is recognised, and no second run is started', async () => {
    const id = fake.pausedThread([own]);
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'reconciled' });
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'reconciled' });
    expect(fake.startedRuns(id)).toBe(1);
  });

  it('that still works is left alone until it is done', async () => {
    await fake.close();
    fake = await startLangGraphServerFake({ clock: () => nowMs, runMs: 60_000 });
    const id = fake.pausedThread([own]);
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('running') });
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'unknown' });
    nowMs = 60_000;
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'reconciled' });
    expect([fake.startedRuns(id), fake.applied.length]).toEqual([1, 1]);
  });

  it('refused by an overloaded server is worth another attempt', async () => {
    const id = fake.pausedThread([own]);
    fake.fail({ on: 'send', kind: 'status', status: 502 });
    expect(await resumeThread(requestFor(id, own))).toMatchObject({ outcome: 'failed' });
    expect(fake.startedRuns(id)).toBe(0);
  });
});

describe('a thread that cannot be resumed', () => {
  it('is gone, or the whole server is, or does not let us in, or waits in a way we do not know', async () => {
    const id = fake.pausedThread([own]);
    const request = requestFor(id, own);
    expect(await resumeThread({ ...request, threadId: 'unknown' })).toMatchObject({ outcome: 'impossible' });
    expect(await resumeThread({ ...request, connection: { ...request.connection, apiKey: 'wrong' } })).toMatchObject({ outcome: 'failed' });
    const strange = fake.pausedThread([{ id: 'int_1', value: { type: 'tool_approval' } }]);
    expect(await resumeThread({ ...request, threadId: strange })).toMatchObject({
      outcome: 'impossible',
      detail: expect.stringContaining('expected'),
    });
    fake.sunset(true);
    expect(await resumeThread(request)).toMatchObject({ outcome: 'impossible' });
    expect([fake.startedRuns(id), fake.startedRuns(strange)]).toEqual([0, 0]);
  });
});
