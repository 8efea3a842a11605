import type { RecordedEvent } from '@holdpoint/contracts';
import { refundModel, RUN_LIFETIME_MS } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
beforeAll(async () => {
  world = await startCallback();
});
afterAll(() => world.close());
beforeEach(() => world.assistants.use(refundModel));

const gateCall = (id: string, name = 'request_human_approval') => ({
  id: `call_${id}_${Math.random().toString(36).slice(2)}`,
  name,
  arguments: { context_summary: 'x', proposed_action: 'y', entity_id: 'A-1', risk_level: 'medium' },
});
const eventually = async (holds: () => boolean) => {
  for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 10) {
    if (holds()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('it did not come true within 8 s');
};
const pendingCalls = (threadId: string, runId: string) =>
  world.assistants.run(runId).pending.map(({ id }) => ({ threadId, runId, toolCallId: id }));
const pausedRun = async () => {
  const { threadId, runId } = world.assistants.startRun();
  await eventually(() => world.assistants.run(runId).status === 'requires_action');
  return { threadId, runId, calls: pendingCalls(threadId, runId) };
};
const submissionsOf = (runId: string) => world.assistants.submissions.filter(submission => submission.runId === runId);
/** How the way into the run ended: exactly one event, however many attempts there were. */
const endsOf = (events: RecordedEvent[]) =>
  events.filter(({ type }) => type === 'RunResumed' || type === 'ResumeImpossible').map(({ type }) => type);
const delivered = (events: RecordedEvent[]) => events.filter(({ type }) => type === 'CallbackDelivered').length;

describe('a run that ends while it is being resumed', () => {
  it('before its answer got in: that is recorded, and the app hears the decision', async () => {
    const { runId, calls } = await pausedRun();
    world.assistants.fail({ on: 'submit', kind: 'status', status: 500 });
    const id = await world.askForCall(calls[0]!);
    await world.approve(id);
    await world.until(id, 'ResumeAttempted');
    world.skip(RUN_LIFETIME_MS);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    expect(endsOf(events)).toEqual(['ResumeImpossible']);
    expect(delivered(events)).toBe(1);
    expect(submissionsOf(runId)).toHaveLength(0);
  });

  it('after its answer got in but the reply was lost: it counts as resumed', async () => {
    const { runId, calls } = await pausedRun();
    world.assistants.fail({ on: 'submit', kind: 'dropReplyAfterApply' });
    world.assistants.fail({ on: 'retrieve', kind: 'status', status: 503, times: 1 });
    const id = await world.askForCall(calls[0]!);
    await world.approve(id);
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    expect(endsOf(events)).toEqual(['RunResumed']);
    expect(submissionsOf(runId)).toHaveLength(1);
  });
});

describe('a run that waits for others as well', () => {
  it('is not answered in part: with a call of somebody else and no output for it, it waits until the run is over, and the app is told', async () => {
    world.assistants.use(({ round }) =>
      round === 0 ? { toolCalls: [gateCall('ours'), gateCall('theirs', 'lookup_order')] } : { message: 'done' },
    );
    const { runId, calls } = await pausedRun();
    const id = await world.askForCall(calls[0]!);
    await world.approve(id);
    const waiting = (await world.until(id, 'ResumeAttempted')).find(({ type }) => type === 'ResumeAttempted')!;
    expect(waiting.data).toMatchObject({ outcome: 'waiting', detail: expect.stringContaining('not ours') as string });
    world.skip(RUN_LIFETIME_MS);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    expect(endsOf(events)).toEqual(['ResumeImpossible']);
    expect(submissionsOf(runId)).toHaveLength(0);
  });

  it('gets one submission when both are decided at the same moment', async () => {
    world.assistants.use(({ round }) => (round === 0 ? { toolCalls: [gateCall('one'), gateCall('two')] } : { message: 'done' }));
    const { runId, calls } = await pausedRun();
    const ids = [await world.askForCall(calls[0]!), await world.askForCall(calls[1]!)];
    await Promise.all([world.approve(ids[0]!), world.reject(ids[1]!)]);
    for (const id of ids) expect(endsOf(await world.until(id, 'RunResumed'))).toEqual(['RunResumed']);
    expect(submissionsOf(runId)).toHaveLength(1);
    expect(submissionsOf(runId)[0]!.outputs).toHaveLength(2);
  });
});

describe('a run that asks again', () => {
  it('gets each answer once: the second round is an approval of its own', async () => {
    world.assistants.use(({ round }) => (round < 2 ? { toolCalls: [gateCall(`round${round}`)] } : { message: 'done' }));
    const { threadId, runId, calls } = await pausedRun();
    const first = await world.askForCall(calls[0]!);
    await world.approve(first);
    await world.until(first, 'RunResumed');
    await eventually(() => {
      const [pending] = pendingCalls(threadId, runId);
      return pending !== undefined && pending.toolCallId !== calls[0]!.toolCallId;
    });
    await world.ringAgain(first);
    const second = await world.askForCall(pendingCalls(threadId, runId)[0]!);
    await world.reject(second);
    await world.until(second, 'RunResumed');
    await eventually(() => world.assistants.run(runId).status === 'completed');
    expect(submissionsOf(runId)).toHaveLength(2);
    expect(endsOf(await world.events(first))).toEqual(['RunResumed']);
  });
});

describe('a server that is gone in the middle', () => {
  it('ends the attempts for good, and the app hears the decision', async () => {
    const { calls } = await pausedRun();
    world.assistants.fail({ on: 'submit', kind: 'status', status: 502 });
    const id = await world.askForCall(calls[0]!);
    await world.approve(id);
    await world.until(id, 'ResumeAttempted');
    world.assistants.sunset(true);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    world.assistants.sunset(false);
    expect(endsOf(events)).toEqual(['ResumeImpossible']);
    expect(delivered(events)).toBe(1);
  });
});
