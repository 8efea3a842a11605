/**
 * The life of a run on an assistants-compatible server, driven by the clock that is passed in and by nothing else:
 * queued → in_progress → requires_action → queued → … → completed, or expired ten minutes after it was created.
 */

export const RUN_STATUSES = [
  'queued',
  'in_progress',
  'requires_action',
  'cancelling',
  'cancelled',
  'failed',
  'completed',
  'incomplete',
  'expired',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export type ToolCall = { id: string; name: string; arguments: string };
export type ToolOutput = { tool_call_id: string; output: string };
/** What the model does when its turn comes: pauses for tool calls, or ends with a message. */
export type ModelTurn = { toolCalls: { name: string; arguments: unknown; id?: string }[] } | { message: string } | { fail: string };
export type ModelContext = { userMessage: string; round: number; outputs: ToolOutput[][] };
export type Model = (context: ModelContext) => ModelTurn;

export type Run = {
  id: string;
  threadId: string;
  assistantId: string;
  createdMs: number;
  status: RunStatus;
  /** When the present status began. */
  sinceMs: number;
  userMessage: string;
  pending: ToolCall[];
  /** Calls the run ended without an output for. */
  unanswered: ToolCall[];
  /** Finished rounds: the calls of each, and the outputs they got. */
  rounds: { calls: ToolCall[]; outputs: ToolOutput[] }[];
  message: string | null;
  error: string | null;
  metadata: Record<string, string>;
};

/** "Runs expire ten minutes after creation." It counts from creation, not from the pause, milliseconds. */
export const RUN_LIFETIME_MS = 600_000;
const FINAL: ReadonlySet<RunStatus> = new Set(['cancelled', 'failed', 'completed', 'incomplete', 'expired']);
/** While a run is in one of these its thread takes no message and no other run. */
export const isActive = (status: RunStatus): boolean => !FINAL.has(status);

/** Time a run spends queued, working and cancelling, milliseconds. */
export type Pace = { queuedMs: number; workingMs: number };

/** Moves a run forward to `nowMs`, through as many states as the time allows. */
export const advance = (run: Run, nowMs: number, pace: Pace, model: Model, newId: (prefix: string) => string): void => {
  for (;;) {
    const expiresMs = run.createdMs + RUN_LIFETIME_MS;
    const dueMs = nextChangeMs(run, pace);
    if (isActive(run.status) && nowMs >= expiresMs && (dueMs === null || dueMs >= expiresMs)) return enter(run, 'expired', expiresMs);
    if (dueMs === null || nowMs < dueMs) return;
    step(run, dueMs, model, newId);
  }
};

const nextChangeMs = (run: Run, pace: Pace): number | null => {
  switch (run.status) {
    case 'queued':
      return run.sinceMs + pace.queuedMs;
    case 'in_progress':
    case 'cancelling':
      return run.sinceMs + pace.workingMs;
    default:
      return null;
  }
};

const enter = (run: Run, status: RunStatus, atMs: number): void => {
  run.status = status;
  run.sinceMs = atMs;
  if (status === 'expired' || status === 'cancelling') run.unanswered = run.pending;
  if (status !== 'requires_action') run.pending = [];
};

const step = (run: Run, atMs: number, model: Model, newId: (prefix: string) => string): void => {
  if (run.status === 'queued') return enter(run, 'in_progress', atMs);
  if (run.status === 'cancelling') return enter(run, 'cancelled', atMs);
  const turn = model({ userMessage: run.userMessage, round: run.rounds.length, outputs: run.rounds.map(round => round.outputs) });
  if ('toolCalls' in turn) {
    enter(run, 'requires_action', atMs);
    run.pending = turn.toolCalls.map(call => ({
      id: call.id ?? newId('call'),
      name: call.name,
      arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    }));
    return;
  }
  if ('fail' in turn) {
    run.error = turn.fail;
    return enter(run, 'failed', atMs);
  }
  run.message = turn.message;
  enter(run, 'completed', atMs);
};

const list = (ids: readonly string[]): string => `[${ids.map(id => `'${id}'`).join(', ')}]`;

/**
 * Takes the outputs of a paused run: all of them at once or none.
 * @returns the server's error text (HTTP 400), or null when the outputs were applied and the run is queued again.
 */
export const submit = (run: Run, outputs: ToolOutput[], nowMs: number): string | null => {
  if (run.status !== 'requires_action') return `Runs in status "${run.status}" do not accept tool outputs.`;
  const expected = run.pending.map(call => call.id);
  const got = outputs.map(output => output.tool_call_id);
  const same = got.length === expected.length && new Set(got).size === got.length && expected.every(id => got.includes(id));
  if (!same) return `Expected tool outputs for call_ids ${list(expected)}, got ${list(got)}`;
  run.rounds.push({ calls: run.pending, outputs });
  enter(run, 'queued', nowMs);
  return null;
};

/** @returns the error text (HTTP 400), or null when the run is being cancelled. */
export const cancel = (run: Run, nowMs: number): string | null => {
  if (!['queued', 'in_progress', 'requires_action'].includes(run.status)) return `Cannot cancel run with status '${run.status}'.`;
  enter(run, 'cancelling', nowMs);
  return null;
};
