import type { ApprovalEvent } from '@holdpoint/contracts';
import { deadlineChanged, latestEnd } from './clock.ts';
import type { Extend, Snooze } from './commands.ts';
import { assertRoomForRemarks } from './comment.ts';
import { EXTEND_SEC_MAX } from './limits.ts';
import { isAdmin, mayDecideAny, mayWork, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { nextDue } from './rungs.ts';
import type { ApprovalState, InReview } from './state.ts';
import { assertInReview, assertInTime } from './terminal.ts';
import { reached, secBetween } from './time.ts';

/**
 * A later deadline, within what the policy lets people add in all and what the agent's own deadline allows. A ladder whose end came after the
 * old deadline now has it.
 * @throws Refused `invalid_until` saying what is possible, `not_eligible`, `approval_expired`.
 */
export const extend = (command: Extend, state: ApprovalState): ApprovalEvent[] => {
  const review = permitExtension(command.by, state, command.now);
  const { until, now } = command;
  const { expiresAt, requested, gate, extendedSec } = review;
  if (reached(expiresAt, until)) throw new Refused('invalid_until', `The deadline is ${expiresAt} already; name a later one.`);
  const end = latestEnd(requested);
  if (end !== null && !reached(end, until)) throw new Refused('invalid_until', `The agent's own deadline allows ${end} at the latest.`);
  const leftSec = (gate.settings?.extendSecMax ?? EXTEND_SEC_MAX) - extendedSec;
  if (secBetween(expiresAt, until) > leftSec)
    throw new Refused('invalid_until', `The policy lets people add ${Math.max(0, leftSec)} s more at most.`);
  const extended: InReview = { ...review, expiresAt: until };
  const by = signatureOf(command.by);
  return [
    deadlineChanged(
      review,
      until,
      'extended',
      by,
      now,
      open => open.escalateAt ?? (open.step.escalation ? nextDue(extended, open, now) : null),
    ),
  ];
};

/** @throws Refused when this person may not extend it now. */
export const permitExtension = (by: Person, state: ApprovalState, now: string): InReview => {
  assertInReview(state);
  assertInTime(state, now);
  if (!mayDecideAny(by, state) && !isAdmin(by))
    throw new Refused('not_eligible', 'Only who may decide it, an admin or an owner may extend it.');
  if (state.clock !== null) throw new Refused('invalid_until', 'Its clock stands still until the agent answers; extend it then.');
  return state;
};

/**
 * Out of this person's sight until then. Neither the deadline nor the escalation moves, and everybody else sees it as before.
 * @throws Refused `invalid_until` unless it lies between now and the deadline, `not_eligible`.
 */
export const snooze = (command: Snooze, state: ApprovalState): ApprovalEvent[] => {
  const { expiresAt } = permitSnooze(command.by, state, command.now);
  const { until, now } = command;
  if (reached(now, until) || reached(until, expiresAt))
    throw new Refused('invalid_until', `Name an instant after now and before the deadline ${expiresAt}.`);
  return [{ type: 'ApprovalSnoozed', data: { by: signatureOf(command.by), until, at: now } }];
};

/** @throws Refused when this person may not snooze it now. */
export const permitSnooze = (by: Person, state: ApprovalState, now: string): InReview => {
  assertInReview(state);
  assertInTime(state, now);
  if (!mayDecideAny(by, state) && !mayWork(by)) throw new Refused('not_eligible', 'Only who is asked about it can put it off.');
  assertRoomForRemarks(state);
  return state;
};
