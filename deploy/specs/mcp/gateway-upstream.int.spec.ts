import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngest, problemOf, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { aPerson } from '../sdk/a-person.ts';
import { GENERATIONS } from './a-client.ts';
import { aMessage, headersFor } from './a-message.ts';
import { openGateway, removeGateway, saidIn } from './a-gateway.ts';

let world: RunningIngest;
let rules: { decided: string[]; close(): Promise<void> };
beforeAll(async () => {
  world = await startIngest({ HOLDPOINT_EGRESS_DENY: '127.9.0.0/16' });
  rules = aPerson(world).watch(id => world.approve(id));
  await new Promise(resolve => setTimeout(resolve, 200));
});
afterAll(async () => {
  await rules.close();
  await world.close();
});

let orders = 0;
const aRefund = () => ({ order_id: `B-${++orders}`, amount: 20 });
const reportOf = async (id: string) => {
  const { events } = await world.parts.eventLog.load(`approval-${id}`);
  return events.find(({ type }) => type === 'ExecutionReported')?.data;
};

describe.each(GENERATIONS)('a server of %s', server => {
  it('that says no is told in its words, recorded as failed, and not asked again', async () => {
    const { agent, upstream, close } = await openGateway(world, { server });
    upstream.fail({ kind: 'error', message: 'The till is closed.' });
    const args = aRefund();
    const first = await agent.raw('issue_refund', args);
    expect([first.isError, saidIn(first)]).toMatchObject([
      true,
      { status: 'failed', detail: expect.stringContaining('The till is closed.') },
    ]);
    expect(await reportOf(saidIn(first).approvalId)).toMatchObject({ outcome: 'failed', matchesApproval: true });
    const again = await agent.raw('issue_refund', args);
    expect(saidIn(again)).toMatchObject({ status: 'failed', approvalId: saidIn(first).approvalId });
    expect(upstream.applied).toEqual([]);
    await close();
  });

  it('whose tool fails is heard as it is, and recorded so', async () => {
    const { agent, upstream, close } = await openGateway(world, { server });
    const result = await agent.raw('cancel_order', { order_id: 'A-9' });
    expect(result).toMatchObject({ isError: true, content: [{ text: 'The order was sent this morning.' }] });
    const id = result._meta!['dev.holdpoint/approvalId'] as string;
    expect(await reportOf(id)).toMatchObject({ outcome: 'failed', result: { kept: true } });
    expect(upstream.applied).toHaveLength(1);
    await close();
  });

  it.each([
    ['acts and is not heard', { kind: 'dropReplyAfterApply' }, 1],
    ['is too slow', { kind: 'delay', ms: 2_000 }, 1],
    ['answers 502', { kind: 'status', status: 502 }, 0],
  ] as const)('that %s leaves an outcome nobody knows, and is not asked again', async (_, fault, effects) => {
    const { agent, upstream, close } = await openGateway(world, { server, timeoutSec: 1 });
    upstream.fail(fault);
    const args = aRefund();
    const first = await agent.raw('issue_refund', args);
    expect([first.isError, saidIn(first)]).toMatchObject([true, { status: 'unknown', instruction: expect.stringContaining('NOT known') }]);
    expect(await reportOf(saidIn(first).approvalId)).toMatchObject({ outcome: 'unknown' });
    expect(saidIn(await agent.raw('issue_refund', args)).status).toBe('unknown');
    await expect.poll(() => upstream.applied.length).toBe(effects);
    expect(upstream.requests.filter(({ rpcMethod }) => rpcMethod === 'tools/call')).toHaveLength(1);
    await close();
  });

  it('that sends elsewhere is not followed', async () => {
    const [{ agent, upstream, close }, elsewhere] = [await openGateway(world, { server }), await openGateway(world, { server })];
    upstream.fail({ kind: 'status', status: 307, location: elsewhere.upstream.url });
    const result = await agent.raw('issue_refund', aRefund());
    expect(saidIn(result)).toMatchObject({ status: 'failed', detail: 'The MCP server answered HTTP 307.' });
    expect(elsewhere.upstream.requests).toEqual([]);
    upstream.fail({ kind: 'status', status: 308, location: '/mcp' });
    expect(saidIn(await agent.raw('issue_refund', aRefund()))).toMatchObject({ status: 'failed' });
    expect(upstream.applied).toEqual([]);
    await elsewhere.close();
    await close();
  });

  it('whose answer is long is heard once and not remembered; a giant one is not read', async () => {
    const { agent, upstream, close } = await openGateway(world, { server });
    const long = { bytes: 400_000 };
    expect((await agent.raw('export_orders', long)).content[0]!.text).toHaveLength(400_000);
    expect(saidIn(await agent.raw('export_orders', long))).toMatchObject({ status: 'succeeded', ran: true, result: { kept: false } });
    const giant = await agent.raw('export_orders', { bytes: 1_200_000 });
    expect(saidIn(giant)).toMatchObject({ status: 'unknown', detail: expect.stringContaining('was not read') });
    expect(upstream.applied).toHaveLength(2);
    await close();
  });
});

