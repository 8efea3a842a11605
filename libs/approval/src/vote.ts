import type { AllowedDecision, ApprovalEvent, DecidedBy, EventData } from '@holdpoint/contracts';
import { assertBelowCeiling } from './ceiling.ts';
import { assertNotClaimedByOther, claimDropped } from './claim.ts';
import type { Approve, Hold, Reject } from './commands.ts';
import { evolveReview } from './evolve-review.ts';
import { openSteps } from './opening.ts';
import { signatureOf, type Person } from './people.ts';
import { worldChanged } from './preconditions.ts';
import { Refused } from './refused.ts';
import type { Instant } from './rungs.ts';
import { standingOf, type Standing } from './standing.ts';
import { assertSteppedUp, needsStepUp, stepUpOf } from './step-up.ts';
import { isSatisfied, type ApprovalState, type InReview, type OpenStep } from './state.ts';
import { stepAfter } from './step.ts';
import { stepFor } from './step-for.ts';
import { assertInReview, assertInTime, assertNotHeld, end, isEdited } from './terminal.ts';

/** How a vote came in. */
type Cast = Pick<Approve, 'by' | 'channel' | 'now' | 'note' | 'reasonCode' | 'stepUp'>;
export type Approving = Cast & Instant;

/**
 * A vote for the current action. Enough votes satisfy the step; the last step grants. A world that is not as it was shown takes all votes back
 * instead: `PreconditionsChanged`, and no vote.
 * @throws Refused naming the rule that forbids it, or the winner.
 */
export const approve = (command: Approve, state: ApprovalState): ApprovalEvent[] => {
  const { review, open, standing } = permitVote('approve', command.by, state, command);
  assertBelowCeiling(command, review);
  assertShown(command, review);
  assertSteppedUp(command, needsStepUp(review), review.action.hash);
  const changed = worldChanged(review, command.observed, command.now);
  return changed.length > 0 ? changed : approvedBy(command, review, open, standing);
};

/** The vote, and what it leads to: more votes are needed, other steps still wait, the next one opens, or it is granted. */
export const approvedBy = (command: Approving, before: InReview, open: OpenStep, standing: Standing): ApprovalEvent[] => {
  const vote = voteFor(command, before, open, standing);
  const counted = evolveReview(before, vote);
  const now = counted.open.find(({ step }) => step.index === open.step.index) ?? open;
  if (!isSatisfied(now)) return [vote, ...claimDropped(before, open, command.now)];
  if (!counted.open.every(isSatisfied))
    return [{ ...vote, data: { ...vote.data, satisfied: true } }, ...claimDropped(counted, now, command.now)];
  const next = stepAfter(open.step, { now: command.now, expiresAt: counted.expiresAt, people: command.people });
  if (next === null) return [vote, granted(command, counted, vote.data)];
  return [vote, ...claimDropped(before, open, command.now), ...openSteps(counted, next, counted.gate.verdict, command).events];
};

const granted = (command: Cast, review: InReview, { by, onBehalfOf }: EventData<'StepApproved'>): ApprovalEvent => {
  const changed = isEdited(review);
  return end(review, {
    type: changed ? 'ApprovalGrantedWithChanges' : 'ApprovalGranted',
    decision: changed ? 'modified' : 'approved',
    by,
    onBehalfOf,
    channel: command.channel,
    reasonCode: command.reasonCode,
    note: command.note ?? null,
    now: command.now,
  });
};

const voteFor = (
  command: Cast,
  { action }: InReview,
  { step }: OpenStep,
  { right, solo }: Standing,
): { type: 'StepApproved'; data: EventData<'StepApproved'> } => ({
  type: 'StepApproved',
  data: {
    stepIndex: step.index,
    by: signatureOf(command.by),
    channel: command.channel,
    at: command.now,
    actionHash: action.hash,
    ...inPlaceOf(right, command.by),
    ...(solo ? { solo: true } : {}),
    ...stepUpOf(command),
    private: { note: command.note ?? null },
  },
});

