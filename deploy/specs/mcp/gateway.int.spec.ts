import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionHash } from '@holdpoint/sealing';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { aPerson, type Person } from '../sdk/a-person.ts';
import { GENERATIONS } from './a-client.ts';
import { CREDENTIAL, openGateway, saidIn, type AGateway } from './a-gateway.ts';

let world: RunningIngest;
let ada: Person;
beforeAll(async () => {
  world = await startIngest();
  ada = aPerson(world);
});
afterAll(() => world.close());

let orders = 0;
const aRefund = (amount = 50) => ({ order_id: `A-${++orders}`, amount, currency: 'USD' });
const eventsOf = async (id: string) => (await world.parts.eventLog.load(`approval-${id}`)).events;
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);
/** As a process leaves it that dies between spending an approval and hearing from the server. */
const begunAt = (id: string, args: Record<string, unknown>, now: string) =>
  world.decideAs(id, {
    type: 'Consume',
    actionHash: actionHash({ tool: 'issue_refund', args }),
    by: { kind: 'agent', id: 'agt_assistant' },
    hold: null,
    observed: [],
    now,
  });
const PAIRS = GENERATIONS.flatMap(client => GENERATIONS.map(server => ({ client, server })));
describe.each(PAIRS)('an agent of $client before a server of $server', pair => {
  let gateway: AGateway;
  beforeAll(async () => {
    gateway = await openGateway(world, pair);
  });
  afterAll(() => gateway.close());

  it('finds its tools page by page, told which are gated, and ours beside them', async () => {
    gateway.upstream.pageSize = 3;
    const tools = await gateway.agent.tools();
    const cursorless = tools.map(({ name }) => name);
    expect(cursorless).toEqual(expect.arrayContaining(['issue_refund', 'get_order', 'cancel_order', 'check_approval', 'answer_question']));
    const [refund, order] = tools;
    expect(refund!.description).toMatch(/^Pays an order back\.\n\nHoldpoint: /);
    expect(refund!.inputSchema).toMatchObject({ required: ['order_id', 'amount'] });
    expect(refund!.outputSchema).toBeUndefined();
    expect(order).toMatchObject({ name: 'get_order', description: 'Reads an order.', outputSchema: { required: ['status'] } });
    gateway.upstream.pageSize = 100;
  });

  it('calls a tool that passes, with the server’s credential and not its own', async () => {
    const result = await gateway.agent.raw('get_order', { order_id: 'A-1' });
    expect(result).toMatchObject({ structuredContent: { status: 'order A-1 is paid' } });
    const { headers } = gateway.upstream.requests.findLast(({ rpcMethod }) => rpcMethod === 'tools/call')!;
    expect(headers.authorization).toBe(CREDENTIAL);
    expect(JSON.stringify(headers)).not.toContain(world.keys.live);
  });

  it('is answered pending at once, and once approved its very call runs, once', async () => {
    const args = aRefund();
    const before = gateway.upstream.applied.length;
    const pending = await gateway.agent.raw('issue_refund', args, { timeoutMs: 2_000 });
    expect(pending.isError).not.toBe(true);
    const { approvalId, ...said } = saidIn(pending);
    expect(said).toMatchObject({ status: 'pending', approved: false, ran: false, next: 'check_approval' });
    expect(said['instruction']).toMatch(/^NOT run/);
    expect(gateway.upstream.applied).toHaveLength(before);
    const [event] = await eventsOf(approvalId);
    expect(event!.data).toMatchObject({
      source: 'mcp',
      toolName: 'issue_refund',
      riskLevel: 'high',
      labels: { mcpGateway: gateway.id },
      binding: { actionHash: actionHash({ tool: 'issue_refund', args }) },
      private: {
        action: { name: 'issue_refund', args },
        argsSchema: { properties: { amount: { maximum: 10_000 } } },
        arguments: { amount: 50, currency: 'USD', entityId: args.order_id },
      },
    });
    expect(saidIn(await gateway.agent.raw('issue_refund', { ...args })).approvalId).toBe(approvalId);
    await world.approve(approvalId);
    expect((await gateway.agent.raw('check_approval', { approval_id: approvalId })).structuredContent).toMatchObject({
      approved: true,
      instruction: expect.stringContaining('NOT run yet'),
    });
    const ran = await gateway.agent.raw('issue_refund', args);
    expect(ran).toMatchObject({ structuredContent: { amount: 50 }, _meta: { 'dev.holdpoint/approvalId': approvalId } });
    expect(gateway.upstream.applied.slice(before)).toEqual([{ name: 'issue_refund', args }]);
    expect((await eventsOf(approvalId)).at(-1)).toMatchObject({
      type: 'ExecutionReported',
      data: { outcome: 'succeeded', matchesApproval: true, result: { kept: true } },
    });
    const again = await gateway.agent.raw('issue_refund', args);
    expect(again.structuredContent).toEqual(ran.structuredContent);
    expect(again._meta).toHaveProperty('dev.holdpoint/recordedAt');
    expect(gateway.upstream.applied).toHaveLength(before + 1);
    const anew = await gateway.agent.raw('issue_refund', args, { meta: { 'dev.holdpoint/idempotencyKey': 'once more' } });
    expect(saidIn(anew)).toMatchObject({ status: 'pending' });
    expect(saidIn(anew).approvalId).not.toBe(approvalId);
  });
});

