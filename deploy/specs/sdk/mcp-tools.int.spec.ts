import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer2, createMcpHandler } from '@modelcontextprotocol/server';
import { gatedHandler } from '@holdpoint/sdk/mcp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aGate, LESS, REFUND, type Gate, type RefundArgs } from './a-gate.ts';

let gate: Gate;
beforeAll(async () => {
  gate = await aGate();
});
afterAll(() => gate.close());

const shape = { order_id: z.string(), amount: z.number() };
let sessions = 0;
/** A session of a client with an MCP server that has the gated tool; without `waitSec` the server waits as long as it does by default. */
const aSession = async (waitSec?: number) => {
  const session = `session_${++sessions}`;
  const handler = gatedHandler<RefundArgs>(gate.holdpoint, {
    name: 'issue_refund',
    describe: gate.describe,
    run: gate.refund,
    caller: () => session,
    ...(waitSec !== undefined && { waitSec }),
  });
  const server = new McpServer({ name: 'shop', version: '1.0.0' });
  server.registerTool('issue_refund', { description: 'Gives money back.', inputSchema: shape }, handler);
  const client = new Client({ name: 'agent', version: '1.0.0' });
  const [a, b] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(a), client.connect(b)]);
  return async (args: RefundArgs = REFUND) => {
    const { content, isError } = await client.callTool({ name: 'issue_refund', arguments: args });
    return { isError: isError === true, text: (content as { text: string }[])[0]!.text };
  };
};

describe('a tool of an MCP server', () => {
  it.each([
    ['approve', [REFUND], 'refunded 50', false],
    ['modify', [LESS], 'carried out once as approvedAction', false],
    ['reject', [], 'Not approved. Do not carry out the action.', true],
  ] as const)('answers within the call where the decision is quick: %s', async (answer, ran, read, error) => {
    gate.from(answer);
    const { text, isError } = await (await aSession())();
    expect(text).toContain(read);
    expect([gate.ran, isError]).toEqual([[...ran], error]);
  });
  it('says pending, is called again with the same arguments, and asks people once', async () => {
    gate.from('nobody');
    const call = await aSession(0.1);
    for (let times = 0; times < 2; times++) expect(JSON.parse((await call()).text)).toMatchObject({ decision: 'pending', approved: false });
    await gate.ada.approve(gate.asked[0]!);
    expect(await call()).toEqual({ isError: false, text: 'refunded 50' });
    expect([gate.ran, gate.asked.length]).toEqual([[REFUND], 1]);
  });
  it('needs another approval for other arguments, and for the same ones again', async () => {
    gate.from('approve');
    const call = await aSession();
    await call();
    await call({ ...REFUND, amount: 500 });
    await call();
    expect(gate.asked).toHaveLength(3);
    expect(new Set(gate.asked).size).toBe(3);
    gate.from('nobody');
    const other = await aSession(0.1);
    await other();
    await gate.ada.approve(gate.asked[0]!);
    expect(JSON.parse((await other({ ...REFUND, amount: 500 })).text)).toMatchObject({ decision: 'pending' });
    expect(gate.ran).toEqual([]);
  });
  it('is told that an approval was erased before it could be spent, and asks anew', async () => {
    gate.from('nobody');
    const call = await aSession(0.1);
    await call();
    const gone = gate.asked[0]!;
    await gate.ada.approve(gone);
    await gate.world.orderErasure(gone);
    expect(JSON.parse((await call()).text)).toMatchObject({ decision: 'pending', approved: false });
    expect(gate.ran).toEqual([]);
    expect(gate.asked).toHaveLength(2);
  });
  it('runs twice for two calls at once only with two approvals', async () => {
    gate.from('approve');
    const call = await aSession();
    await Promise.all([call(), call()]);
    expect(gate.ran.length).toBe(new Set(gate.asked).size);
  });
  it('works in a server of the 2026-07-28 protocol too', async () => {
    gate.from('approve');
    const handler = gatedHandler<RefundArgs>(gate.holdpoint, {
      name: 'issue_refund',
      describe: gate.describe,
      run: gate.refund,
      caller: () => 'v2',
    });
    const { fetch, close } = createMcpHandler(() => {
      const server = new McpServer2({ name: 'shop', version: '1.0.0' });
      server.registerTool('issue_refund', { description: 'Gives money back.', inputSchema: z.object(shape) }, handler);
      return server;
    });
    const response = await fetch(
      new Request('http://shop.test/mcp', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'issue_refund', arguments: REFUND } }),
      }),
    );
    expect(await response.text()).toContain('refunded 50');
    expect(gate.ran).toEqual([REFUND]);
    await close();
  });
});
