import { streamOf, type Event, type EventData } from '@holdpoint/contracts';
import { startMcpServerFake, type McpServerFake } from '@holdpoint/testing';
import type { RunningIngest } from '../ingest/a-running-ingest.ts';
import { connectClient, type AClient, type Generation, type RawResult } from './a-client.ts';

export const CREDENTIAL = 'Bearer upstream-secret';
type Settings = EventData<'McpGatewaySet'>;

/** Puts an MCP server behind the gate, as the console records it. */
export const setGateway = async (world: RunningIngest, gatewayId: string, more: Partial<Settings> & { url: string }): Promise<void> => {
  const at = new Date().toISOString();
  const data: Settings = {
    gatewayId,
    name: `The ${gatewayId}`,
    mode: 'live',
    agents: null,
    passThrough: ['get_order'],
    tools: { issue_refund: { amount: '/amount', currency: '/currency', entity: '/order_id' } },
    timeoutSec: 10,
    resultKeptSec: 900,
    by: 'opr_a',
    at,
    private: { credential: { header: 'authorization', value: CREDENTIAL } },
    ...more,
  };
  await recordSetting(world, { type: 'McpGatewaySet', data });
};

let settings = 0;
const recordSetting = async ({ parts }: RunningIngest, event: Event<'McpGatewaySet'> | Event<'McpGatewayRemoved'>): Promise<void> => {
  const decider = { initial: null, evolve: () => null, decide: () => [event] };
  const how = { commandId: `gateway ${++settings}`, tenant: 'org_a', actor: 'operator:opr_a', recordedAt: event.data.at };
  const { position } = await parts.eventLog.handle(decider, streamOf.organization('org_a'), null, how);
  await parts.directory.atLeast(position!);
};

/** Takes it away again. */
export const removeGateway = (world: RunningIngest, gatewayId: string): Promise<void> =>
  recordSetting(world, { type: 'McpGatewayRemoved', data: { gatewayId, by: 'opr_a', at: new Date().toISOString() } });

let made = 0;

/** An MCP server of its own behind a gateway of its own, and an agent's client connected to it. */
export const openGateway = async (
  world: RunningIngest,
  {
    client = '2026-07-28',
    server = '2026-07-28',
    key = world.keys.live,
    ...more
  }: Partial<Settings> & { client?: Generation; server?: Generation; key?: string } = {},
) => {
  const upstream: McpServerFake = await startMcpServerFake(server);
  const id = `gateway${++made}`;
  const set = (changed: Partial<Settings> = {}) => setGateway(world, id, { url: upstream.url, ...more, ...changed });
  await set();
  const path = `/mcp/gateway/${id}`;
  const agent: AClient = await connectClient(client, world.url, key, fetch, path);
  return {
    id,
    path,
    upstream,
    agent,
    set,
    close: async () => {
      await agent.close();
      await upstream.close();
    },
  };
};
export type AGateway = Awaited<ReturnType<typeof openGateway>>;

/** What the gateway itself says in a result. */
export const saidIn = (result: RawResult): Record<string, unknown> & { status: string; approvalId: string } =>
  result.structuredContent as Record<string, unknown> & { status: string; approvalId: string };
