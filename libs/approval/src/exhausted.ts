import type { ApprovalEvent } from '@holdpoint/contracts';
import type { EscalateStep } from './commands.ts';
import { claimDropped } from './claim.ts';
import { isSatisfied, type InReview, type OpenStep } from './state.ts';
import { end, isEdited } from './terminal.ts';

type Exhausted = NonNullable<OpenStep['step']['escalation']>['onExhausted'];

/**
 * Nobody is left to ask. The ladder was told what happens then: rejected, left to the deadline, held for the admins, or, for what is low
 * risk and without problems, approved; whoever reads the record sees that nobody looked.
 */
export const exhausted = (command: EscalateStep, review: InReview, open: OpenStep): { events: ApprovalEvent[]; final: boolean } => {
  const wanted = open.step.escalation?.onExhausted;
  const action = wanted === undefined ? undefined : outcomeOf(wanted, command, review, open);
  const told: ApprovalEvent = {
    type: 'EscalationExhausted',
    data: { stepIndex: open.step.index, level: open.level, at: command.now, ...(action === undefined ? {} : { action }) },
  };
  switch (action) {
    case undefined:
    case 'expire':
    case 'hold':
      return { events: [...claimDropped(review, open, command.now), told], final: false };
    case 'reject':
      return { events: [told, rejected(review, command.now)], final: true };
    case 'approveLowRisk':
      return { events: [told, approved(review, command.now)], final: true };
    default:
      return never(action);
  }
};

/** `approveLowRisk` rejects all else; while a kill switch holds, it neither approves nor gives the chance away. */
const outcomeOf = (wanted: Exhausted, { hold }: EscalateStep, review: InReview, open: OpenStep): Exhausted => {
  if (wanted !== 'approveLowRisk') return wanted;
  if (!isHarmless(review, open)) return 'reject';
  return hold === null ? 'approveLowRisk' : 'hold';
};

/** Low risk by the agent's word, nothing odd by the gate's, nobody against it, and no other step to satisfy. */
const isHarmless = (review: InReview, open: OpenStep): boolean => {
  const { requested, gate } = review;
  return (
    requested.riskLevel === 'low' &&
    gate.verdict === 'HUMAN_REVIEW' &&
    gate.problems.length === 0 &&
    requested.allowedDecisions.includes(isEdited(review) ? 'modify' : 'approve') &&
    review.open.every(other => other === open || isSatisfied(other)) &&
    review.open.every(({ rejections }) => rejections.length === 0) &&
    (open.step.laterSteps ?? []).length === 0
  );
};

const BY = { kind: 'timeout', id: 'escalation' } as const;

const approved = (review: InReview, now: string): ApprovalEvent => {
  const changed = isEdited(review);
  return end(review, {
    type: changed ? 'ApprovalGrantedWithChanges' : 'ApprovalGranted',
    decision: changed ? 'modified' : 'approved',
    by: BY,
    channel: 'api',
    note: 'Nobody decided. The escalation policy approves what is low risk when nobody is left to ask; no person looked at it.',
    now,
  });
};

const rejected = (review: InReview, now: string): ApprovalEvent =>
  end(review, {
    type: 'ApprovalRejected',
    decision: 'rejected',
    by: BY,
    channel: 'api',
    note: 'Nobody decided and nobody is left to ask: not approved.',
    now,
  });

const never = (action: never): never => {
  throw new TypeError(`unknown end of an escalation ${String(action)}`);
};
