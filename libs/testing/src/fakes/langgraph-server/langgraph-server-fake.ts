import { matchPath, startJsonApi, type JsonApi, type JsonReply, type JsonRequest } from '../json-api.ts';

type Interrupt = { id: string; value: unknown };
type Run = { run_id: string; thread_id: string; assistant_id: string; status: 'interrupted' | 'running' | 'success' | 'error' };
type Thread = { id: string; interrupts: Interrupt[]; runs: Run[]; resume: Record<string, unknown>; dueMs: number };

export type LangGraphServerFake = JsonApi & {
  baseUrl: string;
  apiKey: string;
  /** Answers that reached the graph, by interrupt id, in order. */
  applied: { interruptId: string; value: unknown }[];
  /** Runs that were started, blind ones included. */
  startedRuns(threadId: string): number;
  /** A thread whose graph waits for these interrupts. */
  pausedThread(interrupts: Interrupt[]): string;
};

/** Work of a resumed graph before its interrupts are gone, unless told otherwise, milliseconds. */
const RUN_MS = 20;

/**
 * An honest fake of a LangGraph server's threads: a resume is a new run, busy threads refuse another with 409 when asked to, a run
 * with a resume value of the wrong length fails as the middleware does, and a resume of a thread that waits for nothing starts a run all
 * the same.
 */
export const startLangGraphServerFake = async (options: { clock?: () => number; runMs?: number } = {}): Promise<LangGraphServerFake> => {
  const clock = options.clock ?? Date.now;
  const apiKey = 'lsv2-fake';
  const threads = new Map<string, Thread>();
  const applied: LangGraphServerFake['applied'] = [];

  const advance = (thread: Thread) => {
    const run = thread.runs.at(-1);
    if (run?.status !== 'running' || clock() < thread.dueMs) return;
    const wrong = thread.interrupts.find(({ id, value }) => id in thread.resume && !fits(value, thread.resume[id]));
    run.status = wrong === undefined ? 'success' : 'error';
    if (wrong !== undefined) return;
    for (const { id } of thread.interrupts) if (id in thread.resume) applied.push({ interruptId: id, value: thread.resume[id] });
    thread.interrupts = thread.interrupts.filter(({ id }) => !(id in thread.resume));
    if (thread.interrupts.length > 0) run.status = 'interrupted';
  };
  const startRun = (thread: Thread, { body }: JsonRequest): JsonReply => {
    const {
      assistant_id: assistant,
      command,
      multitask_strategy: strategy,
    } = (body ?? {}) as {
      assistant_id?: string;
      command?: { resume?: Record<string, unknown> };
      multitask_strategy?: string;
    };
    if (assistant === undefined) return refusal(422, 'assistant_id is required');
    if (thread.runs.at(-1)?.status === 'running' && strategy === 'reject')
      return refusal(409, 'Thread is already running a task. Wait for it to finish or choose a different multitask strategy.');
    const run: Run = { run_id: `run_${thread.runs.length + 1}`, thread_id: thread.id, assistant_id: assistant, status: 'running' };
    thread.runs.push(run);
    thread.resume = command?.resume ?? {};
    thread.dueMs = clock() + (options.runMs ?? RUN_MS);
    return { status: 200, body: { ...run, status: 'pending' } };
  };

  const api = await startJsonApi(request => {
    if (request.headers['x-api-key'] !== apiKey) return refusal(403, 'Missing or invalid API key');
    if (request.method === 'POST' && request.path === '/threads/search')
      return { status: 200, body: [...threads.keys()].map(known => ({ thread_id: known })) };
    const [id] = ['state', 'runs'].flatMap(rest => matchPath(`/threads/:id/${rest}`, request.path) ?? []);
    const thread = threads.get(id ?? '');
    if (thread === undefined) return refusal(404, `Thread with ID ${id} not found`);
    advance(thread);
    if (request.path.endsWith('/state'))
      return {
        status: 200,
        body: { values: {}, next: thread.interrupts.map(() => 'ask'), tasks: [{ id: 't1', name: 'ask', interrupts: thread.interrupts }] },
      };
    return request.method === 'POST' ? startRun(thread, request) : { status: 200, body: thread.runs.toReversed() };
  });
  return {
    ...api,
    baseUrl: api.origin,
    apiKey,
    applied,
    startedRuns: id => threads.get(id)!.runs.length - 1,
    pausedThread: interrupts => {
      const id = `thread-${threads.size + 1}`;
      const first: Run = { run_id: 'run_1', thread_id: id, assistant_id: 'agent', status: 'interrupted' };
      threads.set(id, { id, interrupts: [...interrupts], runs: [first], resume: {}, dueMs: 0 });
      return id;
    },
  };
};

/** "Number of human decisions (1) does not match number of hanging tool calls (2)." */
const fits = (asked: unknown, answer: unknown): boolean => {
  const wanted = (asked as { actionRequests?: unknown[] } | null)?.actionRequests;
  return wanted === undefined || (answer as { decisions?: unknown[] } | null)?.decisions?.length === wanted.length;
};
const refusal = (status: number, detail: string): JsonReply => ({ status, body: { detail } });
