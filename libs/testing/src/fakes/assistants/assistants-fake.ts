import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, readBody } from '../loopback-server.ts';
import { openFaults, type AssistantsFault } from './faults.ts';
import { Refusal, type Reply } from './refusal.ts';
import { refundModel } from './refund-model.ts';
import { route } from './routes.ts';
import type { Model, Pace, Run } from './runs.ts';
import { openThreads, type Body, type Submission } from './threads.ts';

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
  submissions: Submission[];
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

/** Time in a state unless told otherwise, milliseconds: quick, but long enough to be seen. */
const PACE: Pace = { queuedMs: 5, workingMs: 10 };

/** Starts an honest fake of the Assistants run API on loopback: its states, its clock, its all-or-nothing outputs, its error texts. */
export const startAssistantsFake = async (options: AssistantsFakeOptions = {}): Promise<AssistantsFake> => {
  const apiKey = options.apiKey ?? 'sk-fake-assistants';
  let model = options.model ?? refundModel;
  let gone = false;
  const threads = openThreads({ clock: options.clock ?? Date.now, pace: { ...PACE, ...options.pace }, model: () => model });
  const assistants = new Map<string, Body>();
  const faults = openFaults();
  const requests: string[] = [];

  const answer = (request: IncomingMessage, parts: string[], raw: string): { fault: AssistantsFault | undefined; reply: Reply } => {
    let fault: AssistantsFault | undefined;
    try {
      if (gone) throw new Refusal(404, `Invalid URL (${request.method} ${request.url})`);
      checkHeaders(request, apiKey);
      fault = faults.take(request.method ?? '', parts);
      if (fault?.kind === 'status') throw failureOf(fault);
      return { fault, reply: route(threads, assistants, request.method ?? '', parts, raw === '' ? {} : (JSON.parse(raw) as Body)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { fault, reply: error.reply };
    }
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    requests.push(`${request.method} ${path}`);
    const raw = (await readBody(request)).toString('utf8');
    const { fault, reply } = answer(
      request,
      path
        .replace(/^\/v1\//, '')
        .split('/')
        .filter(Boolean),
      raw,
    );
    if (fault?.kind === 'dropReplyAfterApply') return void request.socket.destroy();
    if (fault?.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
    if (response.destroyed) return;
    response.writeHead(reply.status, { 'content-type': 'application/json', 'x-request-id': threads.newId('req'), ...reply.headers });
    response.end(JSON.stringify(reply.body));
  };
  const listener = await listenOnLoopback((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, options.port);

  return {
    port: listener.port,
    baseUrl: `http://127.0.0.1:${listener.port}/v1`,
    apiKey,
    submissions: threads.submissions,
    requests,
    startRun: (userMessage = 'Please refund order A-1, it arrived broken.') => {
      const thread = threads.newThread({ messages: [{ role: 'user', content: userMessage }] });
      return { threadId: thread.id, runId: threads.startRun(thread, {}).id };
    },
    run: threads.anyRun,
    fail: faults.add,
    sunset: value => {
      gone = value;
    },
    use: next => {
      model = next;
    },
    close: listener.close,
  };
};

const checkHeaders = ({ headers }: IncomingMessage, apiKey: string): void => {
  if (headers.authorization !== `Bearer ${apiKey}`)
    throw new Refusal(401, 'Incorrect API key provided. You can find your API key in your account settings.', 'invalid_api_key');
  if (headers['openai-beta'] !== 'assistants=v2')
    throw new Refusal(
      400,
      "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
      'invalid_beta',
    );
};

const failureOf = ({ status, retryAfterMs }: Extract<AssistantsFault, { kind: 'status' }>): Refusal =>
  new Refusal(
    status,
    status === 429 ? 'Rate limit reached for requests' : 'The server had an error while processing your request.',
    null,
    retryAfterMs,
  );
