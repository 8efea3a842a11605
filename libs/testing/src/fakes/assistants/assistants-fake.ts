import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, readBody } from '../loopback-server.ts';
import { advance, cancel, isActive, submit, type Model, type Pace, type Run, type ToolOutput } from './runs.ts';
import { errorOnWire, listOnWire, messageOnWire, runOnWire, stepsOnWire } from './wire.ts';

/** One misbehaviour, spent by the next request it matches. */
export type AssistantsFault = {
  on: 'submit' | 'retrieve' | 'steps' | 'any';
  /** How many matching requests it spoils; 1 unless given. */
  times?: number;
} & (
  | { kind: 'dropReplyAfterApply' }
  /** Applies the request, and answers only after this time. */
  | { kind: 'delay'; ms: number }
  | { kind: 'status'; status: 429 | 500 | 502 | 503; retryAfterMs?: number }
);

export type AssistantsFakeOptions = {
  port?: number;
  /** Unix milliseconds; the system's clock unless given. */
  clock?: () => number;
  apiKey?: string;
  /** What the assistant does; {@link refundModel} unless given. */
  model?: Model;
  pace?: Partial<Pace>;
};

export type AssistantsFake = {
  port: number;
  /** For the SDK's `baseURL`. */
  baseUrl: string;
  apiKey: string;
  /** Every submit that came in, applied or not, in order. */
  submissions: { runId: string; outputs: ToolOutput[]; applied: boolean }[];
  /** Requests that came in, as `GET /v1/threads/…`. */
  requests: string[];
  /** A thread with a run that starts now, without going through the API. */
  startRun(userMessage?: string): { threadId: string; runId: string };
  /** The run as it is now. */
  run(runId: string): Run;
  fail(fault: AssistantsFault): void;
  /** The API is gone: 404 on everything. */
  sunset(gone: boolean): void;
  use(model: Model): void;
  close(): Promise<void>;
};

type Thread = {
  id: string;
  createdMs: number;
  messages: { id: string; threadId: string; role: string; text: string; createdMs: number; runId: string | null }[];
  runs: Run[];
};
type Reply = { status: number; body: unknown; headers?: Record<string, string> };
type Body = Record<string, unknown>;

