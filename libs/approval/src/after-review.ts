import type { ApprovalEvent } from '@holdpoint/contracts';
import type { Review } from './commands.ts';
import { mayWork, nameOf, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { isRequester } from './standing.ts';
import type { ApprovalState, Closed } from './state.ts';
import { assertKnown, assertNotErased } from './terminal.ts';

/**
 * Somebody else's word on what was let through without the usual look: a sample of what passed by itself, or break-glass. It changes nothing
 * that has happened.
 * @throws Refused `not_reviewable`, `not_eligible`, `requester_excluded`, `erased`.
 */
export const review = (command: Review, state: ApprovalState): ApprovalEvent[] => {
  permitReview(command.by, state, command.solo);
  const { by, agreed, note, now } = command;
  return [{ type: 'AfterReviewed', data: { by: signatureOf(by), agreed, at: now, private: { note: note ?? null } } }];
};

/** @throws Refused when this person may not review it now. */
export const permitReview = (by: Person, state: ApprovalState, solo: boolean): Closed => {
  assertKnown(state);
  if (state.status !== 'closed' || state.afterReview === null) throw new Refused('not_reviewable', 'Nobody asks for a second look at it.');
  assertNotErased(state);
  const { done } = state.afterReview;
  if (done !== null) throw new Refused('not_reviewable', `${nameOf(done.by)} has looked at it already.`, done);
  if (!mayWork(by) && !by.roles.includes('auditor')) throw new Refused('not_eligible', 'A viewer may look, not judge.');
  if (state.end.decision.by.id === by.id)
    throw new Refused('not_eligible', 'Whoever let it through cannot be the one who looks at it afterwards.');
  if (!solo && isRequester(by.id, by, state))
    throw new Refused('requester_excluded', 'Whoever owns the agent or made the request cannot be the one who looks at it afterwards.');
  return state;
};
