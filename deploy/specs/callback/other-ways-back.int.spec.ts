import { callback } from '@holdpoint/callback';
import type { EventData, RecordedEvent } from '@holdpoint/contracts';
import {
  refund,
  refundModel,
  RUN_LIFETIME_MS,
  startLogicAppsFake,
  startResponsesFake,
  type LogicAppsFake,
  type RefundOptions,
  type ResponsesFake,
} from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCallback, type RunningCallback } from './a-running-callback.ts';

let world: RunningCallback;
let workflows: LogicAppsFake;
let responses: ResponsesFake;
let aheadMs = 0;
beforeAll(async () => {
  [world, workflows, responses] = await Promise.all([
    startCallback(),
    startLogicAppsFake(),
    startResponsesFake({ clock: () => Date.now() + aheadMs, workMs: 300 }),
  ]);
  const { baseUrl, apiKey } = responses;
  const template = { model: 'gpt-5.4', instructions: 'Be brief.' };
  const data = {
    connectionId: 'answers',
    provider: 'openai.responses' as const,
    at: world.parts.now(),
    private: { baseUrl, apiKey, template },
  };
  await world.settings({ type: 'ConnectionAdded', data });
});
afterAll(async () => {
  await world.close();
  await Promise.all([workflows.close(), responses.close()]);
});

let calls = 0;
type Resume = EventData<'ApprovalRequested'>['delivery']['resume'];
const ask = (
  source: 'copilotStudio' | 'openai.responses' | 'openai.assistants',
  call: { threadId: string; runId: string; toolCallId: string },
  resume: Resume,
  more: RefundOptions['private'] = {},
) =>
  world.askForCall(call, {
    source,
    delivery: { source, callback: true, resume, upstreamExpiresAt: null },
    private: more,
  });
/** How the way into the run ended: exactly one event, however many attempts there were. */
const endsOf = (events: RecordedEvent[]) => events.filter(({ type }) => type === 'RunResumed' || type === 'ResumeImpossible');
const attemptsOf = (events: RecordedEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'ResumeAttempted' ? [(data as EventData<'ResumeAttempted'>).outcome] : []));

describe('a workflow that waits at its callback URL', () => {
  const waiting = () => {
    const { run, callbackUrl } = workflows.waitingRun();
    return {
      run,
      callbackUrl,
      ask: () => ask('copilotStudio', { threadId: 'conv', runId: run, toolCallId: run }, { mode: 'logicApps' }, { resumeUrl: callbackUrl }),
    };
  };

  it('is answered there once, and its app is told as well; the URL stands nowhere in the open', async () => {
    const workflow = waiting();
    const id = await workflow.ask();
    await world.approve(id);
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    expect(endsOf(events)).toMatchObject([{ type: 'RunResumed', data: { how: 'submitted' } }]);
    expect(workflows.answers.filter(({ run }) => run === workflow.run)).toMatchObject([{ body: { approvalId: id, approved: true } }]);
    await world.ringAgain(id);
    for (const stream of [`approval-${id}`, `callback-${id}`]) {
      const { events: raw } = await world.parts.eventLog.loadRaw(stream);
      expect(JSON.stringify(raw)).not.toContain('sas-secret');
    }
    expect(workflows.answers.filter(({ run }) => run === workflow.run)).toHaveLength(1);
  });

  it('whose reply was lost is asked again, and what cannot be known is recorded as such', async () => {
    const workflow = waiting();
    workflows.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    const id = await workflow.ask();
    await world.approve(id);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    expect(attemptsOf(events)).toEqual(['unknown']);
    expect(endsOf(events)).toMatchObject([{ data: { reason: expect.stringContaining('may be the one it took') as string } }]);
    expect(workflows.answers.filter(({ run }) => run === workflow.run)).toHaveLength(1);
  });

  it('that is over hears nothing; that is recorded, and the app hears the decision', async () => {
    const workflow = waiting();
    workflows.cancel(workflow.run);
    const id = await workflow.ask();
    await world.reject(id);
    expect(endsOf(await world.until(id, 'ResumeImpossible', 'CallbackDelivered'))).toMatchObject([{ type: 'ResumeImpossible' }]);
  });
});

