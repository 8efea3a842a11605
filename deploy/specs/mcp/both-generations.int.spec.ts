import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionHash } from '@holdpoint/sealing';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { connectClient, GENERATIONS, type AClient, type Generation } from './a-client.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

let asked = 0;
/** Arguments of the gate tool; every call asks something else. */
const aQuestion = (more: object = {}): Record<string, unknown> => ({
  context_summary: 'Order A-1 arrived broken',
  proposed_action: 'Refund $245',
  entity_id: `A-${++asked}`,
  risk_level: 'medium',
  action_name: 'issue_refund',
  action_args_json: '{"order_id":"A-1","amount":245}',
  ...more,
});
const eventsOf = async (id: string) => (await world.parts.eventLog.load(`approval-${id}`)).events;
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);
const waiters = async (): Promise<number> => {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^holdpoint_ingest_waiters (\d+)/m.exec(text)?.[1]);
};

describe.each(GENERATIONS)('an agent whose client speaks %s', (generation: Generation) => {
  let client: AClient;
  beforeEach(async () => {
    client = await connectClient(generation, world.url, world.keys.live);
  });
  afterEach(() => client.close());
  const ask = async (question = aQuestion()) => (await client.call('request_human_approval', question)).said;
  const check = async (id: string, more: object = {}) => (await client.call('check_approval', { approval_id: id, ...more })).said;

  it('speaks it, and finds tools that say what is not an approval', async () => {
    expect(client.protocol()).toBe(generation);
    const tools = await client.tools();
    expect(tools.map(({ name }) => name)).toEqual([
      'request_human_approval',
      'check_approval',
      'list_my_approvals',
      'cancel_approval',
      'answer_question',
    ]);
    const [gate, checking] = tools;
    expect(gate!.inputSchema).toMatchObject({ required: ['context_summary', 'proposed_action', 'entity_id', 'risk_level'] });
    expect(gate!.description).toContain('NOT approved');
    expect(checking!.description).toContain('NOT approved');
  });

  it('is answered at once, after its request is on record, and never taken to be approved', async () => {
    const { said, text, isError } = await client.call('request_human_approval', aQuestion(), 1_000);
    expect(isError).toBe(false);
    expect(said).toMatchObject({ status: 'pending', approved: false, pollAfterMs: 5_000, next: 'check_approval' });
    expect(said.instruction).toMatch(/^NOT approved/);
    expect(JSON.parse(text)).toEqual(said);
    const [event] = await eventsOf(said.approvalId);
    expect(event).toMatchObject({
      type: 'ApprovalRequested',
      metadata: { tenant: 'org_a', actor: 'agent:agt_assistant' },
      data: {
        source: 'mcp',
        toolName: 'issue_refund',
        binding: { actionHash: actionHash({ tool: 'issue_refund', args: { amount: 245, order_id: 'A-1' } }) },
        private: { action: { name: 'issue_refund', args: { amount: 245, order_id: 'A-1' } } },
      },
    });
  });

  it('hears the verdict of the rules in the same answer', async () => {
    const subscription = world.parts.eventLog.subscribe({
      name: 'spec-gate',
      from: 'end',
      prefixes: ['approval-'],
      onEvents: async events => {
        for (const { type, data } of events)
          if (type === 'ApprovalRequested') await world.approve((data as { approvalId: string }).approvalId);
      },
    });
    await new Promise(resolve => setTimeout(resolve, 200));
    const said = await ask(aQuestion({ wait_seconds: 5 }));
    await subscription.close();
    expect(said).toMatchObject({ status: 'approved', approved: true, approvedAction: { name: 'issue_refund' } });
    expect(said.instruction).toMatch(/^Approved\. Carry out exactly/);
  });

  it('learns of the decision when it comes back, or while it holds for some seconds', async () => {
    const { approvalId } = await ask(aQuestion({ wait_seconds: 0 }));
    expect(await check(approvalId)).toMatchObject({ status: 'pending', approved: false });
    const holding = check(approvalId, { wait_seconds: 25 });
    await expect.poll(waiters).toBe(1);
    const from = performance.now();
    await world.approve(approvalId);
    expect(await holding).toMatchObject({ status: 'approved', approved: true });
    expect(performance.now() - from).toBeLessThan(1_500);
    expect(await check(approvalId)).toMatchObject({ status: 'approved', approved: true });
  });

  it('that gives up after a second finds its request again', async () => {
    const question = aQuestion({ wait_seconds: 20 });
    await expect(client.call('request_human_approval', question, 1_000)).rejects.toThrow(/timed out/i);
    // A client of 2025-11-25 says that it gave up in a message of its own and keeps the connection: its hold ends with wait_seconds.
    if (generation === '2026-07-28') await expect.poll(waiters, { timeout: 5_000 }).toBe(0);
    const again = await ask({ ...question, wait_seconds: 0 });
    expect(again.status).toBe('pending');
    await world.approve(again.approvalId);
    expect((await ask(question)).approvalId).toBe(again.approvalId);
    expect((await typesOf(again.approvalId)).filter(type => type === 'ApprovalRequested')).toHaveLength(1);
  });

  it('that lost its answer on the way asks again over a new connection and meets the first request', async () => {
    let lost = 0;
    const cut: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (typeof init?.body !== 'string' || !init.body.includes('tools/call') || lost > 0) return response;
      lost += 1;
      await response.arrayBuffer();
      throw new TypeError('terminated');
    };
    const question = aQuestion({ wait_seconds: 0 });
    const flaky = await connectClient(generation, world.url, world.keys.live, cut);
    await expect(flaky.call('request_human_approval', question)).rejects.toThrow();
    expect(lost).toBe(1);
    await flaky.close();
    const { approvalId } = await ask(question);
    const { events } = await world.parts.eventLog.load(`approval-${approvalId}`);
    expect(events).toHaveLength(1);
    expect(events[0]?.metadata.recordedAt && Date.parse(events[0].metadata.recordedAt)).toBeLessThan(Date.now());
  });

  it('may ask twenty times at once and asks once', async () => {
    const question = aQuestion({ wait_seconds: 0 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(question)));
    expect(new Set(answers.map(({ approvalId }) => approvalId)).size).toBe(1);
    expect(await typesOf(answers[0]!.approvalId)).toEqual(['ApprovalRequested']);
  });

  it('asks anew when the answer before was used, and the used one approves nothing any more', async () => {
    const question = aQuestion({ wait_seconds: 0 });
    const first = await ask(question);
    await world.approve(first.approvalId);
    expect((await ask(question)).approvalId).toBe(first.approvalId);
    const spend = { actionHash: actionHash({ tool: 'issue_refund', args: { amount: 245, order_id: 'A-1' } }) };
    expect((await world.call('POST', `/v1/approvals/${first.approvalId}/consume`, spend)).status).toBe(200);
    expect(await check(first.approvalId)).toMatchObject({ status: 'used', approved: false });
    const second = await ask(question);
    expect(second.approvalId).not.toBe(first.approvalId);
    expect(second.status).toBe('pending');
    expect((await ask(question)).approvalId).toBe(second.approvalId);
  });

  it('asks anew on purpose under a key of its own, and cannot use one key for two questions', async () => {
    const question = aQuestion({ wait_seconds: 0 });
    const [plain, keyed] = [await ask(question), await ask({ ...question, idempotency_key: `k-${generation}` })];
    expect(keyed.approvalId).not.toBe(plain.approvalId);
    expect((await ask({ ...question, idempotency_key: `k-${generation}` })).approvalId).toBe(keyed.approvalId);
    const other = await client.call('request_human_approval', aQuestion({ idempotency_key: `k-${generation}` }));
    expect(other).toMatchObject({ isError: true, said: { code: 'idempotency_key_reused', approved: false } });
  });

  it('takes its own request back, twice like once, and asks the same later', async () => {
    const question = aQuestion({ wait_seconds: 0 });
    const { approvalId } = await ask(question);
    for (const _ of [1, 2]) {
      const { said } = await client.call('cancel_approval', { approval_id: approvalId, reason: 'the customer called' });
      expect(said).toMatchObject({ status: 'withdrawn', approved: false });
    }
    expect(await typesOf(approvalId)).toEqual(['ApprovalRequested', 'ApprovalWithdrawn']);
    expect((await ask(question)).approvalId).not.toBe(approvalId);
  });

  it('cannot take back what is decided, nor what another agent asked', async () => {
    const { approvalId } = await ask(aQuestion({ wait_seconds: 0 }));
    const other = await connectClient(generation, world.url, world.keys.second);
    expect(await other.call('cancel_approval', { approval_id: approvalId })).toMatchObject({
      isError: true,
      said: { code: 'not_your_request' },
    });
    await other.close();
    await world.approve(approvalId);
    expect(await client.call('cancel_approval', { approval_id: approvalId })).toMatchObject({
      isError: true,
      said: { code: 'already_decided' },
    });
  });

  it.each(['foreign', 'test'] as const)('under a %s key finds nothing of it', async whose => {
    const { approvalId } = await ask(aQuestion({ wait_seconds: 0 }));
    const other = await connectClient(generation, world.url, world.keys[whose]);
    for (const tool of ['check_approval', 'cancel_approval'])
      expect(await other.call(tool, { approval_id: approvalId })).toMatchObject({
        isError: true,
        said: { approved: false, code: 'not_found' },
      });
    await other.close();
  });

  it.each([
    ['an argument nobody knows', { approved: true }, 'invalid_request', '/approved'],
    ['a risk nobody knows', { risk_level: 'none' }, 'invalid_request', '/riskLevel'],
    ['an amount in words', { amount: '$245' }, 'invalid_request', '/amount'],
    ['a wait of a minute', { wait_seconds: 60 }, 'invalid_request', '/waitSeconds'],
    ['a deadline of a second', { deadline_seconds: 1 }, 'deadline_invalid', '/deadlineSec'],
    ['a member under both spellings', { riskLevel: 'low' }, 'ambiguous_member', '/riskLevel'],
    [
      'arguments that two parsers read differently',
      { action_args_json: '{"amount":1,"amount":999}' },
      'action_invalid',
      '/arguments/actionArgsJson',
    ],
    [
      'an amount that JavaScript would change',
      { action_args_json: '{"amount":9007199254740993}' },
      'action_invalid',
      '/arguments/actionArgsJson',
    ],
    ['arguments of no action', { action_name: null }, 'action_invalid', '/arguments/actionName'],
  ])('is told what is wrong with %s, and that it is not approved', async (_, more, code, pointer) => {
    const { isError, said } = await client.call('request_human_approval', aQuestion(more));
    expect(isError).toBe(true);
    expect(said).toMatchObject({ status: 'refused', approved: false, code, errors: [{ pointer }] });
    expect(said.instruction).toMatch(/^NOT approved/);
  });

  it('is told that nothing is approved while the console is away, or for an id that is none', async () => {
    expect(await client.call('list_my_approvals', {})).toMatchObject({
      isError: true,
      said: { code: 'list_unavailable', approved: false },
    });
    expect(await client.call('check_approval', { approval_id: 'apr_1' })).toMatchObject({
      isError: true,
      said: { code: 'invalid_request' },
    });
    await expect(client.call('approve_everything', {})).rejects.toThrow(/no tool/);
  });
});

describe('while the event log is away', () => {
  it.each(GENERATIONS)('a request over %s is not approved, and afterwards is accepted once', async generation => {
    const client = await connectClient(generation, world.url, world.keys.live);
    const question = aQuestion({ wait_seconds: 0 });
    await world.stopStore();
    const refused = await client.call('request_human_approval', question, 20_000);
    expect(refused).toMatchObject({ isError: true, said: { status: 'refused', approved: false, code: 'log_unavailable' } });
    await world.startStore();
    const accepted = async () => (await client.call('request_human_approval', question, 20_000)).said;
    await expect.poll(async () => (await accepted()).status, { timeout: 20_000 }).toBe('pending');
    expect(await typesOf((await accepted()).approvalId)).toEqual(['ApprovalRequested']);
    await client.close();
  });
});
