import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { JsonObject } from '@holdpoint/contracts';
import type { Logger } from '@holdpoint/service-kit';
import type { McpHttpHandler, McpRequestContext, Server } from '@modelcontextprotocol/server';
import type * as Library from '@modelcontextprotocol/server';
import type { Message } from './read-message.ts';
import type { Call } from './tool.ts';

/** Headers the protocol library looks at; no other one reaches it, and the key least of all. */
const HEADERS = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name'] as const;
/** Streams of change notices: the tools never change, so none is held open. */
const SUBSCRIPTIONS_MAX = 0;

export type Answer = { status: number; headers: Record<string, string>; body: Readable | Buffer | null };

/** One HTTP request: whose it is, and what its server needs besides. */
type Exchange = { call: Call };

export type McpEndpoint<E extends Exchange> = {
  /** Answers one message that was admitted and read. */
  answer(message: Message, headers: Readonly<Record<string, string | string[] | undefined>>, exchange: E): Promise<Answer>;
  close(): Promise<void>;
};

/**
 * An MCP endpoint, both protocol generations from one server definition: 2026-07-28, and 2025-11-25 without sessions. The protocol
 * library is loaded by the first call, so that an ingest nobody speaks MCP to does not carry it.
 * @param url under which agents reach it
 * @param serve makes the server for one request
 */
export const mcpEndpoint = <E extends Exchange>(
  url: string,
  serve: (library: typeof Library, era: McpRequestContext['era'], exchange: E) => Server,
  logger: Logger,
): McpEndpoint<E> => {
  let opening: Promise<McpHttpHandler> | undefined;
  const open = async (): Promise<McpHttpHandler> => {
    const library = await import('@modelcontextprotocol/server');
    return library.createMcpHandler(({ era, authInfo }) => serve(library, era, authInfo?.extra as E), {
      maxSubscriptions: SUBSCRIPTIONS_MAX,
      onerror: error => logger.debug({ err: error }, 'an MCP message was refused'),
    });
  };
  return {
    answer: async (message, headers, exchange) => {
      const { call } = exchange;
      const handler = await (opening ??= open());
      const request = new Request(url, { method: 'POST', headers: headersOf(headers), signal: call.gone });
      const authInfo = { token: '', clientId: call.caller.agentId, scopes: [], extra: exchange };
      return answerFrom(await handler.fetch(request, { parsedBody: message satisfies JsonObject, authInfo }));
    },
    close: async () => {
      if (opening !== undefined) await (await opening).close();
    },
  };
};

const headersOf = (headers: Readonly<Record<string, string | string[] | undefined>>): Headers => {
  const known = new Headers();
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') known.set(name, value);
  }
  return known;
};

const answerFrom = async (response: Response): Promise<Answer> => {
  const { status, body } = response;
  const headers = { ...Object.fromEntries(response.headers), 'cache-control': 'no-store' };
  if (body === null) return { status, headers, body: null };
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  return { status, headers, body: streams ? Readable.fromWeb(body as ReadableStream) : Buffer.from(await response.arrayBuffer()) };
};
