import { matchPath, startJsonApi, type JsonApi, type JsonReply, type JsonRequest } from '../json-api.ts';

type Item = { id: string; type: string; call_id?: string; approval_request_id?: string; [member: string]: unknown };
type Stored = {
  id: string;
  status: 'queued' | 'completed';
  model: string;
  conversation: string | null;
  previous: string | null;
  output: Item[];
  input: Item[];
  dueMs: number;
};
type Asked = { type: 'function_call' | 'mcp_approval_request'; call: string; name: string; args: object | string };

export type ResponsesFake = JsonApi & {
  baseUrl: string;
  apiKey: string;
  /** Bodies that began a response, in order. */
  created: Record<string, unknown>[];
  /** The ids of those responses. */
  createdIds: string[];
  /** A stored response that asked after what a user `said`, in a conversation of its own or in none. */
  askingResponse(calls: Asked[], where?: 'conversation' | 'alone', said?: string): { id: string; conversationId: string | null };
  /** What the model asks in the next response that is begun, instead of its closing message. */
  askNext(calls: Asked[]): void;
};

const MODEL = 'gpt-5.4';

/**
 * An honest fake of the Responses API with its store: calls and outputs are held to each other both ways, `previous_response_id` and
 * `conversation` exclude each other, instructions are not inherited, a response may be continued more than once, and what a background response adds to its
 * conversation shows only when it is done, `workMs` later by the given clock.
 */
