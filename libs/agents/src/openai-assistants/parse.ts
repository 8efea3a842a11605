import type { Decision } from '@holdpoint/contracts';
import { z } from 'zod';
import { batched, gateCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape, UnknownPause } from '../unknown-pause.ts';
import { answersOf } from '../verdict.ts';

export const ASSISTANTS = 'openai-assistants';
const pausedRun = z.looseObject({
  id: z.string(),
  thread_id: z.string(),
  status: z.string(),
  expires_at: z.number().nullish(),
  model: z.string().optional(),
  required_action: z.looseObject({ type: z.string() }).nullish(),
});
const outputsWanted = z.looseObject({
  submit_tool_outputs: z.looseObject({
    tool_calls: z.array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) })),
  }),
});

/** Body of `submit_tool_outputs`; the outputs of foreign calls have to be added, since the server takes all or none. */
export type ToolOutputsAnswer = { tool_outputs: { tool_call_id: string; output: string }[] };

/**
 * Reads a paused run (`GET …/runs/{id}`, or the run a stream ended with) into bodies for `POST /v1/approvals`, one per call of the gate
 * tool, in the run's order. Arguments are read strictly: duplicate keys, unsafe numbers and unknown members are refused, because the
 * operator must see exactly what the executor would read.
 * @returns an empty list when the run is not waiting for tool outputs.
 * @throws UnknownPause
 */
export const parsePause = (run: unknown, place: Place = {}): ParsedCall[] => {
  const {
    id: runId,
    thread_id: threadId,
    status,
    expires_at: expiresAtSec,
    required_action: action,
    model,
  } = readShape(ASSISTANTS, pausedRun, run);
  if (status !== 'requires_action') return [];
  if (action?.type !== 'submit_tool_outputs') throw new UnknownPause(ASSISTANTS, 'required_action.type', 'submit_tool_outputs');
  const { tool_calls: calls } = readShape(ASSISTANTS, outputsWanted, action, 'required_action').submit_tool_outputs;
  const at = {
    ...(model === undefined ? {} : { agent: { model } }),
    ...place,
    source: 'openai.assistants' as const,
    threadId,
    runId,
    resume:
      place.connectionId === undefined
        ? ({ mode: 'callback' } as const)
        : ({ mode: 'openai.submitToolOutputs', connectionId: place.connectionId } as const),
    ...(expiresAtSec === null || expiresAtSec === undefined ? {} : { upstreamExpiresAt: expiresAtSec }),
  };
  return batched(
    runId,
    calls.map(call => gateCall({ toolCallId: call.id, tool: call.function.name, args: call.function.arguments }, at)),
  );
};

/** The outputs of our calls. "No" is an ordinary output that says so: the run is never cancelled. */
export const formatOutputs = (decisions: readonly Decision[], run: unknown, place: Place = {}): ToolOutputsAnswer => ({
  tool_outputs: answersOf(parsePause(run, place), decisions, true, place.nowMs).map(({ call, verdict }) => ({
    tool_call_id: call.toolCallId,
    output: verdict.message,
  })),
});
