import type { Pressure } from '../pressure.ts';
import type { Answer, McpEndpoint } from './endpoint.ts';
import { requireScope, type DoorParts } from './open-door.ts';
import { readMessage, wantsOf, type Message } from './read-message.ts';
import { MCP_PATH } from './resource-metadata.ts';
import type { Exchange } from './server.ts';
import type { Call } from './tool.ts';

export type McpParts = Pick<DoorParts, 'authenticate' | 'metadataUrlFor'> &
  Omit<Exchange, 'call'> & { endpoint: McpEndpoint<Exchange>; pressure: Pick<Pressure, 'admitWrite'> };
export type McpHeaders = Readonly<Record<string, string | string[] | undefined>> & { authorization?: string | undefined };

/**
 * Answers one POST to the MCP endpoint: the body is read strictly, what it asks for is admitted as in the rest of the API, and only then
 * does the protocol library see it.
 * @throws ProblemError 400, 403 `scope_missing`, 413, 503 `overloaded`
 */
export const mcp =
  ({ endpoint, pressure, parts, logger, ...door }: McpParts) =>
  (body: unknown, headers: McpHeaders, from: Pick<Call, 'caller' | 'traceparent' | 'gone'>): Promise<Answer> => {
    const message = readMessage(body);
    const { scope, writes } = wantsOf(message);
    if (scope !== null) requireScope(door, headers.authorization, scope, MCP_PATH);
    if (writes) pressure.admitWrite();
    const bodyBytes = body instanceof Uint8Array ? body.length : 0;
    return endpoint.answer(message, headers, { call: { ...from, bodyBytes, client: clientOf(message) }, parts, logger });
  };

export type Mcp = ReturnType<typeof mcp>;

/** A label of this length is the longest a request may carry, UTF-16 units. */
const CLIENT_CHARS_MAX = 256;

/** `name version` as the client calls itself in each request since 2026-07-28. */
export const clientOf = ({ params }: Message): string | undefined => {
  const { name, version } = memberOf(memberOf(params, '_meta'), 'io.modelcontextprotocol/clientInfo') ?? {};
  if (typeof name !== 'string' || name === '') return undefined;
  return `${name} ${typeof version === 'string' ? version : ''}`.trim().slice(0, CLIENT_CHARS_MAX);
};

export const memberOf = (value: unknown, name: string): Record<string, unknown> | undefined => {
  const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof member === 'object' && member !== null ? (member as Record<string, unknown>) : undefined;
};
