import type { AllowedDecision, ApprovalEvent, DecidedBy } from '@holdpoint/contracts';
import { assertNotClaimedByOther, claimDropped } from './claim.ts';
import type { Approve, Reject } from './commands.ts';
import { assertEligible, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, InReview } from './state.ts';
import { stepAfter, stepOpened } from './step.ts';
import { assertInReview, end } from './terminal.ts';
import { reached } from './time.ts';

/**
 * A vote for the current action. Enough votes complete the step; the last step grants.
 * @throws Refused naming the rule that forbids it, or the winner.
 */
export const approve = (command: Approve, state: ApprovalState): ApprovalEvent[] => {
  const review = permitVote('approve', command.by, state, command.now, command.step);
  assertShown(command, review);
  const by = signatureOf(command.by);
  return [approvedBy(by, command, review), ...afterApproval(by, command, review)];
};

/** What an approval leads to once it is cast: more votes are needed, the next step opens, or it is granted. */
export const afterApproval = (by: DecidedBy, command: Omit<Approve, 'type'>, before: InReview): ApprovalEvent[] => {
  const review: InReview = { ...before, open: { ...before.open, approvals: [...before.open.approvals, by] } };
  const { step, approvals } = review.open;
  if (approvals.length < step.approveCount) return claimDropped(review, command.now);
  const next = stepAfter(step);
  if (next !== null)
    return [...claimDropped(review, command.now), stepOpened(review.requested, review.action, next, review.gate.verdict, command.now)];
  const changed = isEdited(review);
  return [
    end(review, {
      type: changed ? 'ApprovalGrantedWithChanges' : 'ApprovalGranted',
      decision: changed ? 'modified' : 'approved',
      by,
      channel: command.channel,
      reasonCode: command.reasonCode,
      note: command.note ?? null,
      now: command.now,
    }),
  ];
};

/** `StepApproved` for the action as it is now. */
export const approvedBy = (by: DecidedBy, command: Omit<Approve, 'type'>, review: InReview): ApprovalEvent => ({
  type: 'StepApproved',
  data: {
    stepIndex: review.open.step.index,
    by,
    channel: command.channel,
    at: command.now,
    actionHash: review.action.hash,
    private: { note: command.note ?? null },
  },
});

/**
 * A vote against. `rejectCount` of them (one by default: a veto) reject the whole request.
 * @throws Refused naming the rule that forbids it, or the winner.
 */
export const reject = (command: Reject, state: ApprovalState): ApprovalEvent[] => {
  const before = permitVote('reject', command.by, state, command.now, command.step);
  const by = signatureOf(command.by);
  const review: InReview = { ...before, open: { ...before.open, rejections: [...before.open.rejections, by] } };
  const vote: ApprovalEvent = {
    type: 'StepRejected',
    data: {
      stepIndex: review.open.step.index,
      by,
      channel: command.channel,
      at: command.now,
      actionHash: review.action.hash,
      ...(command.reasonCode === undefined ? {} : { reasonCode: command.reasonCode }),
      private: { note: command.note ?? null },
    },
  };
  if (review.open.rejections.length < review.open.step.rejectCount) return [vote, ...claimDropped(review, command.now)];
  return [
    vote,
    end(review, {
      type: 'ApprovalRejected',
      decision: 'rejected',
      by,
      channel: command.channel,
      reasonCode: command.reasonCode,
      note: command.note ?? null,
      now: command.now,
    }),
  ];
};

/**
 * Every rule about who may vote, in the order a person would want to hear them. An edit takes all votes back, so who has voted may still
 * edit; and to approve an edited action is to answer "modified", so the app must take that.
 * @throws Refused `not_found`, `already_decided`, `not_yet_gated`, `approval_expired`, `decision_not_allowed`, `wrong_step`,
 *   `not_eligible`, `requester_excluded`, `already_voted`, `claimed_by_other`.
 */
export const permitVote = (verb: AllowedDecision, by: Person, state: ApprovalState, now: string, step?: number): InReview => {
  assertInReview(state);
  const { requested, open } = state;
  if (reached(now, requested.expiresAt))
    throw new Refused('approval_expired', `The deadline ${requested.expiresAt} has passed; it ends as not approved.`, {
      by: { kind: 'timeout', id: 'deadline' },
      at: requested.expiresAt,
    });
  if (!requested.allowedDecisions.includes(verb === 'approve' && isEdited(state) ? 'modify' : verb))
    throw new Refused('decision_not_allowed', `The agent's app takes only ${requested.allowedDecisions.join(', ')} here.`);
  if (step !== undefined && step !== open.step.index)
    throw new Refused('wrong_step', `Step ${step} is no longer open; "${open.step.name}" (${open.step.index}) is.`);
  assertEligible(by, state);
  if (verb !== 'modify' && state.voters.includes(by.id))
    throw new Refused('already_voted', `You have voted on this action already; step "${open.step.name}" needs somebody else.`);
  assertNotClaimedByOther(by, state, now);
  return state;
};

const isEdited = ({ action, requested }: InReview): boolean => action.hash !== requested.binding.actionHash;

/** An approval counts for the action the person saw. An edited action must have been seen as edited. */
const assertShown = (command: Approve, { action }: InReview): void => {
  if (command.shownActionHash === action.hash || (command.shownActionHash === undefined && action.diff === null)) return;
  throw new Refused('action_mismatch', 'The action was changed since you looked at it; look again and approve what is shown.');
};
