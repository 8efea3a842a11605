import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Shop } from './mcp-server-fake.ts';

/** Answers one HTTP request whose body was read. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

const IDENTITY = { name: 'shop', version: '3.2.1' };
const CAPABILITIES = { capabilities: { tools: {} } };

/** The server library of 2026-07-28, which refuses clients that speak nothing newer than 2025-11-25. */
export const handler2026 = async (shop: Shop): Promise<Handler> => {
  const { createMcpHandler, ProtocolError, Server } = await import('@modelcontextprotocol/server');
  const mcp = createMcpHandler(
    () => {
      const server = new Server(IDENTITY, CAPABILITIES);
      server.setRequestHandler('tools/list', ({ params }) => shop.list(params?.cursor) as never);
      server.setRequestHandler('tools/call', async ({ params }) => {
        try {
          return (await shop.call(params.name, params.arguments ?? {})) as never;
        } catch (error) {
          throw new ProtocolError(-32_000, (error as Error).message);
        }
      });
      return server;
    },
    { legacy: 'reject' },
  );
  return async (request, response, body) => {
    const headers = new Headers(request.headers as Record<string, string>);
    const method = request.method ?? 'POST';
    const asked = new Request(`http://shop.test${request.url}`, { method, headers });
    const answer = await mcp.fetch(asked, { parsedBody: body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  };
};

/** The server library of 2025-11-25 with a session for each client, which it ends when it is told to. */
export const handler2025 = async (shop: Shop): Promise<Handler> => {
  const { Server } = await import('@modelcontextprotocol/sdk/server/index.js');
  const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
  const { CallToolRequestSchema, ListToolsRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  type Transport = InstanceType<typeof StreamableHTTPServerTransport>;
  const sessions = new Map<string, Transport>();
  const begin = async (): Promise<Transport> => {
    const server = new Server(IDENTITY, CAPABILITIES);
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => shop.list(params?.cursor));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => ({ ...(await shop.call(params.name, params.arguments ?? {})) }));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: id => void sessions.set(id, transport),
      onsessionclosed: id => void sessions.delete(id),
    });
    await server.connect(transport as never);
    return transport;
  };
  return async (request, response, body) => {
    const known = sessions.get(String(request.headers['mcp-session-id'] ?? ''));
    const starts = (body as { method?: string } | undefined)?.method === 'initialize';
    if (known === undefined && !starts) {
      const message = 'Bad Request: there is no such session';
      return void response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } }));
    }
    await (known ?? (await begin())).handleRequest(request, response, body);
  };
};
