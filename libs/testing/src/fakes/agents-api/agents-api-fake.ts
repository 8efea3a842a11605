import { matchPath, startJsonApi, type JsonApi, type JsonReply, type JsonRequest } from '../json-api.ts';

type RequiredAction = { type: string; call_id?: string; request_id?: string; [member: string]: unknown };
type InputEvent = { type: string; call_id?: string; request_id?: string; success?: boolean; output?: unknown; response?: unknown };
type Item = { id: string; type: string; [member: string]: unknown };
type Session = { id: string; status: 'requires_action' | 'in_progress' | 'idle' | 'failed'; actions: RequiredAction[]; items: Item[] };

export type AgentsApiFake = JsonApi & {
  baseUrl: string;
  apiKey: string;
  /** Events that took effect, in order. */
  applied: InputEvent[];
  /** A session that waits for these actions, after this was said in it. */
  pausedSession(actions: RequiredAction[], said?: { role: string; content: unknown }[]): string;
  /** The session fails; what it waited for is gone. */
  failSession(id: string): void;
  /** Puts further actions on a session. */
  askAgain(id: string, actions: RequiredAction[]): void;
};

const idOf = ({ call_id: call, request_id: request }: { call_id?: string; request_id?: string }) => call ?? request;

/**
 * An honest fake of the OpenAI Agents API's sessions: `202` says only that events were taken in, their effect comes `effectDelayMs`
 * later by the given clock; an action disappears when its answer takes effect; the same `Idempotency-Key` is taken once.
 */
export const startAgentsApiFake = async (options: { clock?: () => number; effectDelayMs?: number } = {}): Promise<AgentsApiFake> => {
  const clock = options.clock ?? Date.now;
  const apiKey = 'sk-fake-agents';
  const sessions = new Map<string, Session>();
  const coming: { dueMs: number; session: Session; event: InputEvent }[] = [];
  const keys = new Set<string>();
  const applied: InputEvent[] = [];

  const settle = () => {
    for (const entry of coming.splice(0)) {
      if (entry.dueMs > clock()) coming.push(entry);
      else apply(entry.session, entry.event);
    }
  };
  const apply = (session: Session, event: InputEvent) => {
    const index = session.actions.findIndex(action => idOf(action) === idOf(event));
    if (index < 0 || session.status === 'failed') return;
    session.actions.splice(index, 1);
    applied.push(event);
    if (event.type === 'agent.session.input.tool_result')
      session.items.push({
        id: `item_${applied.length}`,
        type: 'function_call_output',
        call_id: event.call_id!,
        output: event.output,
        status: 'completed',
      });
    if (session.actions.length === 0) session.status = 'in_progress';
  };
  const send = (session: Session, { headers, body }: JsonRequest): JsonReply => {
    const events = (body as { events?: InputEvent[] } | null)?.events;
    if (!Array.isArray(events) || events.length === 0) return refusal(400, 'events must be a non-empty array');
    const key = headers['idempotency-key'];
    if (typeof key === 'string' && keys.has(key)) return { status: 202 };
    const stranger = events.find(event => !session.actions.some(action => idOf(action) === idOf(event)));
    if (stranger !== undefined) return refusal(400, `No required action matches ${idOf(stranger)}`);
    if (typeof key === 'string') keys.add(key);
    for (const event of events) coming.push({ dueMs: clock() + (options.effectDelayMs ?? 0), session, event });
    return { status: 202 };
  };

  const api = await startJsonApi(request => {
    settle();
    if (request.headers.authorization !== `Bearer ${apiKey}`) return refusal(401, 'Incorrect API key provided.');
    if (request.headers['openai-beta'] !== 'agents=v1') return refusal(400, "You must provide the 'OpenAI-Beta: agents=v1' header.");
    if (request.method === 'GET' && request.path === '/v1/agents/sessions')
      return { status: 200, body: { object: 'list', data: [...sessions.values()].map(onWire), has_more: false } };
    const [id] = ['', '/events', '/items'].flatMap(rest => matchPath(`/v1/agents/sessions/:id${rest}`, request.path) ?? []);
    const session = sessions.get(id ?? '');
    if (session === undefined) return refusal(404, `No session found with id '${id}'.`);
    if (request.path.endsWith('/events'))
      return request.method === 'POST' ? send(session, request) : refusal(405, 'This server does not stream.');
    if (request.path.endsWith('/items'))
      return { status: 200, body: { object: 'list', data: session.items.toReversed(), has_more: false } };
    return { status: 200, body: onWire(session) };
  });
  return {
    ...api,
    baseUrl: `${api.origin}/v1`,
    apiKey,
    applied,
    pausedSession: (actions, said = []) => {
      const id = `sess_${sessions.size + 1}`;
      const items = said.map((message, index) => ({ id: `msg_${index}`, type: 'message', ...message }));
      sessions.set(id, { id, status: 'requires_action', actions: [...actions], items });
      return id;
    },
    failSession: id => {
      const session = sessions.get(id)!;
      session.status = 'failed';
      session.actions = [];
    },
    askAgain: (id, actions) => {
      const session = sessions.get(id)!;
      session.status = 'requires_action';
      session.actions.push(...actions);
    },
  };
};

const refusal = (status: number, message: string): JsonReply => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
});
const onWire = ({ id, status, actions }: Session) => ({
  id,
  object: 'agent.session',
  created_at: 1_795_348_800,
  last_active_at: 1_795_348_800,
  error: status === 'failed' ? 'The session failed.' : null,
  metadata: {},
  status,
  required_actions: actions,
});
