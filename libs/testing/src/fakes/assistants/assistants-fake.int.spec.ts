import OpenAI, { APIConnectionTimeoutError, BadRequestError, NotFoundError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAssistantsFake, type AssistantsFake } from './assistants-fake.ts';
import { refundModel } from './refund-model.ts';
import { RUN_LIFETIME_MS } from './runs.ts';

let nowMs: number;
let fake: AssistantsFake;
let client: OpenAI;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-22T12:00:00.000Z');
  fake = await startAssistantsFake({ clock: () => nowMs, pace: { queuedMs: 100, workingMs: 1_000 } });
  client = sdk();
});
afterEach(() => fake.close());

const sdk = (options = {}) => new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0, ...options });
const runs = () => client.beta.threads.runs;
/** A run that has come to its tool calls. */
const paused = async () => {
  const run = await client.beta.threads.createAndRun({
    assistant_id: 'asst_1',
    thread: { messages: [{ role: 'user', content: 'Refund A-1' }] },
  });
  nowMs += 1_100;
  return runs().retrieve(run.id, { thread_id: run.thread_id });
};
const callsOf = (run: OpenAI.Beta.Threads.Run) => run.required_action!.submit_tool_outputs.tool_calls;
const submit = (run: OpenAI.Beta.Threads.Run, ids: string[], output = '{"approved":true}', using = client) =>
  using.beta.threads.runs.submitToolOutputs(run.id, {
    thread_id: run.thread_id,
    tool_outputs: ids.map(tool_call_id => ({ tool_call_id, output })),
  });

