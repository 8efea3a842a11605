import type { Connection } from '../agent.ts';
import { callJson, type Reply } from '../reconcile.ts';

export const responsesHeaders = ({ apiKey }: Connection) => ({ authorization: `Bearer ${apiKey}` });

/** Reads a response, or a conversation. */
export const getResponses = (place: { connection: Connection; fetch: typeof fetch }, path: string): Promise<Reply> =>
  callJson(place, { method: 'GET', path, headers: responsesHeaders(place.connection) });

/** An item of a response or a conversation. */
export type Item = { type: string; [member: string]: unknown };
/** By which its answer names a call; undefined for an item that asks nothing. */
export const callIdOf = (item: Item): unknown =>
  item.type === 'function_call' ? item['call_id'] : item.type === 'mcp_approval_request' ? item['id'] : undefined;
/** The call an item answers; undefined for other items. */
export const answeredBy = (item: Item): unknown =>
  item.type === 'function_call_output' ? item['call_id'] : item.type === 'mcp_approval_response' ? item['approval_request_id'] : undefined;