describe('a response with a stored template', () => {
  const asking = (where?: 'alone') => {
    const call = `mcpr_${++calls}`;
    const { name, args } = refund(245);
    const { id: runId, conversationId } = responses.askingResponse([{ type: 'mcp_approval_request', call, name, args }], where);
    return {
      runId,
      ask: () =>
        ask(
          'openai.responses',
          { threadId: conversationId ?? runId, runId, toolCallId: call },
          { mode: 'openai.responses', connectionId: 'answers' },
        ),
    };
  };
  const begun = (runId: string, threadId?: string) =>
    responses.created.filter(
      body => body['previous_response_id'] === runId || (threadId !== undefined && body['conversation'] === threadId),
    );

  it('goes on with what was decided, noted before it was sent', async () => {
    const response = asking('alone');
    const id = await response.ask();
    await world.approve(id);
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    expect(attemptsOf(events)).toEqual(['sending']);
    expect(begun(response.runId)).toMatchObject([{ input: [{ type: 'mcp_approval_response', approve: true }], instructions: 'Be brief.' }]);
    await world.ringAgain(id);
    expect(begun(response.runId)).toHaveLength(1);
  });

  it('in a conversation, whose reply was lost and which works for a while, is found to have gone on, once', async () => {
    const response = asking();
    const before = responses.created.length;
    responses.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    const id = await response.ask();
    await world.approve(id);
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    expect(attemptsOf(events).slice(0, 2)).toEqual(['sending', 'unknown']);
    expect(endsOf(events)).toMatchObject([{ data: { how: 'reconciled' } }]);
    expect(responses.created).toHaveLength(before + 1);
  });

  it('outside one, whose reply was lost, is never continued twice: that is recorded, and the app hears the decision', async () => {
    const response = asking('alone');
    responses.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    const id = await response.ask();
    await world.approve(id);
    const events = await world.until(id, 'ResumeImpossible', 'CallbackDelivered');
    expect(endsOf(events)).toHaveLength(1);
    expect(begun(response.runId)).toHaveLength(1);
  });
});

