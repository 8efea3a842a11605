import { RUN_LIFETIME_MS, refundModel } from '@holdpoint/testing';
import type { RecordedEvent, ToolOutput } from '@holdpoint/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
beforeAll(async () => {
  world = await startCallback();
});
afterAll(() => world.close());
beforeEach(() => world.assistants.use(refundModel));

const typesOf = (events: RecordedEvent[]) => events.map(({ type }) => type).toSorted();

/** A run that waits for its tool calls. */
const pausedRun = async () => {
  const { threadId, runId } = world.assistants.startRun();
  await eventually(() => world.assistants.run(runId).status === 'requires_action');
  const calls = world.assistants.run(runId).pending.map(({ id }) => ({ threadId, runId, toolCallId: id }));
  return { runId, calls, call: calls[0]! };
};
const eventually = async (holds: () => boolean) => {
  for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 10) {
    if (holds()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('it did not come true within 5 s');
};
const submissionsOf = (runId: string) => world.assistants.submissions.filter(submission => submission.runId === runId);

describe('a paused run', () => {
  it('goes on with the decision, and the app is told as well', async () => {
    const { runId, call } = await pausedRun();
    const id = await world.askForCall(call);
    await world.approve(id, 'fine');
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    expect(typesOf(events)).toEqual(['CallbackDelivered', 'RunResumed']);
    expect(events.find(({ type }) => type === 'RunResumed')!.data).toMatchObject({ how: 'submitted', attempt: 1, runStatus: 'queued' });
    const output = JSON.parse(submissionsOf(runId)[0]!.outputs[0]!.output) as ToolOutput;
    expect(output).toMatchObject({ decision: 'approved', approved: true, note: 'fine', approvalId: id });
    await eventually(() => world.assistants.run(runId).status === 'completed');
    expect(world.assistants.run(runId).message).toBe('I refunded $245.00 for order A-1.');
  });

  it('is told no in words it can act on, not cancelled', async () => {
    const { runId, call } = await pausedRun();
    const id = await world.askForCall(call);
    await world.reject(id, 'Over the limit.');
    await world.until(id, 'RunResumed');
    await eventually(() => world.assistants.run(runId).status === 'completed');
    expect(world.assistants.run(runId).message).toContain('did not refund');
  });

  it('that expired cannot be resumed; the app still hears the decision', async () => {
    const { call } = await pausedRun();
    world.skip(RUN_LIFETIME_MS);
    const id = await world.askForCall(call);
    await world.approve(id);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    expect(events.find(({ type }) => type === 'ResumeImpossible')!.data).toMatchObject({ runStatus: 'expired' });
  });

  it('that took the outputs but whose reply was lost is recognised, not answered twice', async () => {
    const { runId, call } = await pausedRun();
    world.assistants.fail({ on: 'submit', kind: 'dropReplyAfterApply' });
    const id = await world.askForCall(call);
    await world.approve(id);
    const events = await world.until(id, 'RunResumed');
    expect(events.find(({ type }) => type === 'RunResumed')!.data).toMatchObject({ how: 'reconciled' });
    expect(submissionsOf(runId)).toHaveLength(1);
  });

  it('is tried again when the server fails, until it works', async () => {
    const { call } = await pausedRun();
    world.assistants.fail({ on: 'submit', kind: 'status', status: 500 });
    world.assistants.fail({ on: 'retrieve', kind: 'status', status: 429, retryAfterMs: 50, times: 1 });
    const id = await world.askForCall(call);
    await world.approve(id);
    const events = await world.until(id, 'RunResumed');
    expect(events.filter(({ type }) => type === 'ResumeAttempted').length).toBeGreaterThanOrEqual(1);
  });

  it('with two pending calls of ours is answered once, for both, when the last is decided', async () => {
    world.assistants.use(({ round }) => (round === 0 ? { toolCalls: [call('first'), call('second')] } : { message: 'done' }));
    const { runId, calls } = await pausedRun();
    const first = await world.askForCall(calls[0]!);
    const second = await world.askForCall(calls[1]!);
    await world.approve(first);
    expect((await world.until(first, 'ResumeAttempted')).find(({ type }) => type === 'ResumeAttempted')!.data).toMatchObject({
      outcome: 'waiting',
    });
    await world.reject(second);
    await world.until(second, 'RunResumed');
    await world.until(first, 'RunResumed');
    const submissions = submissionsOf(runId);
    expect(submissions).toHaveLength(1);
    const decisions = submissions[0]!.outputs.map(({ output }) => (JSON.parse(output) as ToolOutput).decision);
    expect(decisions).toEqual(['approved', 'rejected']);
  });

  it.each([
    ['approved', 'withdrawn', false],
    ['approved', 'withdrawn', true],
    ['rejected', 'rejected', true],
  ] as const)('whose other call was %s and then erased goes on, with no approval of what is gone', async (was, told, destroyed) => {
    world.assistants.use(({ round }) => (round === 0 ? { toolCalls: [call('first'), call('second')] } : { message: 'done' }));
    const { runId, calls } = await pausedRun();
    const [first, second] = [await world.askForCall(calls[0]!), await world.askForCall(calls[1]!)];
    await (was === 'approved' ? world.approve(first) : world.reject(first));
    await world.until(first, 'ResumeAttempted');
    await world.orderErasure(first);
    if (destroyed) await world.parts.eventLog.destroyKeys(first);
    await world.approve(second);
    await world.until(second, 'RunResumed');
    const outputs = submissionsOf(runId)[0]!.outputs.map(({ output }) => JSON.parse(output) as ToolOutput);
    expect(outputs).toMatchObject([
      { decision: told, approved: false, approvedAction: null },
      { decision: 'approved', approved: true },
    ]);
    if (was === 'approved') expect(outputs[0]!.note).toMatch(/erased.*ask again/i);
  });

  it('with a call of the app itself is answered with the output the app gave', async () => {
    world.assistants.use(({ round }) =>
      round === 0 ? { toolCalls: [call('ours'), { ...call('theirs'), name: 'lookup_order' }] } : { message: 'done' },
    );
    const { runId, calls } = await pausedRun();
    const id = await world.askForCall(calls[0]!, {
      private: { siblingOutputs: [{ toolCallId: calls[1]!.toolCallId, output: '{"order":"A-1"}' }] },
    });
    await world.approve(id);
    await world.until(id, 'RunResumed');
    expect(
      submissionsOf(runId)[0]!
        .outputs.map(({ output }) => output)
        .at(-1),
    ).toBe('{"order":"A-1"}');
  });

  it('on a server that is gone cannot be resumed', async () => {
    const { call } = await pausedRun();
    world.assistants.sunset(true);
    const id = await world.askForCall(call);
    await world.approve(id);
    await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    world.assistants.sunset(false);
  });
});

const call = (id: string) => ({
  id: `call_${id}_${Math.random().toString(36).slice(2)}`,
  name: 'request_human_approval',
  arguments: { context_summary: 'x', proposed_action: 'y', entity_id: 'A-1', risk_level: 'medium' },
});
