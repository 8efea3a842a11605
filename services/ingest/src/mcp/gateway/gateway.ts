import type { Directory, McpGateway } from '@holdpoint/directory';
import { ProblemError, type Logger } from '@holdpoint/service-kit';
import { IDEMPOTENCY_KEY_CHARS_MAX } from '../../idempotency-key.ts';
import type { Pressure } from '../../pressure.ts';
import type { Answer, McpEndpoint } from '../endpoint.ts';
import { clientOf, memberOf, type McpHeaders } from '../mcp.ts';
import { requireScope, type DoorParts } from '../open-door.ts';
import { isObject, NOTHING, readMessage, type Message, type Wants } from '../read-message.ts';
import { GATEWAY_PATH } from '../resource-metadata.ts';
import type { Call } from '../tool.ts';
import { findGateway, passesWithoutAsking } from './find-gateway.ts';
import type { GatewayParts } from './gated-call.ts';
import type { GatewayExchange } from './gateway-server.ts';
import { findOwnTool } from './list-tools.ts';
import { IDEMPOTENCY_META } from './same-call.ts';

export type GatewayDeps = Pick<DoorParts, 'authenticate' | 'metadataUrlFor'> & {
  directory: Pick<Directory, 'mcpGateway'>;
  endpoint: McpEndpoint<GatewayExchange>;
  pressure: Pick<Pressure, 'admitWrite'>;
  parts: GatewayParts;
  logger: Logger;
};

/**
 * Answers one POST to an MCP server behind the gate: the agent may use it, the body is read strictly, what it asks for is admitted as in the
 * rest of the API, and only then does the protocol library see it.
 * @throws ProblemError 400, 403 `scope_missing` or `key_mode_mismatch`, 404, 413, 503 `overloaded`
 */
export const mcpGateway =
  ({ directory, endpoint, pressure, parts, logger, ...door }: GatewayDeps) =>
  async (id: string, body: unknown, headers: McpHeaders, from: Pick<Call, 'caller' | 'traceparent' | 'gone'>): Promise<Answer> => {
    const gateway = findGateway(directory, from.caller, id);
    const message = readMessage(body);
    const { scope, writes } = wantsOf(message, gateway);
    if (scope !== null) requireScope(door, headers.authorization, scope, GATEWAY_PATH + id);
    if (writes) pressure.admitWrite();
    const bodyBytes = body instanceof Uint8Array ? body.length : 0;
    const call = { ...from, bodyBytes, client: clientOf(message) };
    return endpoint.answer(message, headers, { gateway, key: keyOf(message), call, parts, logger });
  };

export type McpGatewayCall = ReturnType<typeof mcpGateway>;

const wantsOf = ({ method, params }: Message, gateway: McpGateway): Wants => {
  if (method !== 'tools/call' || !isObject(params)) return NOTHING;
  const { name } = params;
  return findOwnTool(name) ?? { scope: 'requests:write', writes: typeof name === 'string' && !passesWithoutAsking(gateway, name) };
};

/** The key with which a client makes the same call anew on purpose. @throws ProblemError 400 `idempotency_key_invalid` */
const keyOf = ({ params }: Message): string | undefined => {
  const key = memberOf(params, '_meta')?.[IDEMPOTENCY_META];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= IDEMPOTENCY_KEY_CHARS_MAX) return key;
  const pointer = `/params/_meta/${IDEMPOTENCY_META.replaceAll('/', '~1')}`;
  const detail = `must be a text of 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters`;
  throw new ProblemError('idempotency_key_invalid', 400, `${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
};