describe('a run on the fake, through the real SDK', () => {
  it('goes queued, in_progress, requires_action, queued, completed, by the clock alone', async () => {
    const run = await client.beta.threads.createAndRun({
      assistant_id: 'asst_1',
      thread: { messages: [{ role: 'user', content: 'Refund A-1' }] },
    });
    expect([run.status, run.expires_at! - run.created_at]).toEqual(['queued', 600]);
    const at = async (ms: number) => {
      nowMs += ms;
      return runs().retrieve(run.id, { thread_id: run.thread_id });
    };
    expect((await at(100)).status).toBe('in_progress');
    const waiting = await at(1_000);
    expect(waiting.status).toBe('requires_action');
    expect(JSON.parse(callsOf(waiting)[0]!.function.arguments)).toMatchObject({ entity_id: 'A-1' });
    const taken = await submit(waiting, [callsOf(waiting)[0]!.id]);
    expect([taken.status, taken.required_action]).toEqual(['queued', null]);
    expect((await at(1_100)).status).toBe('completed');
    const messages = await client.beta.threads.messages.list(run.thread_id);
    expect(messages.data[0]!.content[0]).toMatchObject({ text: { value: 'I refunded $245.00 for order A-1.' } });
    const steps = await runs().steps.list(run.id, { thread_id: run.thread_id });
    expect(steps.data.map(({ type }) => type)).toEqual(['message_creation', 'tool_calls']);
  });

  it('expires ten minutes after its creation, however late it paused', async () => {
    const run = await paused();
    nowMs += RUN_LIFETIME_MS - 1_101;
    expect((await runs().retrieve(run.id, { thread_id: run.thread_id })).status).toBe('requires_action');
    nowMs += 1;
    const expired = await runs().retrieve(run.id, { thread_id: run.thread_id });
    expect([expired.status, expired.required_action]).toEqual(['expired', null]);
    await expect(submit(run, [callsOf(run)[0]!.id])).rejects.toThrow('400 Runs in status "expired" do not accept tool outputs.');
  });

  it('takes all outputs or none', async () => {
    fake.use(({ round }) =>
      round === 0 ? { toolCalls: ['call_a', 'call_b'].map(id => ({ id, name: 'x', arguments: {} })) } : { message: 'done' },
    );
    const run = await paused();
    for (const got of [['call_a'], ['call_a', 'call_a'], ['call_a', 'call_c'], ['call_a', 'call_b', 'call_c'], []]) {
      const refused = submit(run, got);
      await expect(refused).rejects.toBeInstanceOf(BadRequestError);
      await expect(refused).rejects.toThrow(
        `400 Expected tool outputs for call_ids ['call_a', 'call_b'], got [${got.map(id => `'${id}'`).join(', ')}]`,
      );
    }
    expect((await submit(run, ['call_b', 'call_a'])).status).toBe('queued');
    await expect(submit(run, ['call_a', 'call_b'])).rejects.toThrow('Runs in status "queued" do not accept tool outputs.');
    expect(fake.submissions.filter(({ applied }) => applied)).toHaveLength(1);
  });

  it('locks its thread while it is active, and can be cancelled once', async () => {
    const run = await paused();
    await expect(client.beta.threads.messages.create(run.thread_id, { role: 'user', content: 'more' })).rejects.toThrow(
      /while a run .* is active/,
    );
    await expect(runs().create(run.thread_id, { assistant_id: 'asst_1' })).rejects.toThrow(/already has an active run/);
    expect((await runs().cancel(run.id, { thread_id: run.thread_id })).status).toBe('cancelling');
    nowMs += 1_000;
    await expect(runs().cancel(run.id, { thread_id: run.thread_id })).rejects.toThrow("Cannot cancel run with status 'cancelled'.");
    await client.beta.threads.messages.create(run.thread_id, { role: 'user', content: 'more' });
  });

  it('pauses again when the model asks again', async () => {
    fake.use(context => (context.round < 2 ? refundModel({ ...context, round: 0 }) : { message: 'done' }));
    const first = await paused();
    await submit(first, [callsOf(first)[0]!.id]);
    nowMs += 1_100;
    const second = await runs().retrieve(first.id, { thread_id: first.thread_id });
    expect(second.status).toBe('requires_action');
    expect(callsOf(second)[0]!.id).not.toBe(callsOf(first)[0]!.id);
  });

  it('refuses calls without the beta header, without a key, and for what it does not know', async () => {
    const run = await paused();
    const url = `${fake.baseUrl}/threads/${run.thread_id}/runs/${run.id}`;
    expect((await fetch(url, { headers: { authorization: `Bearer ${fake.apiKey}` } })).status).toBe(400);
    expect((await fetch(url, { headers: { 'openai-beta': 'assistants=v2' } })).status).toBe(401);
    await expect(runs().retrieve('run_unknown', { thread_id: run.thread_id })).rejects.toBeInstanceOf(NotFoundError);
    await expect(runs().retrieve(run.id, { thread_id: 'thread_unknown' })).rejects.toThrow("No thread found with id 'thread_unknown'.");
  });
});

describe('faults of the fake', () => {
  it('lose a reply after the outputs were applied: the SDK that retries is told a lie', async () => {
    const run = await paused();
    fake.fail({ on: 'submit', kind: 'dropReplyAfterApply' });
    await expect(submit(run, [callsOf(run)[0]!.id], '{}', sdk({ maxRetries: 2 }))).rejects.toThrow(
      'Runs in status "queued" do not accept tool outputs.',
    );
    expect(fake.submissions.map(({ applied }) => applied)).toEqual([true, false]);
  });

  it('delay beyond the client’s patience, limit the rate, fail, and take the whole API away', async () => {
    const run = await paused();
    const retrieve = (using = client) => using.beta.threads.runs.retrieve(run.id, { thread_id: run.thread_id });
    fake.fail({ on: 'retrieve', kind: 'delay', ms: 300 });
    await expect(retrieve(sdk({ timeout: 100 }))).rejects.toBeInstanceOf(APIConnectionTimeoutError);
    fake.fail({ on: 'retrieve', kind: 'status', status: 429, retryAfterMs: 20 });
    await expect(retrieve()).rejects.toMatchObject({ status: 429 });
    fake.fail({ on: 'retrieve', kind: 'status', status: 500, times: 2 });
    expect((await retrieve(sdk({ maxRetries: 3 }))).status).toBe('requires_action');
    fake.sunset(true);
    await expect(retrieve()).rejects.toBeInstanceOf(NotFoundError);
  });
});
