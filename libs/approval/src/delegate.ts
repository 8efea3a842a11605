import type { ApprovalEvent } from '@holdpoint/contracts';
import { assertNotClaimedByOther } from './claim.ts';
import type { Delegate, Reassign } from './commands.ts';
import { assertRoomForRemarks } from './comment.ts';
import { gatedRisk } from './gated-risk.ts';
import { DELEGATION_HOPS_MAX } from './limits.ts';
import { isSenior, mayWork, nameOf, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { isRequester, standingOf, usedOn, type Standing } from './standing.ts';
import type { ApprovalState, InReview, OpenStep } from './state.ts';
import { alertOf } from './step.ts';
import { stepFor } from './step-for.ts';
import { assertInReview, assertInTime } from './terminal.ts';

/**
 * Somebody else decides in this person's place. The vote stays one: whoever of the two says it first has said it for both. It passes on at
 * most `DELEGATION_HOPS_MAX` times and never back.
 * @throws Refused as for a vote; `delegation_refused` when it goes in a circle or too far, `invalid_target` when that person may not decide
 */
export const delegate = (command: Delegate, state: ApprovalState): ApprovalEvent[] => {
  const { review, open, standing } = permitDelegation(command.by, state, command);
  const { by, to, now } = command;
  assertTarget(to, open, review, command.solo);
  assertBounded(by, to, standing, open);
  return [
    {
      type: 'ApprovalDelegated',
      data: {
        stepIndex: open.step.index,
        from: signatureOf(by),
        to: to.id,
        ...(standing.right === by.id ? {} : { right: standing.right }),
        at: now,
        riskLevel: gatedRisk(review.requested.riskLevel, review.gate.verdict),
        expiresAt: review.expiresAt,
        private: { alert: alertOf(review.requested, review.action), note: command.note ?? null },
      },
    },
  ];
};

/** @throws Refused when this person has no vote to pass on now. */
export const permitDelegation = (
  by: Person,
  state: ApprovalState,
  { now, solo, step }: { now: string; solo: boolean; step?: number },
): { review: InReview; open: OpenStep; standing: Standing } => {
  assertInReview(state);
  assertInTime(state, now);
  assertRoomForRemarks(state);
  const { step: open, found: standing } = stepFor(state, step, one => {
    const mine = standingOf(by, one, state, solo);
    assertNotClaimedByOther(by, one, now);
    return mine;
  });
  return { review: state, open, standing };
};

/**
 * People are put on a step by name, by somebody with the authority of a senior.
 * @throws Refused `not_eligible`, `requester_excluded`, `invalid_target`, `approval_expired`.
 */
export const reassign = (command: Reassign, state: ApprovalState): ApprovalEvent[] => {
  const { review, open } = permitReassignment(command.by, state, command);
  for (const to of command.to) assertTarget(to, open, review, command.solo);
  const fresh = command.to.map(({ id }) => id).filter(id => !open.assigned.includes(id));
  if (fresh.length === 0) return [];
  const { requested, action, expiresAt } = review;
  return [
    {
      type: 'ReviewerAssigned',
      data: {
        stepIndex: open.step.index,
        operators: [...new Set(fresh)],
        by: signatureOf(command.by),
        at: command.now,
        riskLevel: gatedRisk(requested.riskLevel, review.gate.verdict),
        expiresAt,
        private: { alert: alertOf(requested, action) },
      },
    },
  ];
};

/** @throws Refused when this person may not put others on a step now. */
export const permitReassignment = (
  by: Person,
  state: ApprovalState,
  { now, solo, step }: { now: string; solo: boolean; step?: number },
): { review: InReview; open: OpenStep } => {
  assertInReview(state);
  assertInTime(state, now);
  assertRoomForRemarks(state);
  if (!isSenior(by)) throw new Refused('not_eligible', 'Only a senior, an admin or an owner may put others on it.');
  const { step: open } = stepFor(state, step, one => {
    if (one.step.excludeRequester && !solo && isRequester(by.id, by, state))
      throw new Refused('requester_excluded', `Step "${one.step.name}" bars the requester from choosing who decides.`);
  });
  return { review: state, open };
};

/** @throws Refused `invalid_target` when a vote of this person would not be taken on the step */
const assertTarget = (to: Person, open: OpenStep, review: InReview, solo: boolean): void => {
  const { step } = open;
  const name = nameOf(signatureOf(to));
  const refuse = (why: string): Refused => new Refused('invalid_target', `${name} ${why}`);
  if (!mayWork(to)) throw refuse('may look, not decide.');
  if (step.seniorOnly && !isSenior(to)) throw refuse('is no senior, admin or owner, and the gate asked for one.');
  if (step.excludeRequester && !solo && isRequester(to.id, to, review)) throw refuse('owns the agent or made the request.');
  if (usedOn(open, review).has(to.id)) throw refuse('has voted on this action already.');
};

/** @throws Refused `delegation_refused` for a circle, a hop too many, or one that is there already */
const assertBounded = (by: Person, to: Person, { right }: Standing, open: OpenStep): void => {
  const chain = open.standIns.filter(standIn => standIn.right === right);
  if (to.id === by.id || to.id === right || chain.some(({ from, to: next }) => from === to.id || next === to.id))
    throw new Refused('delegation_refused', `${nameOf(signatureOf(to))} is in this chain already; it would go in a circle.`);
  const hops = chain.find(standIn => standIn.to === by.id)?.hops ?? 0;
  if (hops >= DELEGATION_HOPS_MAX)
    throw new Refused('delegation_refused', `It was passed on ${hops} times already; decide it, or ask an admin to put somebody on it.`);
};