describe('a run that is over, with a new run on its thread as the plan', () => {
  beforeEach(() => world.assistants.use(refundModel));
  const expiredRuns = async () => {
    const { threadId, runId } = world.assistants.startRun();
    while (world.assistants.run(runId).status !== 'requires_action') await new Promise(resolve => setTimeout(resolve, 10));
    const { pending } = world.assistants.run(runId);
    world.skip(RUN_LIFETIME_MS);
    return pending.map(({ id: toolCallId }) => ({ threadId, runId, toolCallId }));
  };
  const expiredRun = async () => (await expiredRuns())[0]!;
  const anew = { mode: 'openai.submitToolOutputs', connectionId: 'assistants', fallback: 'newRunOnThread' } as const;
  const started = (threadId: string) => world.assistants.requests.filter(line => line === `POST /v1/threads/${threadId}/runs`);

  it('goes on in a new run that begins with the decision, once, although its start lost its reply', async () => {
    const run = await expiredRun();
    world.assistants.fail({ on: 'newRun', kind: 'dropReplyAfterApply' });
    const id = await ask('openai.assistants', run, {
      mode: 'openai.submitToolOutputs',
      connectionId: 'assistants',
      fallback: 'newRunOnThread',
    });
    await world.approve(id);
    const events = await world.until(id, 'RunResumed', 'CallbackDelivered');
    const [end] = endsOf(events);
    expect(end!.data).toMatchObject({ how: 'newRunOnThread', newRunId: expect.stringMatching(/^run_/) as string });
    expect(started(run.threadId)).toHaveLength(1);
    await world.ringAgain(id);
    expect(started(run.threadId)).toHaveLength(1);
  });

  it('is not followed by one unless that is the plan', async () => {
    const run = await expiredRun();
    const id = await ask('openai.assistants', run, { mode: 'openai.submitToolOutputs', connectionId: 'assistants' });
    await world.approve(id);
    expect(endsOf(await world.until(id, 'ResumeImpossible', 'CallbackDelivered'))).toHaveLength(1);
    expect(started(run.threadId)).toHaveLength(0);
  });

  /** A run that expired while it waited for two calls; a new run ends at once, or `holds` its thread by a call of its own. */
  const twoOfOneRun = async (holds = false) => {
    let rounds = 0;
    const name = 'request_human_approval';
    world.assistants.use(() => {
      rounds += 1;
      if (rounds === 1) return { toolCalls: [1, 2].map(() => ({ id: `call_${++calls}`, name, arguments: {} })) };
      return holds && rounds === 2 ? { toolCalls: [{ name: 'lookup_order', arguments: {} }] } : { message: 'Done.' };
    });
    const [one, two] = await expiredRuns();
    return { one: one!, two: two!, threadId: one!.threadId };
  };
  const newRunOf = async (id: string) =>
    (endsOf(await world.until(id, 'RunResumed', 'CallbackDelivered'))[0]!.data as { newRunId: string }).newRunId;

  it('begins one run with all its decisions that are there by then', async () => {
    const { one, two, threadId } = await twoOfOneRun();
    const [first, second] = [await ask('openai.assistants', one, anew), await ask('openai.assistants', two, anew)];
    world.assistants.fail({ on: 'retrieve', kind: 'status', status: 503 });
    await world.approve(first);
    await world.until(first, 'ResumeAttempted');
    await world.reject(second);
    expect(await newRunOf(first)).toBe(await newRunOf(second));
    for (const id of [first, second]) {
      await world.ringAgain(id);
      const events = await world.events(id);
      expect(endsOf(events)).toHaveLength(1);
      expect(attemptsOf(events)).toContain('sending');
    }
    expect(started(threadId)).toHaveLength(1);
  });

  it('begins with the decision that is there, and another run with a later one, once the first is over', async () => {
    const { one, two, threadId } = await twoOfOneRun(true);
    const [first, second] = [await ask('openai.assistants', one, anew), await ask('openai.assistants', two, anew)];
    await world.approve(first);
    const firstRun = await newRunOf(first);
    while (world.assistants.run(firstRun).status !== 'requires_action') await new Promise(resolve => setTimeout(resolve, 10));
    await world.reject(second);
    expect(attemptsOf(await world.until(second, 'ResumeAttempted', 'CallbackDelivered'))).toEqual(['waiting']);
    expect(started(threadId)).toHaveLength(1);
    const { baseUrl, apiKey } = world.assistants;
    const answer = { tool_outputs: world.assistants.run(firstRun).pending.map(({ id }) => ({ tool_call_id: id, output: '{}' })) };
    await fetch(`${baseUrl}/threads/${threadId}/runs/${firstRun}/submit_tool_outputs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'openai-beta': 'assistants=v2', 'content-type': 'application/json' },
      body: JSON.stringify(answer),
    });
    expect(await newRunOf(second)).not.toBe(firstRun);
    expect(started(threadId)).toHaveLength(2);
  });

  it('takes no decision along whose own plan is another', async () => {
    const { one, two, threadId } = await twoOfOneRun();
    const other = await ask('openai.assistants', two, { mode: 'openai.submitToolOutputs', connectionId: 'assistants' });
    await world.approve(other);
    await world.until(other, 'ResumeImpossible');
    const id = await ask('openai.assistants', one, anew);
    await world.approve(id);
    await newRunOf(id);
    expect(attemptsOf(await world.events(other))).not.toContain('sending');
    expect(started(threadId)).toHaveLength(1);
  });

  it('takes no decision along that is erased', async () => {
    const { one, two, threadId } = await twoOfOneRun();
    const [erased, id] = [await ask('openai.assistants', two, anew), await ask('openai.assistants', one, anew)];
    world.assistants.fail({ on: 'retrieve', kind: 'status', status: 503 });
    await world.approve(erased);
    await world.until(erased, 'ResumeAttempted');
    await world.orderErasure(erased);
    await world.approve(id);
    const run = world.assistants.run(await newRunOf(id));
    expect(run.metadata).toEqual({ holdpoint_approval_id: id });
    expect(endsOf(await world.events(erased))).toEqual([]);
    expect(started(threadId)).toHaveLength(1);
  });

  it('begins with each decision once, however many workers are rung for them', async () => {
    const { one, two, threadId } = await twoOfOneRun();
    const config = callback.readConfig({
      CALLBACK_PORT: '0',
      HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8',
      RESUME_SCHEDULE_SEC: '0,0.2,0.2,0.3,0.3',
    });
    const further = await callback.start(config, world.parts);
    const ids = [await ask('openai.assistants', one, anew), await ask('openai.assistants', two, anew)];
    world.assistants.fail({ on: 'retrieve', kind: 'status', status: 503, times: 2 });
    await Promise.all(ids.map(id => world.approve(id)));
    await Promise.all(ids.flatMap(id => [world.ringAgain(id), world.ringAgain(id)]));
    const runs = await Promise.all(ids.map(newRunOf));
    expect(started(threadId)).toHaveLength(new Set(runs).size);
    const told = [...new Set(runs)].flatMap(run => world.assistants.run(run).metadata['holdpoint_approval_id']!.split(' '));
    expect(told.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect(endsOf(await world.events(id))).toHaveLength(1);
    await further.close();
  });
});