describe('a server that cannot be reached', () => {
  it('is told as such, nothing is asked, and nothing spent', async () => {
    const { agent, upstream, close } = await openGateway(world);
    await upstream.close();
    for (const tool of ['issue_refund', 'get_order']) {
      const result = await agent.raw(tool, aRefund());
      expect([result.isError, saidIn(result)]).toMatchObject([true, { status: 'refused', code: 'upstream_failed' }]);
    }
    await expect(agent.tools()).rejects.toThrow(/could not be reached/);
    await close();
  });

  it.each(['http://127.9.0.1:9/mcp', 'http://169.254.169.254/mcp', 'http://10.0.0.7/mcp'])('is never called at %s', async url => {
    const { agent, set, close } = await openGateway(world);
    await set({ url });
    const result = await agent.raw('get_order', { order_id: 'A-1' });
    expect(saidIn(result)).toMatchObject({ code: 'upstream_failed' });
    expect(result.content[0]!.text).not.toContain(new URL(url).hostname);
    await close();
  });
});

describe('the door of a gateway', () => {
  const list = aMessage('tools/list', {});
  const send = (path: string, key = world.keys.live, message: typeof list = list) =>
    world.call('POST', path, message, { key, headers: headersFor(message) });

  it('is there for agents that may use it, with keys of its mode', async () => {
    const { path, set, close } = await openGateway(world);
    expect((await send(path)).status).toBe(200);
    expect((await problemOf(await send(path, world.keys.test))).code).toBe('key_mode_mismatch');
    await set({ agents: ['agt_second'] });
    const [hidden, none, foreign] = [await send(path), await send('/mcp/gateway/nothing'), await send(path, world.keys.foreign)];
    const problems = await Promise.all([hidden, none, foreign].map(problemOf));
    expect(problems.map(({ status, code, detail }) => [status, code, detail])).toEqual(
      Array.from({ length: 3 }, () => [404, 'not_found', 'There is no such MCP gateway, or this agent may not use it.']),
    );
    expect((await send(path, world.keys.second)).status).toBe(200);
    await close();
  });

  it('names its own metadata to whoever has no key', async () => {
    const response = await send('/mcp/gateway/shop', 'hp_live_0123456789abcdef');
    expect(response.status).toBe(401);
    const address = /resource_metadata="([^"]+)"/.exec(response.headers.get('www-authenticate')!)![1]!;
    expect(new URL(address).pathname).toBe('/.well-known/oauth-protected-resource/mcp/gateway/shop');
    const metadata = (await (await fetch(world.url + new URL(address).pathname)).json()) as { resource: string };
    expect(new URL(metadata.resource).pathname).toBe('/mcp/gateway/shop');
    expect((await fetch(`${world.url}/.well-known/oauth-protected-resource/mcp/gateway/${encodeURIComponent('<x>')}`)).status).toBe(404);
  });

  it('asks a key for the scope of what it wants', async () => {
    const { path, close } = await openGateway(world);
    const calling = (name: string) => aMessage('tools/call', { name, arguments: {} });
    for (const name of ['issue_refund', 'get_order', 'answer_question'])
      expect((await problemOf(await send(path, world.keys.readOnly, calling(name)))).code).toBe('scope_missing');
    expect((await problemOf(await send(path, world.keys.writeOnly, calling('check_approval')))).code).toBe('scope_missing');
    expect((await send(path, world.keys.readOnly)).status).toBe(200);
    await close();
  });

  it('wants an idempotency key that is one, and names the member', async () => {
    const { path, close } = await openGateway(world);
    for (const key of ['', 7, 'x'.repeat(256)]) {
      const message = aMessage('tools/call', { name: 'issue_refund', arguments: {} });
      Object.assign(message.params._meta, { 'dev.holdpoint/idempotencyKey': key });
      const response = await send(path, world.keys.live, message);
      expect(response.status).toBe(400);
      expect(JSON.stringify(await response.json())).toContain('/params/_meta/dev.holdpoint~1idempotencyKey');
    }
    await close();
  });

  it('closes when the gateway is removed', async () => {
    const { id, path, close } = await openGateway(world);
    await removeGateway(world, id);
    expect((await send(path)).status).toBe(404);
    await close();
  });
});

// Last: it stops the process.
describe('a process that stops', () => {
  it('lets a call that has begun come to its end, and has it on record', async () => {
    const { agent, upstream, close } = await openGateway(world);
    const args = aRefund();
    upstream.fail({ kind: 'delay', ms: 1_500 });
    await expect(agent.raw('issue_refund', args, { timeoutMs: 900 })).rejects.toThrow(/timed out|timeout/i);
    expect(upstream.requests.filter(({ rpcMethod }) => rpcMethod === 'tools/call')).toHaveLength(1);
    expect(upstream.applied).toEqual([]);
    await world.stopIngest();
    expect(upstream.applied).toEqual([{ name: 'issue_refund', args }]);
    expect(await reportOf(rules.decided.at(-1)!)).toMatchObject({ outcome: 'succeeded', matchesApproval: true });
    await close();
  });
});