describe('a gated call', () => {
  let gateway: AGateway;
  beforeEach(async () => {
    gateway = await openGateway(world);
  });
  afterEach(() => gateway.close());
  const call = (args: Record<string, unknown>, more?: Parameters<AGateway['agent']['raw']>[2]) =>
    gateway.agent.raw('issue_refund', args, more);
  const asked = async (args: Record<string, unknown>) => saidIn(await call(args)).approvalId;
  const approvedUnder = async (...given: Parameters<typeof call>) => {
    const { approvalId } = saidIn(await call(...given));
    await world.approve(approvalId);
    return approvalId;
  };

  it.each([true, false])(
    'whose approval is erased is asked about anew, and does not run by the old one (keys destroyed: %s)',
    async destroyed => {
      const args = aRefund();
      const erase = async (id: string) => {
        await world.orderErasure(id);
        if (destroyed) await world.parts.eventLog.destroyKeys(id);
      };
      const first = await asked(args);
      await world.approve(first);
      await erase(first);
      const anew = saidIn(await call(args));
      expect(anew).toMatchObject({ status: 'pending' });
      expect(anew.approvalId).not.toBe(first);
      await world.approve(anew.approvalId);
      expect((await call(args)).isError).not.toBe(true);
      // Its result is gone with it. Until that would have been forgotten, the same call is no new one: nothing runs twice by itself.
      await erase(anew.approvalId);
      expect(await call(args)).toMatchObject({ isError: true, structuredContent: { ran: false, code: 'erased' } });
      expect(gateway.upstream.applied).toEqual([{ name: 'issue_refund', args }]);
      await gateway.set({ resultKeptSec: 0 });
      expect(saidIn(await call(args))).toMatchObject({ status: 'pending' });
      await gateway.set();
      const keyed = { meta: { 'dev.holdpoint/idempotencyKey': 'mine' } };
      await erase(await approvedUnder(args, keyed));
      expect(saidIn(await call(args, keyed))).toMatchObject({ ran: false, code: 'erased' });
    },
  );

  it('approved for $50 does not run for $500', async () => {
    const args = aRefund(50);
    const fifty = await asked(args);
    await world.approve(fifty);
    const more = saidIn(await call({ ...args, amount: 500 }));
    expect(more).toMatchObject({ status: 'pending' });
    expect(more.approvalId).not.toBe(fifty);
    expect(gateway.upstream.applied).toEqual([]);
    expect(await typesOf(fifty)).not.toContain('ApprovalConsumed');
  });

  it('of another agent has nothing of this one’s approval', async () => {
    const args = aRefund();
    const mine = await asked(args);
    await world.approve(mine);
    const other = await openGateway(world, { key: world.keys.second });
    await other.set({ url: gateway.upstream.url });
    await gateway.set();
    expect(saidIn(await other.agent.raw('issue_refund', args))).toMatchObject({ status: 'pending' });
    expect((await other.agent.raw('check_approval', { approval_id: mine })).isError).toBe(true);
    expect(gateway.upstream.applied).toEqual([]);
    await other.close();
  });

  it('that a person changed runs as it was changed, and its agent is told', async () => {
    const args = aRefund(300);
    const id = await asked(args);
    const approved = { ...args, amount: 90 };
    await ada.modify(id, 'issue_refund', approved);
    const ran = await call(args);
    expect(gateway.upstream.applied).toEqual([{ name: 'issue_refund', args: approved }]);
    expect(ran.content.at(-1)!.text).toContain('a person changed the arguments');
    expect(ran.content.at(-1)!.text).toContain('"amount":90');
  });

  it('is told that it was rejected, or that nobody decided, as an error', async () => {
    const [rejected, expired] = [aRefund(), aRefund()];
    await ada.reject(await asked(rejected));
    const no = await call(rejected);
    expect([no.isError, saidIn(no)]).toMatchObject([true, { status: 'rejected', approved: false, ran: false }]);
    expect(saidIn(no)['instruction']).toMatch(/^Not approved/);
    const id = await asked(expired);
    await world.decideAs(id, { type: 'ExpireApproval', now: '2999-01-01T00:00:00.000Z' });
    const late = await call(expired);
    expect([late.isError, saidIn(late)]).toMatchObject([true, { status: 'expired', approved: false, ran: false, approvalId: id }]);
    const anew = saidIn(await call(expired, { meta: { 'dev.holdpoint/idempotencyKey': 'again' } }));
    expect(anew.status).toBe('pending');
    expect(anew.approvalId).not.toBe(id);
    expect(gateway.upstream.applied).toEqual([]);
  });

  it('whose approval lapsed does not run, and is asked about anew', async () => {
    const args = aRefund();
    const id = await asked(args);
    await ada.approveFor(id, 1);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    const anew = saidIn(await call(args));
    expect(anew).toMatchObject({ status: 'pending' });
    expect(anew.approvalId).not.toBe(id);
    expect(gateway.upstream.applied).toEqual([]);
  });

  it('under an approval that was spent elsewhere does not run', async () => {
    const args = aRefund();
    const id = await asked(args);
    await world.approve(id);
    await world.call('POST', `/v1/approvals/${id}/consume`, { actionHash: actionHash({ tool: 'issue_refund', args }) });
    const result = await call(args);
    expect([result.isError, saidIn(result).status]).toEqual([true, 'running']);
    expect(gateway.upstream.applied).toEqual([]);
  });

  it('that was begun by a process that died is told as unknown, and never runs again by itself', async () => {
    const args = aRefund();
    const id = await asked(args);
    await world.approve(id);
    await begunAt(id, args, new Date(Date.now() - 120_000).toISOString());
    for (const _ of [1, 2]) {
      const result = await call(args);
      expect([result.isError, saidIn(result)]).toMatchObject([true, { status: 'unknown', approvalId: id }]);
      expect(saidIn(result)['instruction']).toContain('NOT known');
    }
    expect(gateway.upstream.applied).toEqual([]);
    const anew = saidIn(await call(args, { meta: { 'dev.holdpoint/idempotencyKey': 'I looked: it was not paid' } }));
    expect(anew).toMatchObject({ status: 'pending' });
  });

  it('made twenty times at once has one effect, and everybody hears of it', async () => {
    const args = aRefund();
    const id = await asked(args);
    await world.approve(id);
    gateway.upstream.fail({ kind: 'delay', ms: 300 });
    const results = await Promise.all(Array.from({ length: 20 }, () => call(args)));
    expect(gateway.upstream.applied).toHaveLength(1);
    for (const result of results) expect(result.structuredContent).toMatchObject({ refundId: 're_1' });
    expect((await typesOf(id)).filter(type => type === 'ApprovalConsumed' || type === 'ExecutionReported')).toHaveLength(2);
  });

  it('runs at once where the rules let it, and a client that gave up finds the result', async () => {
    const rules = ada.watch(id => world.approve(id));
    await new Promise(resolve => setTimeout(resolve, 200));
    try {
      expect((await call(aRefund())).structuredContent).toMatchObject({ refundId: 're_1' });
      gateway.upstream.fail({ kind: 'delay', ms: 1_500 });
      const args = aRefund();
      await expect(call(args, { timeoutMs: 800 })).rejects.toThrow(/timed out|timeout/i);
      expect((await call(args)).structuredContent).toMatchObject({ refundId: 're_2' });
      expect(gateway.upstream.applied).toHaveLength(2);
    } finally {
      await rules.close();
    }
  });

  it('asks anew when the tool is described otherwise by the time it would run', async () => {
    const args = aRefund();
    const id = await asked(args);
    await world.approve(id);
    gateway.upstream.tools[0] = {
      ...gateway.upstream.tools[0]!,
      inputSchema: { type: 'object', properties: { amount: { description: 'in cents' } } },
    };
    const second = saidIn(await call(args));
    expect(second).toMatchObject({ status: 'pending' });
    expect(second.approvalId).not.toBe(id);
    expect(gateway.upstream.applied).toEqual([]);
    await world.approve(second.approvalId);
    expect((await call(args)).structuredContent).toMatchObject({ refundId: 're_1' });
    expect(await typesOf(id)).not.toContain('ApprovalConsumed');
    gateway.upstream.tools.splice(0, 1);
    expect(saidIn(await call(aRefund()))).toMatchObject({ status: 'refused', code: 'tool_unknown' });
  });

  it('cannot be asked with arguments two parsers read differently', async () => {
    const send = (args: string) =>
      world.call(
        'POST',
        gateway.path,
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"issue_refund","arguments":${args}}}`,
        {
          headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
        },
      );
    for (const args of ['{"amount":50,"amount":500}', '{"amount":9007199254740993}', '{"__proto__":{"amount":1}}']) {
      const response = await send(args);
      expect([args, response.status]).toEqual([args, 400]);
      expect(await response.json()).toMatchObject({ error: { code: -32_700 } });
    }
    expect(gateway.upstream.requests.filter(({ rpcMethod }) => rpcMethod === 'tools/call')).toEqual([]);
  });
});
