import type { ApprovalEvent, DecidedBy } from '@holdpoint/contracts';
import { claimDropped } from './claim.ts';
import type { EscalateNow, EscalateStep } from './commands.ts';
import { mayDecide, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, InReview } from './state.ts';
import { alertOf, escalateAtOf } from './step.ts';
import { assertInReview, assertKnown } from './terminal.ts';
import { reached } from './time.ts';

/**
 * The step's time is over: the next backup level is asked too, and when there is none left that is recorded. A timer that comes early, late
 * or twice, or for a step that is no longer open, has nothing to do. A claim ends here: whoever holds it did not decide in time.
 */
export const escalateStep = (command: EscalateStep, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'review') return [];
  const { open, requested } = state;
  if (open.step.index !== command.stepIndex || open.level + 1 !== command.level || open.exhausted) return [];
  if (open.escalateAt === null || !reached(command.now, open.escalateAt) || reached(command.now, requested.expiresAt)) return [];
  if (open.level < open.step.backups.length) return [...claimDropped(state, command.now), escalated(state, 'timeout', null, command.now)];
  return [{ type: 'EscalationExhausted', data: { stepIndex: open.step.index, level: open.level, at: command.now } }];
};

/**
 * A person asks the next level at once.
 * @throws Refused `not_escalatable` when no level is left, `not_eligible` for somebody who may neither decide nor administer.
 */
export const escalateNow = (command: EscalateNow, state: ApprovalState): ApprovalEvent[] => {
  const review = permitEscalation(command.by, state);
  return [...claimDropped(review, command.now), escalated(review, 'manual', signatureOf(command.by), command.now)];
};

/** @throws Refused when this person may not escalate now. */
export const permitEscalation = (by: Person, state: ApprovalState): InReview => {
  assertInReview(state);
  if (!mayDecide(by, state.open) && !by.roles.some(role => role === 'owner' || role === 'admin'))
    throw new Refused('not_eligible', 'Only who may decide this step, an admin or an owner may escalate it.');
  if (state.open.level >= state.open.step.backups.length)
    throw new Refused('not_escalatable', `Step "${state.open.step.name}" has no backup level left.`);
  return state;
};

const escalated = (state: InReview, reason: 'timeout' | 'manual', by: DecidedBy | null, now: string): ApprovalEvent => {
  const { open, requested, action } = state;
  const approvers = open.step.backups[open.level];
  if (approvers === undefined) throw new TypeError('no such backup level');
  return {
    type: 'ApprovalEscalated',
    data: {
      stepIndex: open.step.index,
      level: open.level + 1,
      approvers,
      riskLevel: requested.riskLevel,
      reason,
      by,
      escalatedAt: now,
      expiresAt: requested.expiresAt,
      escalateAt: escalateAtOf(open.step, now, requested.expiresAt),
      private: { alert: alertOf(requested, action) },
    },
  };
};
