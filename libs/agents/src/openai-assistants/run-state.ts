import type { ResumeRequest, ResumeResult, SiblingState, ToolCallOutput } from '../agent.ts';

/** What an attempt needs to know of a run: its status, and the calls it waits for. */
export type RunView = { status: string; pending: readonly string[] };

/** What to do with a run as it is now. */
export type NextMove = { move: 'submit'; outputs: ToolCallOutput[] } | { move: 'settle'; result: ResumeResult } | { move: 'readSteps' };

/** The run has ended or is ending, and whether our answer got into it is written in its steps only. */
const ENDED = new Set(['expired', 'cancelled', 'cancelling', 'failed', 'incomplete']);
const ACTIVE = new Set(['queued', 'in_progress', 'requires_action', 'cancelling']);
/** While a run is in one of these its thread takes no other. */
export const isActive = (status: string): boolean => ACTIVE.has(status);

/** The run as an attempt sees it, from the server's JSON. */
export const viewOf = (run: {
  status: string;
  required_action?: { submit_tool_outputs?: { tool_calls?: { id: string }[] } } | null;
}): RunView => ({
  status: run.status,
  pending: (run.required_action?.submit_tool_outputs?.tool_calls ?? []).map(call => call.id),
});

/**
 * Decides from the run's present state. All outputs go in one request or none, so a pending call nobody can answer yet means waiting.
 * A run that waits for other calls than ours, or works again, has our answer: it could not have moved on without it.
 */
export const nextMove = (
  view: RunView,
  request: Pick<ResumeRequest, 'toolCallId' | 'output'>,
  siblings: ReadonlyMap<string, SiblingState>,
): NextMove => {
  const runStatus = view.status;
  if (view.status !== 'requires_action') {
    if (ENDED.has(view.status)) return { move: 'readSteps' };
    return { move: 'settle', result: { outcome: 'reconciled', runStatus, detail: `the run is ${runStatus}: it has its outputs already` } };
  }
  if (!view.pending.includes(request.toolCallId))
    return { move: 'settle', result: { outcome: 'reconciled', runStatus, detail: 'the run no longer waits for this call' } };
  const outputs: ToolCallOutput[] = [];
  const missing: string[] = [];
  for (const toolCallId of view.pending) {
    const sibling = siblings.get(toolCallId);
    if (toolCallId === request.toolCallId) outputs.push({ toolCallId, output: request.output });
    else if (sibling?.state === 'decided') outputs.push({ toolCallId, output: sibling.output });
    else missing.push(`${toolCallId} (${sibling?.state === 'undecided' ? 'not decided yet' : 'not ours, and no siblingOutputs for it'})`);
  }
  if (missing.length === 0) return { move: 'submit', outputs };
  return { move: 'settle', result: { outcome: 'waiting', runStatus, detail: `the run also waits for ${missing.join(', ')}` } };
};

/** After a run ended: its steps say whether our call got an output before. */
export const settledBySteps = (status: string, answered: boolean): ResumeResult =>
  answered
    ? { outcome: 'reconciled', runStatus: status, detail: `the run is ${status}; it had received the answer` }
    : { outcome: 'impossible', runStatus: status, detail: `the run is ${status} and never received the answer` };

/** "Runs in status "queued" do not accept tool outputs.": sent by compatible servers with 400 when an earlier submit was applied. */
export const saysOutputsNotAccepted = (message: string): boolean => /Runs in status .{1,40} do not accept tool outputs/.test(message);
