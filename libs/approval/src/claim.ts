import type { ApprovalEvent } from '@holdpoint/contracts';
import type { Claim, Release, ReleaseExpiredClaim } from './commands.ts';
import { CLAIM_LEASE_SEC } from './limits.ts';
import { nameOf, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { nextDue } from './rungs.ts';
import { standingOf } from './standing.ts';
import type { ApprovalState, ClaimHeld, InReview, OpenStep } from './state.ts';
import { stepFor } from './step-for.ts';
import { assertInReview, assertKnown } from './terminal.ts';
import { later, reached } from './time.ts';

/**
 * A person takes a step on for the ladder's lease; claiming again renews it. A lease that is over no longer counts, recorded or not. While
 * it lasts, rungs for unclaimed requests wait.
 * @throws Refused `claimed_by_other`, `not_eligible`, `requester_excluded`, `already_voted`.
 */
export const claim = (command: Claim, state: ApprovalState): ApprovalEvent[] => {
  const { review, open } = permitClaim(command.by, state, command.now, command.solo, command.step);
  const by = signatureOf(command.by);
  const held: ClaimHeld = { by, expiresAt: later(command.now, open.step.escalation?.claimTimeoutSec ?? CLAIM_LEASE_SEC) };
  const before = open.claim !== null && open.claim.by.id !== by.id ? claimDropped(review, open, command.now) : [];
  const taken: ApprovalEvent = {
    type: 'ApprovalClaimed',
    data: {
      by,
      claimedAt: command.now,
      claimExpiresAt: held.expiresAt,
      ...besideOthers(review, open),
      ...movedBy(held, review, open, command.now),
    },
  };
  return [...before, taken];
};

/** @throws Refused when this person may not claim now. */
export const permitClaim = (
  by: Person,
  state: ApprovalState,
  now: string,
  solo: boolean,
  step?: number,
): { review: InReview; open: OpenStep } => {
  assertInReview(state);
  const open = stepFor(state, step, one => {
    standingOf(by, one, state, solo);
    assertNotClaimedByOther(by, one, now);
  });
  return { review: state, open: open.step };
};

/** Whoever claimed it gives it back. @throws Refused `not_claimed` when this person holds no claim. */
export const release = (command: Release, state: ApprovalState): ApprovalEvent[] => {
  const { review, held } = permitRelease(command.by, state);
  return held.map(open => released(review, open, command.now, { by: signatureOf(command.by), reason: 'released' }));
};

/** @throws Refused `not_claimed` when this person holds no claim. */
export const permitRelease = (by: Person, state: ApprovalState): { review: InReview; held: OpenStep[] } => {
  assertInReview(state);
  const held = state.open.filter(open => open.claim?.by.id === by.id);
  if (held.length === 0) throw new Refused('not_claimed', 'You hold no claim on it.');
  return { review: state, held };
};

/** Leases that are over. Too early, renewed or gone: nothing to do. */
export const releaseExpiredClaim = (command: ReleaseExpiredClaim, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'review') return [];
  return state.open.flatMap(open =>
    open.claim !== null && reached(command.now, open.claim.expiresAt) ? claimDropped(state, open, command.now) : [],
  );
};

/** A claim that ends without its holder's word: its lease is over, or the step moved on. Recorded, so that its timer is over too. */
export const claimDropped = (review: InReview, open: OpenStep, now: string): ApprovalEvent[] =>
  open.claim === null
    ? []
    : [released(review, open, now, { by: null, reason: reached(now, open.claim.expiresAt) ? 'expired' : 'released' })];

/** @throws Refused `claimed_by_other` naming the holder and when the lease ends. */
export const assertNotClaimedByOther = (by: Person, { claim: held }: OpenStep, now: string): void => {
  if (held === null || held.by.id === by.id || reached(now, held.expiresAt)) return;
  throw new Refused('claimed_by_other', `${nameOf(held.by)} has taken it on until ${held.expiresAt}.`, { by: held.by, at: held.expiresAt });
};

const released = (
  review: InReview,
  open: OpenStep,
  now: string,
  how: Pick<Extract<ApprovalEvent, { type: 'ClaimReleased' }>['data'], 'by' | 'reason'>,
): ApprovalEvent => ({
  type: 'ClaimReleased',
  data: { ...how, at: now, ...besideOthers(review, open), ...movedBy(null, review, open, now) },
});

const besideOthers = ({ open: all }: InReview, { step }: OpenStep): { stepIndex?: number } =>
  all.length === 1 ? {} : { stepIndex: step.index };

/** When the next rung is asked now that a claim begins or ends, where that makes a difference. */
const movedBy = (held: ClaimHeld | null, review: InReview, open: OpenStep, now: string): { escalateAt?: string | null } => {
  if (open.step.escalation === undefined) return {};
  const escalateAt = nextDue(review, { ...open, claim: held }, now);
  return escalateAt === open.escalateAt ? {} : { escalateAt };
};
