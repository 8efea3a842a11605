import { openEgress, type Egress } from '@holdpoint/egress';
import { startResponsesFake, type ResponsesFake } from '@holdpoint/testing';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest } from '../agent.ts';
import { decide, type Requested } from '../example-decision.ts';
import { parseResponse } from './openai-responses.ts';
import { openaiResponsesResumer, resumeResponse } from './resume.ts';

const ask = {
  type: 'function_call' as const,
  call: 'call_1',
  name: 'request_human_approval',
  args: { context_summary: 'c', proposed_action: 'p', entity_id: 'A-1', risk_level: 'low' },
};
const refund = { type: 'mcp_approval_request' as const, call: 'mcpr_1', name: 'issue_refund', args: { amount: 245 } };
const lookup = { type: 'function_call' as const, call: 'call_2', name: 'lookup_order', args: { order_id: 'A-1' } };
const template = { model: 'gpt-5.4', instructions: 'Be brief.', tools: [] };

let nowMs = 0;
let fake: ResponsesFake;
let egress: Egress;
beforeEach(async () => {
  nowMs = 0;
  fake = await startResponsesFake({ clock: () => nowMs, workMs: 1_000 });
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

type Asked = Parameters<ResponsesFake['askingResponse']>[0];
const paused = (
  calls: Asked,
  { where, outcome = 'approved', ...more }: { where?: 'alone'; outcome?: Parameters<typeof decide>[1] } & Partial<ResumeRequest> = {},
): ResumeRequest & { noted: number[] } => {
  const { id, conversationId } = fake.askingResponse(calls, where);
  const output = calls.map(({ type, call, name, args }) => {
    const text = typeof args === 'string' ? args : JSON.stringify(args);
    return type === 'function_call'
      ? { type, call_id: call, name, arguments: text }
      : { type, id: call, server_label: 'shop', name, arguments: text };
  });
  const response = { id, object: 'response', ...(conversationId === null ? {} : { conversation: { id: conversationId } }), output };
  const first = parseResponse(response).find(call => call.kind === 'request') as Requested;
  const noted: number[] = [];
  return {
    connection: { baseUrl: fake.baseUrl, apiKey: fake.apiKey },
    threadId: conversationId ?? id,
    runId: id,
    toolCallId: first.toolCallId,
    output: openaiResponsesResumer.format(decide(first, outcome)),
    siblingOutputs: [],
    siblingOf: async () => ({ state: 'foreign' }),
    template,
    beforeSend: async () => void noted.push(fake.created.length),
    fetch: egress.fetchFor({ timeoutMs: 400 }),
    noted,
    ...more,
  };
};

describe('a response that asked', () => {
  it('in a conversation goes on there, with what the template adds, and its answer is noted before it is sent', async () => {
    const request = paused([ask]);
    expect(await resumeResponse(request)).toMatchObject({
      outcome: 'submitted',
      runStatus: 'queued',
      detail: expect.stringMatching(/^continued as resp_/),
    });
    expect(request.noted).toEqual([0]);
    const [body] = fake.created;
    expect(body).toMatchObject({ ...template, conversation: request.threadId, background: true, store: true });
    expect(body).not.toHaveProperty('previous_response_id');
    expect(body!['input']).toMatchObject([
      { type: 'function_call_output', call_id: 'call_1', output: expect.stringContaining('"approved":true') },
    ]);
  });

  it('without one goes on from the response itself', async () => {
    const request = paused([ask], { where: 'alone' });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'submitted' });
    expect(fake.created).toMatchObject([{ previous_response_id: request.runId }]);
    expect(fake.created[0]).not.toHaveProperty('conversation');
  });

  it.each([
    ['approved', true],
    ['modified', false],
    ['rejected', false],
    ['expired', false],
  ] as const)('for a hosted MCP call that was %s reads approve: %s', async (outcome, approve) => {
    await resumeResponse(paused([refund], { outcome }));
    expect(fake.created[0]!['input']).toMatchObject([{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve }]);
  });

  it('is never told yes for other arguments, after its time, or by something that is not a decision', async () => {
    const dearer = paused([{ ...refund, args: { amount: 500 } }], { output: paused([refund]).output });
    await resumeResponse(dearer);
    await resumeResponse(paused([refund], { now: () => Date.parse('2999-01-01T00:00:01Z') }));
    expect(fake.created.map(({ input }) => (input as { approve: boolean }[])[0]!.approve)).toEqual([false, false]);
    expect(await resumeResponse(paused([refund], { output: '{"approved":true}' }))).toMatchObject({ outcome: 'waiting' });
    expect(fake.created).toHaveLength(2);
  });

  it('waits for its other calls, takes what the app gave for them, and sends all at once', async () => {
    expect(await resumeResponse(paused([ask, lookup]))).toMatchObject({
      outcome: 'waiting',
      detail: expect.stringContaining('call_2 (not ours'),
    });
    expect(await resumeResponse(paused([ask, refund], { siblingOf: async () => ({ state: 'undecided' }) }))).toMatchObject({
      outcome: 'waiting',
      detail: expect.stringContaining('not decided yet'),
    });
    const given = paused([ask, lookup], { siblingOutputs: [{ toolCallId: 'call_2', output: '{"total":245}' }] });
    expect(await resumeResponse(given)).toMatchObject({ outcome: 'submitted' });
    const second = paused([refund]).output;
    const both = paused([ask, refund], { siblingOf: async () => ({ state: 'decided', output: second }) });
    expect(await resumeResponse(both)).toMatchObject({ outcome: 'submitted' });
    expect(fake.created.map(({ input }) => (input as { type: string }[]).map(({ type }) => type))).toEqual([
      ['function_call_output', 'function_call_output'],
      ['function_call_output', 'mcp_approval_response'],
    ]);
  });
});

