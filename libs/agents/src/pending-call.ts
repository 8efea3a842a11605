import {
  AmbiguousName,
  approvalRequest,
  gateToolArguments,
  LIMITS,
  withCamelCaseNames,
  type Action,
  type AllowedDecision,
  type ApprovalContext,
  type ApprovalRequest,
  type GateToolArguments,
  type Json,
  type Source,
} from '@holdpoint/contracts';
import { parseStrictJson, StrictJsonError } from '@holdpoint/sealing';
import type { z } from 'zod';

/** The tool a model calls to ask for a person. */
export const GATE_TOOL = 'request_human_approval';

/** Where a pause stands and what people are told about it, as far as the pause itself does not say. */
export type Place = {
  /** For frameworks whose pause does not name its conversation or run. */
  threadId?: string;
  runId?: string;
  /** The gate tool's name, if it is not `request_human_approval`. */
  gateTool?: string;
  /** Set to let Holdpoint hand the answer over itself through this stored connection, where the framework allows it. */
  connectionId?: string;
  /** Words and risk for a call that comes without them. The risk is a claim: rules may raise it. */
  describe?: (action: Action) => Partial<GateToolArguments>;
  /** What the agent saw. */
  context?: ApprovalContext;
  agent?: NonNullable<ApprovalRequest['agent']>;
  /** For `format`: the time now. With it, an approval whose time is over counts as "no", Unix milliseconds. */
  nowMs?: number;
};

/** One pending call: a request to send, a call that is not the gate's, or one that cannot be trusted to mean one thing. */
export type ParsedCall =
  | { kind: 'request'; toolCallId: string; request: ApprovalRequest }
  | { kind: 'foreign'; toolCallId: string; toolName: string }
  | { kind: 'refused'; toolCallId: string; reason: string };

/** A call as the framework names it. `args` is its JSON text where the framework keeps it, else the value. */
export type NativeCall = {
  toolCallId: string;
  tool: string;
  args: unknown;
  /** The framework's own words for people. */
  description?: string | undefined;
  allowedDecisions?: readonly AllowedDecision[];
  argsSchema?: unknown;
};

export type CallPlace = Place & { source: Source; resume?: ApprovalRequest['resume']; upstreamExpiresAt?: number | string };

/**
 * The request for a call of the gate tool, whose arguments are what people read; a call of any other tool is foreign.
 * Arguments are read strictly: duplicate keys, unsafe numbers and unknown members are refused.
 */
export const gateCall = (call: NativeCall, place: CallPlace): ParsedCall => {
  if (call.tool !== (place.gateTool ?? GATE_TOOL)) return { kind: 'foreign', toolCallId: call.toolCallId, toolName: call.tool };
  return strictly(call, value => {
    const read = gateToolArguments.safeParse(withCamelCaseNames(value));
    if (!read.success) return { kind: 'refused', toolCallId: call.toolCallId, reason: issueOf(read.error, 'arguments') };
    return requestOf(call, place, { arguments: read.data });
  });
};

/** The request for a call that waits itself: exactly this tool with exactly these arguments runs if people agree. */
export const gatedCall = (call: NativeCall, place: CallPlace): ParsedCall =>
  strictly(call, args => {
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      return { kind: 'refused', toolCallId: call.toolCallId, reason: 'the arguments are not a JSON object' };
    const action: Action = { name: call.tool, args };
    const words = { ...wordsFor(call, action), ...place.describe?.(action) };
    return requestOf(call, place, { arguments: words, action });
  });

const strictly = (call: NativeCall, use: (value: Json) => ParsedCall): ParsedCall => {
  try {
    // A value the framework parsed already has lost its duplicate keys; writing it out again still shows unsafe numbers and surrogates.
    const text = typeof call.args === 'string' ? call.args : JSON.stringify(call.args);
    return use(parseStrictJson(Buffer.from(text ?? '')));
  } catch (error) {
    if (error instanceof StrictJsonError || error instanceof AmbiguousName)
      return { kind: 'refused', toolCallId: call.toolCallId, reason: error.message };
    throw error;
  }
};

const requestOf = (call: NativeCall, place: CallPlace, what: Pick<ApprovalRequest, 'arguments' | 'action'>): ParsedCall => {
  const { source, threadId, runId, context, agent, resume, upstreamExpiresAt } = place;
  const body = {
    source,
    threadId,
    runId,
    toolCallId: call.toolCallId,
    ...what,
    argsSchema: call.argsSchema,
    allowedDecisions: call.allowedDecisions,
    context,
    agent,
    resume,
    upstreamExpiresAt,
  };
  const checked = approvalRequest.safeParse(Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)));
  return checked.success
    ? { kind: 'request', toolCallId: call.toolCallId, request: checked.data }
    : { kind: 'refused', toolCallId: call.toolCallId, reason: issueOf(checked.error, 'request') };
};

const wordsFor = ({ description, toolCallId }: NativeCall, { name, args }: Action): GateToolArguments => ({
  contextSummary: cut(description || `The agent is about to call ${name} and waits for approval.`, LIMITS.summaryCharsMax),
  proposedAction: cut(`${name}(${JSON.stringify(args)})`, LIMITS.summaryCharsMax),
  entityId: cut(toolCallId, LIMITS.agentIdCharsMax),
  riskLevel: 'medium',
});

const CUT_MARK = ' [cut]';
/** The whole action stands in `action`; this is the line people read first. */
const cut = (text: string, charsMax: number): string =>
  text.length <= charsMax ? text : `${text.slice(0, charsMax - CUT_MARK.length).replace(/[\uD800-\uDBFF]$/, '')}${CUT_MARK}`;

/** Numbers the requests of one pause, so that people see that they belong together. */
export const batched = (id: string, calls: ParsedCall[]): ParsedCall[] => {
  const size = calls.filter(({ kind }) => kind === 'request').length;
  if (size < 2) return calls;
  let index = 0;
  return calls.map(call =>
    call.kind === 'request' ? { ...call, request: { ...call.request, batch: { id, index: index++, size } } } : call,
  );
};

const issueOf = (error: z.ZodError, whole: string): string => {
  const issue = error.issues[0];
  return issue === undefined ? `the ${whole} is not valid` : `${issue.path.join('.') || whole}: ${issue.message}`;
};
