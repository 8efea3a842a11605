import type { Action, Decision, JsonObject } from '@holdpoint/contracts';
import { actionHash } from '@holdpoint/sealing';
import type { ParsedCall } from './pending-call.ts';
import { changedElsewhereOutputOf, refusedOutputOf, toolOutputOf } from './tool-output.ts';

/**
 * What a decision means for one waiting call. `message` is what the model may read, JSON of at most 4 KB.
 * `asAsked` lets exactly this call run · `changed` lets exactly `args` run · `no` lets nothing run.
 */
export type Verdict =
  | { is: 'asAsked'; message: string }
  | { is: 'changed'; args: JsonObject; message: string }
  | { is: 'no'; withdrawn: boolean; message: string };

/** Thrown when a framework takes all answers of a pause at once and some are missing, or a decision belongs to another pause. */
export class AnswerIncomplete extends Error {
  override readonly name = 'AnswerIncomplete';
  readonly code = 'answer_incomplete';
  constructor(readonly toolCallIds: readonly string[]) {
    super(
      `This pause takes all its answers at once, and these calls have no decision yet: ${toolCallIds.join(', ')}. Wait for them, then answer.`,
    );
  }
}

/**
 * What a decision means for a call that waits. The approval counts for this call only if it names it and if the hash of what was
 * approved is the hash of what waits; anything else is "no".
 * @param nowMs when given, an approval whose time is over counts as "no", Unix milliseconds
 */
export const verdictOn = (call: ParsedCall, decision: Decision, nowMs?: number): Verdict => {
  if (call.kind !== 'request') return refuse(call.kind === 'refused' ? call.reason : 'it was never asked for');
  if (!decision.approved) return refusal(decision);
  const flaw = flawOf(call, decision, nowMs);
  if (flaw !== null) return refuse(flaw);
  const { approvedAction } = decision;
  // The gate tool's own call runs nothing: its result tells the model, and the executor checks the receipt.
  const isGate = call.request.action === null || call.request.action === undefined;
  if (isGate || decision.decision === 'approved' || approvedAction === null) return { is: 'asAsked', message: toolOutputOf(decision) };
  return { is: 'changed', args: approvedAction.args, message: changedElsewhereOutputOf(decision) };
};

const refusal = (decision: Decision): Verdict =>
  SAYS_YES.has(decision.decision)
    ? refuse('the decision contradicts itself')
    : { is: 'no', withdrawn: decision.decision === 'withdrawn', message: toolOutputOf(decision) };
const SAYS_YES: ReadonlySet<string> = new Set(['approved', 'modified']);

/** Why an approval does not stand for this call, or null when it does. */
const flawOf = ({ toolCallId, request: { action } }: Requested, decision: Decision, nowMs: number | undefined): string | null => {
  const { approvedAction, binding, approvedUntil } = decision;
  if (!SAYS_YES.has(decision.decision)) return 'the decision is not one we know';
  if (decision.toolCallId !== null && decision.toolCallId !== toolCallId) return 'the approval belongs to another call';
  if (approvedAction === null || !isHashOf(binding.approvedActionHash, approvedAction))
    return 'the approved action does not match its hash';
  if (decision.decision === 'approved' && binding.approvedActionHash !== binding.actionHash) return 'the approval is for another action';
  if (nowMs !== undefined && !(approvedUntil !== null && Date.parse(approvedUntil) > nowMs)) return 'the time of the approval is over';
  if (action === null || action === undefined) return null;
  if (approvedAction.name !== action.name) return 'the approval names another tool';
  return isHashOf(binding.actionHash, action) ? null : 'the approval is for other arguments';
};

/** What cannot be hashed has no hash. */
const isHashOf = (hash: string | null, { name, args }: Action): boolean => {
  try {
    return hash === actionHash({ tool: name, args });
  } catch {
    return false;
  }
};
const refuse = (reason: string): Verdict => ({ is: 'no', withdrawn: false, message: refusedOutputOf(reason) });

type Requested = Extract<ParsedCall, { kind: 'request' }>;

/** A call of the pause with what was decided on it. */
export type Answered = { call: Exclude<ParsedCall, { kind: 'foreign' }>; verdict: Verdict };

/**
 * Pairs the calls of a pause with their decisions, in the pause's order. A call that could not be put before anybody is answered "no",
 * and so is one with two decisions.
 * @param all whether the framework takes all answers at once or none
 * @param nowMs as {@link verdictOn}
 * @throws AnswerIncomplete when `all` and a call has no decision
 */
export const answersOf = (calls: readonly ParsedCall[], decisions: readonly Decision[], all: boolean, nowMs?: number): Answered[] => {
  const byCall = Map.groupBy(decisions, decision => decision.toolCallId);
  const missing: string[] = [];
  const answered: Answered[] = [];
  for (const call of calls) {
    if (call.kind === 'foreign') continue;
    const [decision, ...others] = byCall.get(call.toolCallId) ?? [];
    if (call.kind === 'refused') answered.push({ call, verdict: refuse(call.reason) });
    else if (decision === undefined) missing.push(call.toolCallId);
    else if (others.some(({ approvalId }) => approvalId !== decision.approvalId))
      answered.push({ call, verdict: refuse('two decisions were given') });
    else answered.push({ call, verdict: verdictOn(call, decision, nowMs) });
  }
  if (all && missing.length > 0) throw new AnswerIncomplete(missing);
  return answered;
};
