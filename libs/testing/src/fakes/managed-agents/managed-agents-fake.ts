import { matchPath, startJsonApi, type JsonApi, type JsonReply, type JsonRequest } from '../json-api.ts';

type SessionEvent = { id: string; type: string; processed_at: string | null; [member: string]: unknown };
type Input = { type: string; tool_use_id?: string; custom_tool_use_id?: string; result?: string; deny_message?: string };
type Session = { id: string; events: SessionEvent[]; blocked: string[] };

export type ManagedAgentsFake = JsonApi & {
  baseUrl: string;
  apiKey: string;
  /** Answers that took effect, in order. */
  applied: Input[];
  /** A session that is blocked on these tool uses, after this was said in it. */
  pausedSession(uses: { id: string; type: string; name: string; input: unknown }[], said?: { type: string; content: unknown }[]): string;
  /** Puts further tool uses on a session, which waits for them as well. */
  askAgain(id: string, uses: { id: string; type: string; name: string; input: unknown }[]): void;
  /** Ends the session without its answers. */
  terminate(id: string): void;
};

/**
 * An honest fake of Claude Managed Agents' session events: some of what a session is blocked on may be answered, and it then says
 * again what is left; `deny_message` only goes with a denial; an answer to what is not waiting is refused.
 */
export const startManagedAgentsFake = async (): Promise<ManagedAgentsFake> => {
  const apiKey = 'sk-ant-fake';
  const sessions = new Map<string, Session>();
  const applied: Input[] = [];
  let lastId = 0;
  const say = (session: Session, type: string, more: Record<string, unknown> = {}) =>
    session.events.push({ id: `sevt_${String(++lastId).padStart(4, '0')}`, type, processed_at: new Date(lastId).toISOString(), ...more });
  const idle = (session: Session) =>
    say(session, 'session.status_idle', { stop_reason: { type: 'requires_action', event_ids: [...session.blocked] }, stop_details: null });

  const send = (session: Session, { body }: JsonRequest): JsonReply => {
    const events = (body as { events?: Input[] } | null)?.events ?? [];
    for (const event of events) {
      const target = event.tool_use_id ?? event.custom_tool_use_id ?? '';
      if (!session.blocked.includes(target)) return refusal(400, `events: ${target} is not waiting for an answer`);
      if (event.result === 'allow' && event.deny_message !== undefined)
        return refusal(400, 'deny_message is only allowed when result is deny');
    }
    for (const event of events) {
      session.blocked = session.blocked.filter(id => id !== (event.tool_use_id ?? event.custom_tool_use_id));
      say(session, event.type, event);
      applied.push(event);
    }
    if (session.blocked.length > 0) idle(session);
    else say(session, 'session.status_running');
    return { status: 200, body: { data: [] } };
  };
  const list = ({ events }: Session, { query }: JsonRequest): JsonReply => {
    const ordered = query.get('order') === 'desc' ? events.toReversed() : events;
    const limit = Number(query.get('limit') ?? 20);
    const from = Number(query.get('page') ?? 0);
    return {
      status: 200,
      body: { data: ordered.slice(from, from + limit), next_page: from + limit < ordered.length ? String(from + limit) : null },
    };
  };

  const api = await startJsonApi(request => {
    const { headers } = request;
    if (headers.authorization !== `Bearer ${apiKey}`) return refusal(401, 'invalid API key');
    if (headers['anthropic-version'] === undefined) return refusal(400, 'anthropic-version: header is required');
    if (!String(headers['anthropic-beta']).includes('managed-agents-2026-04-01')) return refusal(400, 'anthropic-beta: header is required');
    if (request.method === 'GET' && request.path === '/v1/sessions')
      return { status: 200, body: { data: [...sessions.keys()].map(known => ({ type: 'session', id: known })), next_page: null } };
    const [id] = matchPath('/v1/sessions/:id/events', request.path) ?? [];
    const session = sessions.get(id ?? '');
    if (session === undefined) return refusal(404, 'session not found');
    return request.method === 'POST' ? send(session, request) : list(session, request);
  });
  return {
    ...api,
    baseUrl: api.origin,
    apiKey,
    applied,
    pausedSession: (uses, said = []) => {
      const session: Session = { id: `sesn_${sessions.size + 1}`, events: [], blocked: uses.map(({ id }) => id) };
      for (const { type, content } of said) say(session, type, { content });
      for (const use of uses) say(session, use.type, use);
      idle(session);
      sessions.set(session.id, session);
      return session.id;
    },
    askAgain: (id, uses) => {
      const session = sessions.get(id)!;
      for (const use of uses) say(session, use.type, use);
      session.blocked.push(...uses.map(use => use.id));
      idle(session);
    },
    terminate: id => {
      const session = sessions.get(id)!;
      session.blocked = [];
      say(session, 'session.status_terminated');
    },
  };
};

const refusal = (status: number, message: string): JsonReply => ({
  status,
  body: { type: 'error', error: { type: status === 404 ? 'not_found_error' : 'invalid_request_error', message } },
});