/** Starts an honest fake of the Assistants run API on loopback: its states, its clock, its all-or-nothing outputs, its error texts. */
export const startAssistantsFake = async (options: AssistantsFakeOptions = {}): Promise<AssistantsFake> => {
  const clock = options.clock ?? Date.now;
  const apiKey = options.apiKey ?? 'sk-fake-assistants';
  const pace: Pace = { queuedMs: 5, workingMs: 10, ...options.pace };
  let model = options.model ?? refundModel;
  let gone = false;
  let lastId = 0;
  const threads = new Map<string, Thread>();
  const assistants = new Map<string, Body>();
  const faults: AssistantsFault[] = [];
  const submissions: AssistantsFake['submissions'] = [];
  const requests: string[] = [];

  const newId = (prefix: string): string => `${prefix}_${String(++lastId).padStart(4, '0')}${Math.random().toString(36).slice(2, 10)}`;
  const settle = (run: Run): Run => {
    const hadMessage = run.message !== null;
    advance(run, clock(), pace, model, newId);
    if (run.message !== null && !hadMessage) say(threadOf(run.threadId), 'assistant', run.message, run.id);
    return run;
  };
  const threadOf = (id: string): Thread => {
    const thread = threads.get(id);
    if (thread === undefined) throw new Refusal(404, `No thread found with id '${id}'.`);
    return thread;
  };
  const runOf = (thread: Thread, id: string): Run => {
    const run = thread.runs.find(candidate => candidate.id === id);
    if (run === undefined) throw new Refusal(404, `No run found with id '${id}'.`);
    return settle(run);
  };
  const activeRun = (thread: Thread): Run | undefined => thread.runs.find(run => isActive(settle(run).status));
  const say = (thread: Thread, role: string, text: string, runId: string | null = null) => {
    const message = { id: newId('msg'), threadId: thread.id, role, text, createdMs: clock(), runId };
    thread.messages.push(message);
    return message;
  };
  const newThread = (body: Body): Thread => {
    const thread: Thread = { id: newId('thread'), createdMs: clock(), messages: [], runs: [] };
    threads.set(thread.id, thread);
    for (const message of (body['messages'] as Body[] | undefined) ?? []) say(thread, String(message['role']), textOf(message['content']));
    return thread;
  };
  const newRun = (thread: Thread, body: Body): Run => {
    const active = activeRun(thread);
    if (active !== undefined) throw new Refusal(400, `Thread ${thread.id} already has an active run ${active.id}.`);
    if (body['stream'] === true) throw new Refusal(400, 'This server does not stream.');
    const run: Run = {
      id: newId('run'),
      threadId: thread.id,
      assistantId: String(body['assistant_id'] ?? 'asst_fake'),
      createdMs: clock(),
      status: 'queued',
      sinceMs: clock(),
      userMessage: thread.messages.findLast(message => message.role === 'user')?.text ?? '',
      pending: [],
      rounds: [],
      message: null,
      error: null,
    };
    thread.runs.push(run);
    return run;
  };
  const submitOutputs = (run: Run, body: Body): Reply => {
    const outputs = body['tool_outputs'];
    if (!Array.isArray(outputs) || outputs.some(entry => typeof entry?.tool_call_id !== 'string' || typeof entry?.output !== 'string'))
      throw new Refusal(400, "Invalid type for 'tool_outputs': expected an array of objects with string 'tool_call_id' and 'output'.");
    const problem = submit(run, outputs as ToolOutput[], clock());
    submissions.push({ runId: run.id, outputs: outputs as ToolOutput[], applied: problem === null });
    if (problem !== null) throw new Refusal(400, problem);
    return { status: 200, body: runOnWire(run) };
  };

  /** The routes of the API that paused runs need, by method and path parts after `/v1`. */
  const route = (method: string, parts: string[], body: Body): Reply => {
    const [root, id = '', kind, runId = '', verb] = parts;
    const at = `${method} ${[root, id && (id === 'runs' ? 'runs' : ':id'), kind, runId && ':run', verb].filter(Boolean).join('/')}`;
    switch (at) {
      case 'POST assistants': {
        const assistant = {
          id: newId('asst'),
          object: 'assistant',
          created_at: Math.floor(clock() / 1_000),
          model: 'fake-model',
          tools: [],
          ...body,
        };
        assistants.set(assistant.id, assistant);
        return { status: 200, body: assistant };
      }
      case 'GET assistants/:id': {
        const assistant = assistants.get(id);
        if (assistant === undefined) throw new Refusal(404, `No assistant found with id '${id}'.`);
        return { status: 200, body: assistant };
      }
      case 'POST threads':
        return { status: 200, body: threadOnWire(newThread(body)) };
      case 'GET threads/:id':
        return { status: 200, body: threadOnWire(threadOf(id)) };
      case 'POST threads/:id/messages': {
        const active = activeRun(threadOf(id));
        if (active !== undefined) throw new Refusal(400, `Can't add messages to ${id} while a run ${active.id} is active.`);
        return { status: 200, body: messageOnWire(say(threadOf(id), String(body['role']), textOf(body['content']))) };
      }
      case 'GET threads/:id/messages': {
        const thread = threadOf(id);
        thread.runs.forEach(settle);
        return { status: 200, body: listOnWire(thread.messages.map(messageOnWire).toReversed()) };
      }
      case 'POST threads/runs':
        return { status: 200, body: runOnWire(newRun(newThread((body['thread'] as Body | undefined) ?? {}), body)) };
      case 'POST threads/:id/runs':
        return { status: 200, body: runOnWire(newRun(threadOf(id), body)) };
      case 'GET threads/:id/runs':
        return {
          status: 200,
          body: listOnWire(
            threadOf(id)
              .runs.map(run => runOnWire(settle(run)))
              .toReversed(),
          ),
        };
      case 'GET threads/:id/runs/:run':
        return { status: 200, body: runOnWire(runOf(threadOf(id), runId)) };
      case 'GET threads/:id/runs/:run/steps':
        return { status: 200, body: stepsOnWire(runOf(threadOf(id), runId)) };
      case 'POST threads/:id/runs/:run/submit_tool_outputs':
        return submitOutputs(runOf(threadOf(id), runId), body);
      case 'POST threads/:id/runs/:run/cancel': {
        const run = runOf(threadOf(id), runId);
        const problem = cancel(run, clock());
        if (problem !== null) throw new Refusal(400, problem);
        return { status: 200, body: runOnWire(run) };
      }
      default:
        throw new Refusal(404, `Invalid URL (${method} /v1/${parts.join('/')})`);
    }
  };

  const admit = (request: IncomingMessage): void => {
    if (gone) throw new Refusal(404, `Invalid URL (${request.method} ${request.url})`);
    if (request.headers.authorization !== `Bearer ${apiKey}`)
      throw new Refusal(401, 'Incorrect API key provided. You can find your API key in your account settings.', 'invalid_api_key');
    if (request.headers['openai-beta'] !== 'assistants=v2')
      throw new Refusal(
        400,
        "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
        'invalid_beta',
      );
  };
  const faultFor = (method: string, parts: string[]): AssistantsFault | undefined => {
    const last = parts.at(-1);
    const on =
      last === 'submit_tool_outputs' ? 'submit' : last === 'steps' ? 'steps' : method === 'GET' && parts[2] === 'runs' ? 'retrieve' : 'any';
    const index = faults.findIndex(fault => fault.on === on || fault.on === 'any');
    const fault = faults[index];
    if (fault === undefined) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) faults.splice(index, 1);
    return fault;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const parts = path
      .replace(/^\/v1\//, '')
      .split('/')
      .filter(Boolean);
    requests.push(`${method} ${path}`);
    const raw = (await readBody(request)).toString('utf8');
    let fault: AssistantsFault | undefined;
    let reply: Reply;
    try {
      admit(request);
      fault = faultFor(method, parts);
      if (fault?.kind === 'status')
        throw new Refusal(
          fault.status,
          fault.status === 429 ? 'Rate limit reached for requests' : 'The server had an error while processing your request.',
          null,
          fault.retryAfterMs,
        );
      reply = route(method, parts, raw === '' ? {} : (JSON.parse(raw) as Body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply = error.reply;
    }
    if (fault?.kind === 'dropReplyAfterApply') return void request.socket.destroy();
    if (fault?.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
    if (response.destroyed) return;
    response.writeHead(reply.status, { 'content-type': 'application/json', 'x-request-id': newId('req'), ...reply.headers });
    response.end(JSON.stringify(reply.body));
  };
  const listener = await listenOnLoopback((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, options.port);

  return {
    port: listener.port,
    baseUrl: `http://127.0.0.1:${listener.port}/v1`,
    apiKey,
    submissions,
    requests,
    startRun: (userMessage = 'Please refund order A-1, it arrived broken.') => {
      const thread = newThread({ messages: [{ role: 'user', content: userMessage }] });
      return { threadId: thread.id, runId: newRun(thread, {}).id };
    },
    run: runId => {
      for (const thread of threads.values()) for (const run of thread.runs) if (run.id === runId) return settle(run);
      throw new RangeError(`there is no run ${runId}`);
    },
    fail: fault => void faults.push({ ...fault }),
    sunset: value => {
      gone = value;
    },
    use: next => {
      model = next;
    },
    close: listener.close,
  };
};

/** An assistant that asks before a refund of $245 and then does, or explains why it does not, what it was told. */
export const refundModel: Model = ({ round, outputs }) => {
  if (round === 0)
    return {
      toolCalls: [
        {
          name: 'request_human_approval',
          arguments: {
            context_summary: 'The customer reports that order A-1 arrived broken and sent a photo. Policy allows a refund within 30 days.',
            proposed_action: 'Refund $245.00 for order A-1 to the original card.',
            entity_id: 'A-1',
            risk_level: 'medium',
          },
        },
      ],
    };
  const answer = JSON.parse(outputs.at(-1)?.[0]?.output ?? '{}') as {
    approved?: boolean;
    note?: string | null;
    approvedAction?: { args?: { amount?: number } } | null;
  };
  if (answer.approved !== true) return { message: `I did not refund the order. ${answer.note ?? ''}`.trim() };
  return { message: `I refunded $${(answer.approvedAction?.args?.amount ?? 245).toFixed(2)} for order A-1.` };
};

class Refusal extends Error {
  readonly reply: Reply;
  constructor(status: number, message: string, code: string | null = null, retryAfterMs?: number) {
    super(message);
    const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
    this.reply = {
      status,
      body: errorOnWire(message, type, code),
      ...(retryAfterMs === undefined
        ? {}
        : { headers: { 'retry-after-ms': String(retryAfterMs), 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } }),
    };
  }
}

const threadOnWire = (thread: Thread) => ({
  id: thread.id,
  object: 'thread',
  created_at: Math.floor(thread.createdMs / 1_000),
  metadata: {},
  tool_resources: {},
});

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map(part => (part as { text?: string }).text ?? '').join('\n')
      : '';