const inPlaceOf = (right: string, by: Person): { onBehalfOf?: DecidedBy } =>
  right === by.id ? {} : { onBehalfOf: { kind: 'operator', id: right } };

/**
 * A vote against. `rejectCount` of them (one by default: a veto) in any step reject the whole request. A kill switch does not stand in its way.
 * @throws Refused naming the rule that forbids it, or the winner; `reason_required` where the policy presets reasons.
 */
export const reject = (command: Reject, state: ApprovalState): ApprovalEvent[] => {
  const { review, open, standing } = permitVote('reject', command.by, state, { ...command, hold: null });
  assertReason(command, review);
  const by = signatureOf(command.by);
  const onBehalf = inPlaceOf(standing.right, command.by);
  const vote = {
    type: 'StepRejected' as const,
    data: {
      stepIndex: open.step.index,
      by,
      channel: command.channel,
      at: command.now,
      actionHash: review.action.hash,
      ...(command.reasonCode === undefined ? {} : { reasonCode: command.reasonCode }),
      ...onBehalf,
      private: { note: command.note ?? null },
    },
  };
  const counted = evolveReview(review, vote);
  if (open.rejections.length + 1 < open.step.rejectCount) return [vote, ...claimDropped(review, open, command.now)];
  return [
    vote,
    end(counted, {
      type: 'ApprovalRejected',
      decision: 'rejected',
      by,
      onBehalfOf: onBehalf.onBehalfOf,
      channel: command.channel,
      reasonCode: command.reasonCode,
      note: command.note ?? null,
      now: command.now,
    }),
  ];
};

/** What a vote is checked against besides the state. */
export type Voting = { now: string; solo: boolean; hold: Hold | null; step?: number };

/**
 * Every rule about who may vote, in the order a person would want to hear them. An edit takes all votes back, so who has voted may still
 * edit; and to approve an edited action is to answer "modified", so the app must take that.
 * @throws Refused `not_found`, `already_decided`, `not_yet_gated`, `approval_expired`, `held`, `decision_not_allowed`, `wrong_step`,
 *   `not_eligible`, `requester_excluded`, `already_voted`, `claimed_by_other`.
 */
export const permitVote = (
  verb: AllowedDecision,
  by: Person,
  state: ApprovalState,
  { now, solo, hold, step }: Voting,
): { review: InReview; open: OpenStep; standing: Standing } => {
  assertInReview(state);
  assertInTime(state, now);
  assertNotHeld(verb === 'reject' ? null : hold);
  const { requested } = state;
  if (!requested.allowedDecisions.includes(verb === 'approve' && isEdited(state) ? 'modify' : verb))
    throw new Refused('decision_not_allowed', `The agent's app takes only ${requested.allowedDecisions.join(', ')} here.`);
  const asNow = verb === 'modify' ? { ...state, voters: [] } : state;
  const { step: open, found: standing } = stepFor(state, step, one => {
    const mine = standingOf(by, one, asNow, solo);
    assertNotClaimedByOther(by, one, now);
    return mine;
  });
  return { review: state, open, standing };
};

/** An approval counts for the action the person saw. An edited action must have been seen as edited. */
export const assertShown = ({ shownActionHash }: Pick<Approve, 'shownActionHash'>, { action }: InReview): void => {
  if (shownActionHash === action.hash || (shownActionHash === undefined && action.diff === null)) return;
  throw new Refused('action_mismatch', 'The action was changed since you looked at it; look again and approve what is shown.');
};

/** Where the policy presets reasons, a rejection names one of them or says why in words. */
const assertReason = ({ reasonCode, note }: Reject, { gate }: InReview): void => {
  const presets = gate.settings?.rejectReasons;
  if (presets === undefined || presets.some(({ code }) => code === reasonCode)) return;
  const codes = presets.map(({ code }) => code).join(', ');
  if (reasonCode !== undefined) throw new Refused('reason_required', `"${reasonCode}" is none of the reasons here: ${codes}.`);
  if ((note ?? '').trim() === '') throw new Refused('reason_required', `Say why: \`reasonCode\` (${codes}), or words in \`note\`.`);
};
