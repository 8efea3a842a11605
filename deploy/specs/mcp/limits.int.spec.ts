import { afterEach, describe, expect, it } from 'vitest';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { connectClient, GENERATIONS } from './a-client.ts';
import { aMessage, gateCall, headersFor, send } from './a-message.ts';

let world: RunningIngest | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

describe('the limits of the MCP endpoint', () => {
  it('slow a key down as everywhere', async () => {
    const { call } = (world = await startIngest({ INGEST_RATE_PER_SEC: '0.1', INGEST_RATE_BURST: '2' }));
    const list = aMessage('tools/list', {});
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await call('POST', '/mcp', list, { headers: headersFor(list) })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
  it('answer with what is known when there is no room to hold another call', async () => {
    world = await startIngest({ INGEST_WAITERS_MAX: '1' });
    const { approvalId } = (await send(world, gateCall('room'))).result.structuredContent as { approvalId: string };
    const gone = new AbortController();
    const held = world.call('GET', `/v1/approvals/${approvalId}/wait?timeout=60`, undefined, { signal: gone.signal }).catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 300));
    const from = performance.now();
    const checking = aMessage('tools/call', { name: 'check_approval', arguments: { approval_id: approvalId, wait_seconds: 20 } });
    expect((await send(world, checking)).result.structuredContent).toMatchObject({ status: 'pending', approved: false });
    expect(performance.now() - from).toBeLessThan(5_000);
    gone.abort();
    await held;
  });
});

describe('a process that stops', () => {
  it.each(GENERATIONS)('lets a tool call over %s answer first', async generation => {
    const stopping = await startIngest();
    const client = await connectClient(generation, stopping.url, stopping.keys.live);
    const question = { context_summary: 'x', proposed_action: 'y', entity_id: 'stop', risk_level: 'low', wait_seconds: 20 };
    const holding = client.call('request_human_approval', question, 30_000);
    await new Promise(resolve => setTimeout(resolve, 500));
    const from = performance.now();
    await stopping.close();
    expect((await holding).said).toMatchObject({ status: 'pending', approved: false });
    expect(performance.now() - from).toBeLessThan(5_000);
    await client.close();
  });
});
