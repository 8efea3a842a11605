import { Refusal } from './refusal.ts';
import { advance, isActive, submit, type Model, type Pace, type Run, type ToolOutput } from './runs.ts';

export type Message = { id: string; threadId: string; role: string; text: string; createdMs: number; runId: string | null };
export type Thread = { id: string; createdMs: number; messages: Message[]; runs: Run[] };
export type Body = Record<string, unknown>;
export type Submission = { runId: string; outputs: ToolOutput[]; applied: boolean };

/** The server's memory. Every look at a run first moves it to the present, so no timer is needed and any clock will do. */
export const openThreads = (options: { clock: () => number; pace: Pace; model: () => Model }) => {
  const { clock, pace } = options;
  const threads = new Map<string, Thread>();
  const submissions: Submission[] = [];
  let lastId = 0;
  const newId = (prefix: string): string => `${prefix}_${String(++lastId).padStart(4, '0')}${Math.random().toString(36).slice(2, 10)}`;

  const thread = (id: string): Thread => {
    const found = threads.get(id);
    if (found === undefined) throw new Refusal(404, `No thread found with id '${id}'.`);
    return found;
  };
  const say = (to: Thread, role: string, text: string, runId: string | null = null): Message => {
    const message = { id: newId('msg'), threadId: to.id, role, text, createdMs: clock(), runId };
    to.messages.push(message);
    return message;
  };
  const present = (run: Run): Run => {
    const wasSilent = run.message === null;
    advance(run, clock(), pace, options.model(), newId);
    if (run.message !== null && wasSilent) say(thread(run.threadId), 'assistant', run.message, run.id);
    return run;
  };
  const refuseWhileActive = ({ id, runs }: Thread, text: (threadId: string, runId: string) => string): void => {
    const active = runs.find(run => isActive(present(run).status));
    if (active !== undefined) throw new Refusal(400, text(id, active.id));
  };

  return {
    newId,
    clock,
    submissions,
    thread,
    runs: (of: Thread): Run[] => of.runs.map(present),
    run: (of: Thread, id: string): Run => {
      const found = of.runs.find(run => run.id === id);
      if (found === undefined) throw new Refusal(404, `No run found with id '${id}'.`);
      return present(found);
    },
    anyRun: (id: string): Run => {
      for (const { runs } of threads.values()) for (const run of runs) if (run.id === id) return present(run);
      throw new RangeError(`there is no run ${id}`);
    },
    newThread: (body: Body): Thread => {
      const made: Thread = { id: newId('thread'), createdMs: clock(), messages: [], runs: [] };
      threads.set(made.id, made);
      for (const message of (body['messages'] as Body[] | undefined) ?? []) say(made, String(message['role']), textOf(message['content']));
      return made;
    },
    addMessage: (to: Thread, body: Body): Message => {
      refuseWhileActive(to, (threadId, runId) => `Can't add messages to ${threadId} while a run ${runId} is active.`);
      return say(to, String(body['role']), textOf(body['content']));
    },
    startRun: (on: Thread, body: Body): Run => {
      refuseWhileActive(on, (threadId, runId) => `Thread ${threadId} already has an active run ${runId}.`);
      for (const message of (body['additional_messages'] as Body[] | undefined) ?? [])
        say(on, String(message['role']), textOf(message['content']));
      if (body['stream'] === true) throw new Refusal(400, 'This server does not stream.');
      const run: Run = {
        id: newId('run'),
        threadId: on.id,
        assistantId: String(body['assistant_id'] ?? 'asst_fake'),
        createdMs: clock(),
        status: 'queued',
        sinceMs: clock(),
        userMessage: on.messages.findLast(message => message.role === 'user')?.text ?? '',
        pending: [],
        unanswered: [],
        rounds: [],
        message: null,
        error: null,
        metadata: (body['metadata'] as Record<string, string> | undefined) ?? {},
      };
      on.runs.push(run);
      return run;
    },
    submitOutputs: (run: Run, outputs: unknown): Run => {
      if (!isToolOutputs(outputs))
        throw new Refusal(400, "Invalid type for 'tool_outputs': expected an array of objects with string 'tool_call_id' and 'output'.");
      const problem = submit(run, outputs, clock());
      submissions.push({ runId: run.id, outputs, applied: problem === null });
      if (problem !== null) throw new Refusal(400, problem);
      return run;
    },
  };
};
export type Threads = ReturnType<typeof openThreads>;

const isToolOutputs = (value: unknown): value is ToolOutput[] =>
  Array.isArray(value) && value.every(entry => typeof entry?.tool_call_id === 'string' && typeof entry?.output === 'string');

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map(part => (part as { text?: string }).text ?? '').join('\n')
      : '';
