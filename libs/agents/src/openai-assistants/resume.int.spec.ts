import { openEgress, type Egress } from '@holdpoint/egress';
import { RUN_LIFETIME_MS, startAssistantsFake, type AssistantsFake, type ModelTurn } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest, SiblingState } from '../agent.ts';
import { resumeRun } from './resume.ts';

let nowMs = 0;
let fake: AssistantsFake;
let egress: Egress;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T12:00:00.000Z');
  fake = await startAssistantsFake({ clock: () => nowMs });
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

/** A paused run and the request that resumes its first call. */
const paused = (more: Partial<ResumeRequest> = {}): ResumeRequest => {
  const { threadId, runId } = fake.startRun();
  nowMs += 15;
  return {
    connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
    threadId,
    runId,
    toolCallId: fake.run(runId).pending[0]!.id,
    output: '{"approved":true}',
    siblingOutputs: [],
    siblingOf: async () => ({ state: 'foreign' }),
    fetch: egress.fetchFor({ timeoutMs: 400 }),
    ...more,
  };
};
const twoCalls = (): void =>
  fake.use(({ round }): ModelTurn =>
    round === 0
      ? { toolCalls: ['call_a', 'call_b'].map(id => ({ id, name: 'request_human_approval', arguments: {} })) }
      : { message: 'done' },
  );
const applied = () => fake.submissions.filter(submission => submission.applied);

describe('a paused run', () => {
  it('gets its output', async () => {
    const request = paused();
    expect(await resumeRun(request)).toEqual({ outcome: 'submitted', runStatus: 'queued', detail: 'submitted' });
    expect(applied()[0]!.outputs).toEqual([{ tool_call_id: request.toolCallId, output: '{"approved":true}' }]);
  });

  it('that has moved on is left alone', async () => {
    const request = paused();
    await resumeRun(request);
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled', runStatus: 'queued' });
    nowMs += 15;
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled', runStatus: 'completed' });
    expect(fake.submissions).toHaveLength(1);
  });

  it('that asks again in a second round has the first answer', async () => {
    fake.use(({ round }) => (round < 2 ? { toolCalls: [{ name: 'request_human_approval', arguments: {} }] } : { message: 'done' }));
    const request = paused();
    await resumeRun(request);
    nowMs += 15;
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled', runStatus: 'requires_action' });
  });

  it('waits for a call of ours that is open', async () => {
    twoCalls();
    const result = await resumeRun(paused({ siblingOf: async () => ({ state: 'undecided' }) }));
    expect(result).toMatchObject({
      outcome: 'waiting',
      runStatus: 'requires_action',
      detail: 'the run also waits for call_b (not decided yet)',
    });
    expect(fake.submissions).toEqual([]);
  });

  it('waits for a call of the app', async () => {
    twoCalls();
    expect(await resumeRun(paused())).toMatchObject({ outcome: 'waiting', detail: expect.stringContaining('no siblingOutputs') });
  });

  it.each<[string, Partial<ResumeRequest>]>([
    ['decided by us', { siblingOf: async (): Promise<SiblingState> => ({ state: 'decided', output: 'b' }) }],
    ['given by the app', { siblingOutputs: [{ toolCallId: 'call_b', output: 'b' }] }],
  ])('is answered with the other output %s in one request', async (_how, more) => {
    twoCalls();
    expect(await resumeRun(paused(more))).toMatchObject({ outcome: 'submitted', detail: 'submitted with 1 other outputs' });
    expect(applied()[0]!.outputs.map(({ output }) => output)).toEqual(['{"approved":true}', 'b']);
  });
});

describe('a submit in doubt', () => {
  it('that was applied but lost its reply is recognised by reading the run', async () => {
    const request = paused();
    fake.fail({ on: 'submit', kind: 'dropReplyAfterApply' });
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled' });
    expect(applied()).toHaveLength(1);
  });

  it('that was applied too late for us is recognised as well', async () => {
    const request = paused();
    fake.fail({ on: 'submit', kind: 'delay', ms: 800 });
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled' });
  });

  it('stays unknown while the run cannot be read either', async () => {
    const request = paused();
    fake.fail({ on: 'submit', kind: 'dropReplyAfterApply' });
    const reads = fake.requests.length;
    const failsSecondRead: typeof fetch = (input, init) => {
      if (fake.requests.length - reads === 2) fake.fail({ on: 'retrieve', kind: 'status', status: 503 });
      return request.fetch(input, init);
    };
    expect(await resumeRun({ ...request, fetch: failsSecondRead })).toMatchObject({ outcome: 'unknown' });
  });

  it('that was refused by an overloaded server failed, and nothing else', async () => {
    for (const status of [429, 500, 503] as const) {
      fake.fail({ on: 'submit', kind: 'status', status });
      expect(await resumeRun(paused())).toMatchObject({
        outcome: 'failed',
        runStatus: 'requires_action',
        detail: `the submit was answered with ${status}`,
      });
    }
    expect(fake.submissions).toEqual([]);
  });
});

describe('a run that cannot be resumed', () => {
  it('expired without the answer', async () => {
    const request = paused();
    nowMs += RUN_LIFETIME_MS;
    expect(await resumeRun(request)).toEqual({
      outcome: 'impossible',
      runStatus: 'expired',
      detail: 'the run is expired and never received the answer',
    });
  });

  it('failed, but had received the answer', async () => {
    fake.use(({ round }) => (round === 0 ? { toolCalls: [{ name: 'request_human_approval', arguments: {} }] } : { fail: 'tool crashed' }));
    const request = paused();
    await resumeRun(request);
    nowMs += 15;
    expect(await resumeRun(request)).toMatchObject({ outcome: 'reconciled', runStatus: 'failed' });
  });

  it('is unknown to the server, or the whole API is gone', async () => {
    expect(await resumeRun({ ...paused(), runId: 'run_unknown' })).toMatchObject({ outcome: 'impossible' });
    fake.sunset(true);
    const request = { ...paused() };
    expect(await resumeRun(request)).toMatchObject({ outcome: 'impossible', runStatus: null });
  });
});

describe('a server that does not let us in', () => {
  it('is worth another attempt, and says what to check', async () => {
    const request = paused();
    const result = await resumeRun({ ...request, connection: { ...request.connection, apiKey: 'sk-wrong' } });
    expect(result).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('check the connection') });
    expect(JSON.stringify(result)).not.toContain('sk-wrong');
  });

  it('or does not answer at all, leaves the run untouched', async () => {
    const request = paused();
    expect(await resumeRun({ ...request, connection: { ...request.connection, baseUrl: 'http://127.0.0.1:9/v1' } })).toMatchObject({
      outcome: 'failed',
    });
    fake.fail({ on: 'retrieve', kind: 'status', status: 503 });
    expect(await resumeRun(request)).toMatchObject({ outcome: 'failed', detail: 'reading the run failed with 503' });
    expect(fake.submissions).toEqual([]);
  });
});