describe('a call that does not mean one thing', () => {
  it.each([
    ['function_call', { ...ask, call: 'call_9', args: '{"risk_level":"low","risk_level":"high"}' }, { call_id: 'call_9' }],
    [
      'mcp_approval_request',
      { ...refund, call: 'mcpr_9', args: '{"amount":1,"amount":999}' },
      { approval_request_id: 'mcpr_9', approve: false },
    ],
  ] as const)('is answered no beside the others (%s)', async (_type, ambiguous, answer) => {
    const request = paused([ask, ambiguous]);
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'submitted' });
    const [, second] = fake.created[0]!['input'] as object[];
    expect(second).toMatchObject(answer);
    expect(JSON.stringify(second)).toContain('Not approved');
  });
});

describe('an answer in doubt', () => {
  it('in a conversation is looked for from then on, shows late, and takes effect once', async () => {
    const request = paused([ask]);
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'unknown' });
    expect(await resumeResponse({ ...request, inDoubt: true })).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('does not show'),
    });
    nowMs = 1_000;
    expect(await resumeResponse({ ...request, inDoubt: true })).toMatchObject({ outcome: 'reconciled' });
    expect(fake.created).toHaveLength(1);
  });

  it('that never arrived is not sent again either: nobody can tell the two apart', async () => {
    const request = paused([ask]);
    fake.fail({ on: 'send', kind: 'dropRequest' });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'unknown' });
    expect(await resumeResponse({ ...request, inDoubt: true })).toMatchObject({ outcome: 'unknown' });
    expect(fake.created).toHaveLength(0);
  });

  it('outside a conversation ends the attempts, at once and after a crash', async () => {
    const request = paused([ask], { where: 'alone' });
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('no conversation') });
    expect(await resumeResponse({ ...request, inDoubt: true })).toMatchObject({ outcome: 'impossible' });
    expect(fake.created).toHaveLength(1);
  });

  it('is not sent when it could not be noted', async () => {
    const request = paused([ask], { beforeSend: () => Promise.reject(new Error('another worker answers this run already')) });
    await expect(resumeResponse(request)).rejects.toThrow('another worker');
    expect(fake.created).toHaveLength(0);
  });

  it('that was refused for sure is worth another attempt', async () => {
    const request = paused([ask]);
    fake.fail({ on: 'send', kind: 'status', status: 429 });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'failed', detail: 'the answer was refused with 429' });
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'submitted' });
    fake.fail({ on: 'read', kind: 'status', status: 503 });
    expect(await resumeResponse(paused([ask]))).toMatchObject({ outcome: 'failed' });
  });

  it('that is there already, after a crash before anything was recorded, is found', async () => {
    const request = paused([ask]);
    await resumeResponse(request);
    nowMs = 1_000;
    expect(await resumeResponse(request)).toMatchObject({ outcome: 'reconciled' });
    expect(fake.created).toHaveLength(1);
  });
});

describe('a response that cannot go on', () => {
  it('is gone, as is the whole API, or never made the call', async () => {
    expect(await resumeResponse({ ...paused([ask]), runId: 'resp_unknown' })).toMatchObject({ outcome: 'impossible' });
    expect(await resumeResponse({ ...paused([ask]), toolCallId: 'call_other' })).toMatchObject({ outcome: 'impossible' });
    fake.sunset(true);
    expect(await resumeResponse(paused([ask]))).toMatchObject({ outcome: 'impossible' });
  });

  it('has no template, a model that is not there, or a key that is refused', async () => {
    expect(await resumeResponse(paused([ask], { template: null }))).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('template'),
    });
    expect(await resumeResponse(paused([ask], { template: { model: 'gone' } }))).toMatchObject({ outcome: 'impossible' });
    const wrong = paused([ask]);
    expect(await resumeResponse({ ...wrong, connection: { ...wrong.connection, apiKey: 'sk-wrong' } })).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('API key'),
    });
  });
});

describe('the fake', () => {
  it('is one the real client reads, and holds calls and outputs to each other', async () => {
    const client = new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 });
    const { id } = fake.askingResponse([ask]);
    expect((await client.responses.retrieve(id)).output[0]).toMatchObject({ type: 'function_call', call_id: 'call_1' });
    await expect(client.responses.create({ model: 'gpt-5.4', previous_response_id: id, input: [] })).rejects.toThrow(
      'No tool output found',
    );
    const stray = [{ type: 'function_call_output' as const, call_id: 'call_x', output: '' }];
    await expect(client.responses.create({ model: 'gpt-5.4', previous_response_id: id, input: stray })).rejects.toThrow(
      'No tool call found',
    );
  });
});
