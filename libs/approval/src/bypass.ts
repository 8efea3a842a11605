import type { ApprovalEvent } from '@holdpoint/contracts';
import { assertBelowCeiling } from './ceiling.ts';
import type { Bypass, Hold } from './commands.ts';
import { isSenior, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { isRequester } from './standing.ts';
import { assertSteppedUp, needsStepUp, stepUpOf } from './step-up.ts';
import type { ApprovalState, InReview } from './state.ts';
import { assertInReview, assertInTime, assertNotHeld, end, isEdited } from './terminal.ts';
import { assertShown } from './vote.ts';

/**
 * Break-glass: a senior, an admin or an owner lets it run at once, whatever steps are open, and says why. Somebody else looks at it
 * afterwards. A kill switch and the deadline stand in its way like in everybody's.
 * @throws Refused `reason_required`, `not_eligible`, `requester_excluded`, `decision_not_allowed`, `action_mismatch`, `approval_expired`, `held`,
 *   `channel_ceiling`.
 */
export const bypass = (command: Bypass, state: ApprovalState): ApprovalEvent[] => {
  const review = permitBypass(command.by, state, command);
  assertBelowCeiling(command, review);
  assertShown(command, review);
  assertSteppedUp(command, needsStepUp(review), review.action.hash);
  const { now, channel, reason } = command;
  if (reason.trim() === '') throw new Refused('reason_required', 'Say in `note` why the rules are set aside.');
  const by = signatureOf(command.by);
  const changed = isEdited(review);
  return [
    { type: 'GateBypassed', data: { by, channel, at: now, ...stepUpOf(command), private: { reason } } },
    end(review, {
      type: changed ? 'ApprovalGrantedWithChanges' : 'ApprovalGranted',
      decision: changed ? 'modified' : 'approved',
      by,
      channel,
      reasonCode: 'bypass',
      note: reason,
      now,
    }),
    { type: 'AfterReviewOpened', data: { kind: 'breakGlass', at: now } },
  ];
};

/** @throws Refused when this person may not set the rules aside now. */
export const permitBypass = (
  by: Person,
  state: ApprovalState,
  { now, solo, hold }: { now: string; solo: boolean; hold: Hold | null },
): InReview => {
  assertInReview(state);
  assertInTime(state, now);
  assertNotHeld(hold);
  if (!isSenior(by)) throw new Refused('not_eligible', 'Only a senior, an admin or an owner may set the rules aside.');
  if (!solo && isRequester(by.id, by, state))
    throw new Refused('requester_excluded', 'Whoever owns the agent or made the request cannot set the rules aside for it.');
  const { allowedDecisions } = state.requested;
  if (!allowedDecisions.includes(isEdited(state) ? 'modify' : 'approve'))
    throw new Refused('decision_not_allowed', `The agent's app takes only ${allowedDecisions.join(', ')} here.`);
  return state;
};
