import type OpenAI from 'openai';
import type { ResumeRequest, ResumeResult, SiblingState } from '../agent.ts';
import { clientFor, gone, statusOf } from './client.ts';
import { nextMove, saysOutputsNotAccepted, settledBySteps, viewOf, type RunView } from './run-state.ts';

/** Pending calls of one run we look up; more than that is not a run of ours. */
const PENDING_CALLS_MAX = 64;

/**
 * One attempt to hand the answer to a paused run: reads the run, submits all outputs in one request, and after any doubt reads again.
 * The SDK's retries are off, because a submit that was applied and lost its reply looks like a refusal when it is sent again.
 */
export const resumeRun = async (request: ResumeRequest): Promise<ResumeResult> => {
  const client = await clientFor(request);
  let view: RunView;
  try {
    view = await readRun(client, request);
  } catch (error) {
    return afterFailedRead(await statusOf(error));
  }
  const move = nextMove(view, request, await siblingsOf(view, request));
  if (move.move === 'settle') return move.result;
  if (move.move === 'readSteps') return settledBySteps(view.status, await wasAnswered(client, request));
  try {
    const run = await client.beta.threads.runs.submitToolOutputs(request.runId, {
      thread_id: request.threadId,
      tool_outputs: move.outputs.map(({ toolCallId, output }) => ({ tool_call_id: toolCallId, output })),
    });
    return {
      outcome: 'submitted',
      runStatus: run.status,
      detail: move.outputs.length === 1 ? 'submitted' : `submitted with ${move.outputs.length - 1} other outputs`,
    };
  } catch (error) {
    const status = await statusOf(error);
    if (status === 404) return gone(view.status);
    return reconcile(client, request, { status, notAccepted: saysOutputsNotAccepted(error instanceof Error ? error.message : '') });
  }
};

const readRun = async (client: OpenAI, { runId, threadId }: ResumeRequest): Promise<RunView> =>
  viewOf(await client.beta.threads.runs.retrieve(runId, { thread_id: threadId }));

/** Nothing was sent yet, so every failure but a definite "not there" is worth another attempt. */
const afterFailedRead = (status: number | undefined): ResumeResult => {
  if (status === 404) return gone(null);
  if (status === 401 || status === 403)
    return {
      outcome: 'failed',
      runStatus: null,
      detail: `the agent's server refused our credentials (${status}); check the connection's API key`,
    };
  return {
    outcome: 'failed',
    runStatus: null,
    detail: status === undefined ? "the agent's server gave no answer" : `reading the run failed with ${status}`,
  };
};

/** After a submit that may or may not have been applied: only the run itself can tell. */
const reconcile = async (
  client: OpenAI,
  request: ResumeRequest,
  sent: { status: number | undefined; notAccepted: boolean },
): Promise<ResumeResult> => {
  const why =
    sent.status === undefined
      ? 'no answer to the submit'
      : sent.notAccepted
        ? 'the run did not take outputs'
        : `the submit was answered with ${sent.status}`;
  let view: RunView;
  try {
    view = await readRun(client, request);
  } catch {
    return { outcome: 'unknown', runStatus: null, detail: `${why}, and the run could not be read again` };
  }
  const move = nextMove(view, request, new Map());
  if (move.move === 'readSteps') return settledBySteps(view.status, await wasAnswered(client, request));
  if (move.move === 'settle' && move.result.outcome === 'reconciled') return move.result;
  // Still waiting for our call. After a definite answer the submit was refused; without one it may still be on its way.
  return { outcome: sent.status === undefined || sent.notAccepted ? 'unknown' : 'failed', runStatus: view.status, detail: why };
};

const siblingsOf = async (view: RunView, request: ResumeRequest): Promise<Map<string, SiblingState>> => {
  const states = new Map<string, SiblingState>();
  for (const { toolCallId, output } of request.siblingOutputs) states.set(toolCallId, { state: 'decided', output });
  const unknown = view.pending.slice(0, PENDING_CALLS_MAX).filter(id => id !== request.toolCallId && !states.has(id));
  await Promise.all(unknown.map(async id => states.set(id, await request.siblingOf(id))));
  return states;
};

/** Whether the run's steps show an output for our call. A server without steps cannot tell, which counts as no. */
const wasAnswered = async (client: OpenAI, { runId, threadId, toolCallId }: ResumeRequest): Promise<boolean> => {
  try {
    const page = await client.beta.threads.runs.steps.list(runId, { thread_id: threadId, limit: 100 });
    return page.data.some(
      ({ step_details: details }) =>
        details.type === 'tool_calls' &&
        details.tool_calls.some(call => call.id === toolCallId && call.type === 'function' && typeof call.function.output === 'string'),
    );
  } catch {
    return false;
  }
};
