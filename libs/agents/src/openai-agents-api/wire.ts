import type { Connection } from '../agent.ts';
import { callJson, type Reply } from '../reconcile.ts';

type Place = { connection: Connection; fetch: typeof fetch };

export const agentsApiHeaders = ({ apiKey }: Connection) => ({ authorization: `Bearer ${apiKey}`, 'openai-beta': 'agents=v1' });
const pathOf = (sessionId: string) => `/agents/sessions/${encodeURIComponent(sessionId)}`;

/** Reads a session, or what is below it. */
export const getSession = (place: Place, sessionId: string, rest = ''): Promise<Reply> =>
  callJson(place, { method: 'GET', path: `${pathOf(sessionId)}${rest}`, headers: agentsApiHeaders(place.connection) });

/**
 * Sends events to a session.
 * @param key one for ever for what is sent. Only documented for messages; where it is honoured, a repeated answer is one answer.
 */
export const sendEvents = (place: Place, sessionId: string, body: unknown, key: string): Promise<Reply> =>
  callJson(place, {
    method: 'POST',
    path: `${pathOf(sessionId)}/events`,
    headers: { ...agentsApiHeaders(place.connection), 'idempotency-key': key },
    body,
  });
