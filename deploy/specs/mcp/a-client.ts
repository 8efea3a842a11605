import { Client as Client2026, StreamableHTTPClientTransport as Transport2026 } from '@modelcontextprotocol/client';
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The two protocol generations, each spoken by the library its users have. */
export const GENERATIONS = ['2025-11-25', '2026-07-28'] as const;
export type Generation = (typeof GENERATIONS)[number];

export type Said = Record<string, unknown> & { status: string; approved: boolean; approvalId: string; instruction: string };
export type ToolResult = { isError: boolean; said: Said; text: string };

export type RawResult = {
  content: { type: string; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  _meta?: Record<string, unknown>;
};

export type AClient = {
  protocol(): string | undefined;
  tools(): Promise<{ name: string; description?: string; inputSchema: object; outputSchema?: object }[]>;
  call(name: string, args: Record<string, unknown>, timeoutMs?: number): Promise<ToolResult>;
  /** A call whose result is taken as it comes; `meta` goes along as `_meta`. */
  raw(name: string, args: Record<string, unknown>, more?: { timeoutMs?: number; meta?: Record<string, unknown> }): Promise<RawResult>;
  close(): Promise<void>;
};

/** A connected client of one generation, as an MCP host sets it up: an address and a header. */
export const connectClient = async (
  generation: Generation,
  url: string,
  key: string,
  fetchWith: typeof fetch = fetch,
  path = '/mcp',
): Promise<AClient> => {
  const address = new URL(path, url);
  const options = { requestInit: { headers: { authorization: `Bearer ${key}` } }, fetch: fetchWith };
  const identity = { name: 'spec', version: '1.2.3' };
  const client =
    generation === '2025-11-25'
      ? await connected(new Client2025(identity), new Transport2025(address, options) as never)
      : await connected(
          new Client2026(identity, { versionNegotiation: { mode: { pin: '2026-07-28' } } } as never) as never,
          new Transport2026(address, options) as never,
        );
  const raw: AClient['raw'] = async (name, args, { timeoutMs = 10_000, meta } = {}) => {
    const request = { name, arguments: args, ...(meta !== undefined && { _meta: meta }) };
    const limits = { timeout: timeoutMs };
    const result =
      generation === '2025-11-25'
        ? await client.callTool(request, undefined, limits)
        : await (client as unknown as { callTool(r: object, o: object): Promise<unknown> }).callTool(request, limits);
    return result as RawResult;
  };
  return {
    raw,
    protocol: () => (client as unknown as { getNegotiatedProtocolVersion?(): string }).getNegotiatedProtocolVersion?.() ?? generation,
    tools: async () => (await client.listTools()).tools as never,
    call: async (name, args, timeoutMs = 10_000) => {
      const result = await raw(name, args, { timeoutMs });
      const { text } = result.content[0]!;
      return { isError: result.isError === true, said: (result.structuredContent ?? JSON.parse(text)) as Said, text };
    },
    close: () => client.close(),
  };
};

const connected = async (client: Client2025, transport: never): Promise<Client2025> => {
  await client.connect(transport);
  return client;
};
