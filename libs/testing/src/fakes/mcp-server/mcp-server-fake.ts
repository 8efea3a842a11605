import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, readBody } from '../loopback-server.ts';
import { handler2025, handler2026 } from './protocol.ts';
import { runShopTool, shopTools, type ShopResult, type ShopTool } from './shop-tools.ts';

/** One misbehaviour, spent by the next `tools/call`. */
export type McpServerFault =
  /** Answers only after this time, milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Carries the call out and breaks the connection. */
  | { kind: 'dropReplyAfterApply' }
  /** Breaks the connection before anything was carried out. */
  | { kind: 'dropRequest' }
  | { kind: 'status'; status: number; location?: string }
  /** A JSON-RPC error, which is the server's own word. */
  | { kind: 'error'; message: string };

export type McpServerFake = {
  /** Where MCP clients reach it. */
  url: string;
  /** Every HTTP request, as it came. */
  requests: { method: string; rpcMethod: string | undefined; headers: IncomingHttpHeaders }[];
  /** Calls that had effect, in order. */
  applied: { name: string; args: Record<string, unknown> }[];
  /** The tools it lists; a spec may change them. */
  tools: ShopTool[];
  /** Tools on one page of `tools/list`. */
  pageSize: number;
  /** Misbehaves on the next `tools/call`. */
  fail(fault: McpServerFault): void;
  close(): Promise<void>;
};

export type Shop = {
  list(cursor: string | undefined): { tools: ShopTool[]; nextCursor?: string };
  call(name: string, args: Record<string, unknown>): Promise<ShopResult>;
};

/**
 * A shop's MCP server on loopback, spoken by the official server library of one generation: `2025-11-25` with sessions and answers as server-sent
 * events, `2026-07-28` without either, and refusing what is older.
 */
export const startMcpServerFake = async (generation: '2025-11-25' | '2026-07-28'): Promise<McpServerFake> => {
  const faults: McpServerFault[] = [];
  let errorSaid: string | undefined;
  const fake: Omit<McpServerFake, 'url' | 'close'> = {
    requests: [],
    applied: [],
    tools: shopTools(),
    pageSize: 100,
    fail: fault => void faults.push(fault),
  };
  const shop: Shop = {
    list: cursor => {
      const from = Number(cursor ?? 0);
      const to = from + fake.pageSize;
      return { tools: fake.tools.slice(from, to), ...(to < fake.tools.length && { nextCursor: String(to) }) };
    },
    call: async (name, args) => {
      if (errorSaid !== undefined) {
        const message = errorSaid;
        errorSaid = undefined;
        throw new Error(message);
      }
      const result = runShopTool(name, args, fake.applied.length);
      fake.applied.push({ name, args });
      return Promise.resolve(result);
    },
  };
  const handle = await (generation === '2025-11-25' ? handler2025 : handler2026)(shop);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = (await readBody(request)).toString('utf8');
    const body = raw === '' ? undefined : (JSON.parse(raw) as { method?: string });
    fake.requests.push({ method: request.method ?? '', rpcMethod: body?.method, headers: request.headers });
    const fault = body?.method === 'tools/call' ? faults.shift() : undefined;
    switch (fault?.kind) {
      case 'dropRequest':
        return void request.socket.destroy();
      case 'status':
        return void response.writeHead(fault.status, fault.location === undefined ? {} : { location: fault.location }).end();
      case 'error':
        errorSaid = fault.message;
        break;
      case 'delay':
        await new Promise(resolve => setTimeout(resolve, fault.ms));
        break;
      case 'dropReplyAfterApply': {
        const { params } = body as unknown as { params: { name: string; arguments: Record<string, unknown> } };
        await shop.call(params.name, params.arguments);
        return void request.socket.destroy();
      }
      case undefined:
    }
    await handle(request, response, body);
  };
  const listener = await listenOnLoopback((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return Object.assign(fake, { url: `http://127.0.0.1:${listener.port}/mcp`, close: () => listener.close() });
};
