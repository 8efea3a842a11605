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
 * What a decision means for a call that waits itself. The approval counts for this call only if it names it and if the hash of what was
 * approved is the hash of what waits; anything else is "no".
 */
export const verdictOn = (call: ParsedCall, decision: Decision): Verdict => {
  if (call.kind !== 'request') return refuse(call.kind === 'refused' ? call.reason : 'it was never asked for');
  const { action } = call.request;
  const { approvedAction, binding, toolCallId } = decision;
  if (!decision.approved && (decision.decision === 'approved' || decision.decision === 'modified'))
    return refuse('the decision contradicts itself');
  if (!decision.approved || approvedAction === null || binding.approvedActionHash === null)
    return {
      is: 'no',
      withdrawn: decision.decision === 'withdrawn',
      message: toolOutputOf(decision.approved ? { ...decision, decision: 'rejected', approved: false } : decision),
    };
  if (toolCallId !== null && toolCallId !== call.toolCallId) return refuse('the approval belongs to another call');
  if (binding.approvedActionHash !== hashOf(approvedAction)) return refuse('the approved action does not match its hash');
  if (action === null || action === undefined) return gateVerdict(decision, binding.approvedActionHash);
  if (approvedAction.name !== action.name) return refuse('the approval names another tool');
  if (decision.decision === 'modified') return { is: 'changed', args: approvedAction.args, message: changedElsewhereOutputOf(decision) };
  if (decision.decision !== 'approved') return refuse('the decision is not one we know');
  if (binding.approvedActionHash !== hashOf(action)) return refuse('the approval is for other arguments');
  return { is: 'asAsked', message: toolOutputOf(decision) };
};

/** The gate tool's own call runs nothing: its result tells the model, and the executor checks the receipt. */
const gateVerdict = (decision: Decision, approvedHash: string): Verdict => {
  if (decision.decision === 'approved' && decision.binding.actionHash !== approvedHash) return refuse('the approval is for another action');
  if (decision.decision !== 'approved' && decision.decision !== 'modified') return refuse('the decision is not one we know');
  return { is: 'asAsked', message: toolOutputOf(decision) };
};

const hashOf = ({ name, args }: Action): string => actionHash({ tool: name, args });
const refuse = (reason: string): Verdict => ({ is: 'no', withdrawn: false, message: refusedOutputOf(reason) });

/** A call of the pause with what was decided on it. */
export type Answered = { call: Exclude<ParsedCall, { kind: 'foreign' }>; verdict: Verdict };

/**
 * Pairs the calls of a pause with their decisions, in the pause's order. A call that could not be put before anybody is answered "no".
 * @param all whether the framework takes all answers at once or none
 * @throws AnswerIncomplete when `all` and a call has no decision
 */
export const answersOf = (calls: readonly ParsedCall[], decisions: readonly Decision[], all: boolean): Answered[] => {
  const byCall = new Map(decisions.map(decision => [decision.toolCallId, decision]));
  const missing: string[] = [];
  const answered: Answered[] = [];
  for (const call of calls) {
    if (call.kind === 'foreign') continue;
    const decision = byCall.get(call.toolCallId);
    if (call.kind === 'refused') answered.push({ call, verdict: refuse(call.reason) });
    else if (decision === undefined) missing.push(call.toolCallId);
    else answered.push({ call, verdict: verdictOn(call, decision) });
  }
  if (all && missing.length > 0) throw new AnswerIncomplete(missing);
  return answered;
};
