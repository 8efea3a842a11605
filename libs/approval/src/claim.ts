import type { ApprovalEvent } from '@holdpoint/contracts';
import type { Claim, Release, ReleaseExpiredClaim } from './commands.ts';
import { CLAIM_LEASE_SEC } from './limits.ts';
import { assertEligible, nameOf, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, InReview } from './state.ts';
import { assertInReview, assertKnown } from './terminal.ts';
import { later, reached } from './time.ts';

/**
 * A person takes it on for `CLAIM_LEASE_SEC`; claiming again renews the lease. A lease that is over no longer counts, recorded or not.
 * @throws Refused `claimed_by_other`, `not_eligible`, `requester_excluded`.
 */
export const claim = (command: Claim, state: ApprovalState): ApprovalEvent[] => {
  const review = permitClaim(command.by, state, command.now);
  const taken: ApprovalEvent = {
    type: 'ApprovalClaimed',
    data: { by: signatureOf(command.by), claimedAt: command.now, claimExpiresAt: later(command.now, CLAIM_LEASE_SEC) },
  };
  return review.claim !== null && review.claim.by.id !== command.by.id ? [...claimDropped(review, command.now), taken] : [taken];
};

/** @throws Refused when this person may not claim now. */
export const permitClaim = (by: Person, state: ApprovalState, now: string): InReview => {
  assertInReview(state);
  assertEligible(by, state);
  assertNotClaimedByOther(by, state, now);
  return state;
};

/** Whoever claimed it gives it back. @throws Refused `not_claimed` when this person holds no claim. */
export const release = (command: Release, state: ApprovalState): ApprovalEvent[] => {
  permitRelease(command.by, state);
  return [{ type: 'ClaimReleased', data: { by: signatureOf(command.by), reason: 'released', at: command.now } }];
};

/** @throws Refused `not_claimed` when this person holds no claim. */
export const permitRelease = (by: Person, state: ApprovalState): InReview => {
  assertInReview(state);
  if (state.claim?.by.id !== by.id) throw new Refused('not_claimed', 'You hold no claim on it.');
  return state;
};

/** The lease is over. Too early, renewed or gone: nothing to do. */
export const releaseExpiredClaim = (command: ReleaseExpiredClaim, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'review' || state.claim === null || !reached(command.now, state.claim.expiresAt)) return [];
  return claimDropped(state, command.now);
};

/** A claim that ends without its holder's word: its lease is over, or the step moved on. Recorded, so that its timer is over too. */
export const claimDropped = (state: InReview, now: string): ApprovalEvent[] =>
  state.claim === null
    ? []
    : [{ type: 'ClaimReleased', data: { by: null, reason: reached(now, state.claim.expiresAt) ? 'expired' : 'released', at: now } }];

/** @throws Refused `claimed_by_other` naming the holder and when the lease ends. */
export const assertNotClaimedByOther = (by: Person, state: InReview, now: string): void => {
  const held = state.claim;
  if (held === null || held.by.id === by.id || reached(now, held.expiresAt)) return;
  throw new Refused('claimed_by_other', `${nameOf(held.by)} has taken it on until ${held.expiresAt}.`, { by: held.by, at: held.expiresAt });
};
