import { approvalRequest, AmbiguousName, gateToolArguments, withCamelCaseNames, type ApprovalRequest } from '@holdpoint/contracts';
import { parseStrictJson, StrictJsonError } from '@holdpoint/sealing';
import { z } from 'zod';

/** The tool an assistant calls to ask for a person. */
const GATE_TOOL = 'request_human_approval';

const pausedRun = z.looseObject({
  id: z.string(),
  thread_id: z.string(),
  status: z.string(),
  expires_at: z.number().nullish(),
  model: z.string().optional(),
  required_action: z
    .looseObject({
      type: z.string(),
      submit_tool_outputs: z
        .looseObject({
          tool_calls: z.array(
            z.looseObject({ id: z.string(), type: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
          ),
        })
        .optional(),
    })
    .nullish(),
});

export type ParseOptions = {
  /** The gate tool's name, if it is not `request_human_approval`. */
  gateTool?: string;
  /** Set to let Holdpoint submit the answer itself through this stored connection. */
  connectionId?: string;
};

/** One pending call: a request to send, a call that is not the gate's, or one whose arguments cannot be trusted to mean one thing. */
export type ParsedCall =
  | { kind: 'request'; toolCallId: string; request: ApprovalRequest }
  | { kind: 'foreign'; toolCallId: string; toolName: string }
  | { kind: 'refused'; toolCallId: string; reason: string };

/**
 * Reads a paused run (`GET …/runs/{id}`, or the run a stream ended with) into bodies for `POST /v1/approvals`, one per call of the gate
 * tool, in the run's order. Arguments are read strictly: duplicate keys, unsafe numbers and unknown members are refused, because the
 * operator must see exactly what the executor would read.
 * @returns an empty list when the run is not waiting for tool outputs.
 */
export const parsePause = (run: unknown, options: ParseOptions = {}): ParsedCall[] => {
  const parsed = pausedRun.safeParse(run);
  if (!parsed.success || parsed.data.status !== 'requires_action') return [];
  const { id: runId, thread_id: threadId, expires_at: expiresAtSec, required_action: action, model } = parsed.data;
  const calls = action?.submit_tool_outputs?.tool_calls ?? [];
  const gate = options.gateTool ?? GATE_TOOL;
  const ours = calls.filter(call => call.function.name === gate);
  return calls.map((call): ParsedCall => {
    if (call.function.name !== gate) return { kind: 'foreign', toolCallId: call.id, toolName: call.function.name };
    const args = argumentsOf(call.function.arguments);
    if ('reason' in args) return { kind: 'refused', toolCallId: call.id, reason: args.reason };
    const body: ApprovalRequest = {
      source: 'openai.assistants',
      threadId,
      runId,
      toolCallId: call.id,
      arguments: args.value,
      resume:
        options.connectionId === undefined
          ? { mode: 'callback' }
          : { mode: 'openai.submitToolOutputs', connectionId: options.connectionId },
      ...(expiresAtSec === null || expiresAtSec === undefined ? {} : { upstreamExpiresAt: expiresAtSec }),
      ...(ours.length > 1 ? { batch: { id: runId, index: ours.indexOf(call), size: ours.length } } : {}),
      ...(model === undefined ? {} : { agent: { model } }),
    };
    const checked = approvalRequest.safeParse(body);
    return checked.success
      ? { kind: 'request', toolCallId: call.id, request: checked.data }
      : { kind: 'refused', toolCallId: call.id, reason: firstIssue(checked.error) };
  });
};

const argumentsOf = (text: string): { value: z.infer<typeof gateToolArguments> } | { reason: string } => {
  try {
    const read = gateToolArguments.safeParse(withCamelCaseNames(parseStrictJson(Buffer.from(text))));
    return read.success ? { value: read.data } : { reason: firstIssue(read.error) };
  } catch (error) {
    if (error instanceof StrictJsonError || error instanceof AmbiguousName) return { reason: error.message };
    throw error;
  }
};

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return issue === undefined ? 'the arguments are not valid' : `${issue.path.join('.') || 'arguments'}: ${issue.message}`;
};