export const startResponsesFake = async (options: { clock?: () => number; workMs?: number } = {}): Promise<ResponsesFake> => {
  const clock = options.clock ?? Date.now;
  const apiKey = 'sk-fake-responses';
  const responses = new Map<string, Stored>();
  const conversations = new Map<string, Item[]>();
  const created: Record<string, unknown>[] = [];
  const createdIds: string[] = [];
  let lastId = 0;
  const newId = (prefix: string) => `${prefix}_${String(++lastId).padStart(4, '0')}`;

  const next: Asked[][] = [];
  const message = (role: 'user' | 'assistant', text: string): Item => {
    const type = role === 'user' ? 'input_text' : 'output_text';
    return { id: newId('msg'), type: 'message', role, content: [{ type, text }] };
  };
  const asking = ({ type, call, name, args }: Asked): Item => {
    const text = typeof args === 'string' ? args : JSON.stringify(args);
    return type === 'function_call'
      ? { id: newId('fc'), type, call_id: call, name, arguments: text, status: 'completed' }
      : { id: call, type, server_label: 'shop', name, arguments: text };
  };

  const settle = () => {
    for (const response of responses.values()) {
      if (response.status === 'completed' || response.dueMs > clock()) continue;
      response.status = 'completed';
      if (response.conversation !== null) conversations.get(response.conversation)!.push(...response.input, ...response.output);
    }
  };
  const waitsFor = (items: readonly Item[]): Map<string, Item> => {
    const open = new Map<string, Item>();
    for (const item of items) {
      if (item.type === 'function_call') open.set(item.call_id!, item);
      if (item.type === 'mcp_approval_request') open.set(item.id, item);
      open.delete(item.type === 'function_call_output' ? item.call_id! : (item.approval_request_id ?? ''));
    }
    return open;
  };
  const create = ({ body }: JsonRequest): JsonReply => {
    const asked = body as { model?: string; input?: Item[]; previous_response_id?: string; conversation?: string; background?: boolean };
    if (asked.model !== MODEL) return refusal(404, `The model '${asked.model}' does not exist.`);
    if (asked.previous_response_id !== undefined && asked.conversation !== undefined)
      return refusal(400, "Mutually exclusive parameters: 'previous_response_id' and 'conversation'.");
    const previous = asked.previous_response_id === undefined ? null : responses.get(asked.previous_response_id);
    if (previous === undefined) return refusal(404, `Previous response with id '${asked.previous_response_id}' not found.`);
    const conversation = asked.conversation === undefined ? null : conversations.get(asked.conversation);
    if (conversation === undefined) return refusal(404, `Conversation with id '${asked.conversation}' not found.`);
    const open = waitsFor(previous?.output ?? conversation ?? []);
    for (const item of asked.input ?? []) {
      const id = item.type === 'function_call_output' ? item.call_id! : (item.approval_request_id ?? '');
      if (!open.delete(id)) return refusal(400, `No tool call found for function call output with call_id ${id}.`);
    }
    const [left] = open.keys();
    if (left !== undefined) return refusal(400, `No tool output found for function call ${left}.`);
    created.push(body as Record<string, unknown>);
    const id = newId('resp');
    createdIds.push(id);
    const response: Stored = {
      id,
      status: 'queued',
      model: asked.model,
      conversation: asked.conversation ?? null,
      previous: previous?.id ?? null,
      output: next.shift()?.map(asking) ?? [message('assistant', 'Done.')],
      input: (asked.input ?? []).map(item => ({ ...item, id: newId('item') })),
      dueMs: clock() + (asked.background === true ? (options.workMs ?? 0) : 0),
    };
    responses.set(id, response);
    if (asked.background !== true) settle();
    return { status: 200, body: onWire(response) };
  };

  const api = await startJsonApi(request => {
    settle();
    if (request.headers.authorization !== `Bearer ${apiKey}`) return refusal(401, 'Incorrect API key provided.');
    if (request.method === 'POST') return request.path === '/v1/responses' ? create(request) : refusal(404, 'Unknown request URL.');
    if (request.path === '/v1/models') return { status: 200, body: { object: 'list', data: [{ id: MODEL, object: 'model' }] } };
    const [model] = matchPath('/v1/models/:id', request.path) ?? [];
    if (model !== undefined)
      return model === MODEL ? { status: 200, body: { id: MODEL, object: 'model' } } : refusal(404, 'The model does not exist.');
    const [conversationId] = matchPath('/v1/conversations/:id/items', request.path) ?? [];
    if (conversationId !== undefined) return itemsOf(conversations.get(conversationId), request.query);
    const [inputOf] = matchPath('/v1/responses/:id/input_items', request.path) ?? [];
    if (inputOf !== undefined) return itemsOf(responses.get(inputOf)?.input, request.query);
    const [id] = matchPath('/v1/responses/:id', request.path) ?? [];
    const response = responses.get(id ?? '');
    return response === undefined ? refusal(404, `Response with id '${id}' not found.`) : { status: 200, body: onWire(response) };
  });
  return {
    ...api,
    baseUrl: `${api.origin}/v1`,
    apiKey,
    created,
    createdIds,
    askNext: calls => void next.push(calls),
    askingResponse: (calls, where = 'conversation', said) => {
      const id = newId('resp');
      const conversationId = where === 'conversation' ? newId('conv') : null;
      const output = calls.map(asking);
      const input = said === undefined ? [] : [message('user', said)];
      responses.set(id, {
        id,
        status: 'completed',
        model: MODEL,
        conversation: conversationId,
        previous: null,
        output,
        input,
        dueMs: 0,
      });
      if (conversationId !== null) conversations.set(conversationId, [...input, ...output]);
      return { id, conversationId };
    },
  };
};

/** Newest first, page by page: `has_more` and `last_id` lead to the next with `after`. */
const itemsOf = (items: readonly Item[] | undefined, query: URLSearchParams): JsonReply => {
  if (items === undefined) return refusal(404, 'Conversation not found.');
  const ordered = query.get('order') === 'asc' ? items : items.toReversed();
  const from = query.has('after') ? ordered.findIndex(({ id }) => id === query.get('after')) + 1 : 0;
  const data = ordered.slice(from, from + Number(query.get('limit') ?? 20));
  return { status: 200, body: { object: 'list', data, has_more: from + data.length < ordered.length, last_id: data.at(-1)?.id ?? null } };
};

const onWire = ({ id, status, model, conversation, previous, output }: Stored) => ({
  id,
  object: 'response',
  created_at: 1_795_348_800,
  status,
  model,
  conversation: conversation === null ? null : { id: conversation },
  previous_response_id: previous,
  output: status === 'completed' ? output : [],
});
const refusal = (status: number, message: string): JsonReply => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
});
