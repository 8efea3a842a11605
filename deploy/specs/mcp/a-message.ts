import type { RunningIngest } from '../ingest/a-running-ingest.ts';

const VERSION = '2026-07-28';
const ENVELOPE = 'io.modelcontextprotocol';

/** The request headers that protocol 2026-07-28 wants for a message. */
export const headersFor = (message: { method: string; params?: Record<string, unknown> }): Record<string, string> => {
  const name = message.params?.['name'] ?? message.params?.['taskId'];
  return {
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': VERSION,
    'mcp-method': message.method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
  };
};

/** A message of protocol 2026-07-28. */
export const aMessage = (method: string, params: Record<string, unknown>, capabilities: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: {
    ...params,
    _meta: {
      [`${ENVELOPE}/protocolVersion`]: VERSION,
      [`${ENVELOPE}/clientInfo`]: { name: 'spec', version: '1.2.3' },
      [`${ENVELOPE}/clientCapabilities`]: capabilities,
    },
  },
});

export type RpcAnswer = {
  status: number;
  result: Record<string, unknown> & { structuredContent?: Record<string, unknown> };
  error?: { code: number; message: string; data?: Record<string, unknown> };
};

/** Sends a message by hand, as a client that no library made. */
export const send = async (
  world: RunningIngest,
  message: ReturnType<typeof aMessage>,
  options: { key?: string; headers?: Record<string, string> } = {},
): Promise<RpcAnswer> => {
  const response = await world.call('POST', '/mcp', message, { ...options, headers: { ...headersFor(message), ...options.headers } });
  return { status: response.status, ...((await response.json()) as Omit<RpcAnswer, 'status'>) };
};

/** A call of the gate tool by hand. */
export const gateCall = (entity: string, capabilities: object = {}) =>
  aMessage(
    'tools/call',
    {
      name: 'request_human_approval',
      arguments: { context_summary: 'x', proposed_action: 'y', entity_id: entity, risk_level: 'low', wait_seconds: 0 },
    },
    capabilities,
  );
