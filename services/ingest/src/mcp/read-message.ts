import type { ApiKeyScope, Json, JsonObject } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';
import { readJson } from '../read-body.ts';
import { findTool } from './tools.ts';

/** A message has to hold the gate tool's arguments and no more: two texts of 4 000 characters and 32 KiB of arguments, bytes. */
export const MESSAGE_BYTES_MAX = 131_072;
/** Of a JSON-RPC id, characters; it comes back in the answer. */
const ID_CHARS_MAX = 256;

export type Message = JsonObject;
/** What a message asks for, as far as admission has to know. */
export type Wants = { scope: ApiKeyScope | null; writes: boolean };

/**
 * Reads one JSON-RPC message as strictly as every other body, so that the protocol library sees the same values that an operator will.
 * @throws ProblemError 400 `json_…`, `batch_not_supported`, `not_a_message`; 413 `body_too_large`
 */
export const readMessage = (body: unknown): Message => {
  if (body instanceof Uint8Array && body.length > MESSAGE_BYTES_MAX)
    throw new ProblemError('body_too_large', 413, `An MCP message may have ${MESSAGE_BYTES_MAX} bytes.`);
  const value = readJson(body);
  if (Array.isArray(value))
    throw new ProblemError(
      'batch_not_supported',
      400,
      'Send one JSON-RPC message in each request; MCP has had no batches since 2025-06-18.',
    );
  if (!isObject(value) || value['jsonrpc'] !== '2.0' || !isId(value['id']))
    throw new ProblemError('not_a_message', 400, 'The body is not a JSON-RPC 2.0 message with a text or a number as its id.');
  return value;
};

/** Which scope a message needs and whether it adds to the log. What is unknown needs none: the protocol library refuses it. */
export const wantsOf = ({ method, params }: Message): Wants => {
  if (method === 'tools/call' && isObject(params)) return findTool(params['name']) ?? NOTHING;
  if (method === 'tasks/cancel') return { scope: 'requests:write', writes: true };
  if (method === 'tasks/get' || method === 'tasks/update') return { scope: 'requests:read', writes: false };
  return NOTHING;
};

export const NOTHING: Wants = { scope: null, writes: false };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (id: Json | undefined): boolean =>
  id === undefined || Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= ID_CHARS_MAX);

/** The JSON-RPC error a refused body is answered with. */
export const rpcRefusal = ({ code, message, problem }: ProblemError): object => ({
  jsonrpc: '2.0',
  id: null,
  error: { code: code.startsWith('json_') ? PARSE_ERROR : INVALID_REQUEST, message, data: problem },
});
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
