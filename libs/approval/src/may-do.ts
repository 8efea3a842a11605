import type { DecisionVerb } from '@holdpoint/contracts';
import { permitReview } from './after-review.ts';
import { permitBypass } from './bypass.ts';
import { permitClaim, permitRelease } from './claim.ts';
import type { Hold } from './commands.ts';
import { permitComment } from './comment.ts';
import { permitExtension, permitSnooze } from './deadline.ts';
import { permitDelegation, permitReassignment } from './delegate.ts';
import { permitErase, permitPlaceHold, permitReleaseHold } from './erase.ts';
import { permitEscalation } from './escalate.ts';
import type { Person } from './people.ts';
import { permitAsk } from './question.ts';
import { Refused } from './refused.ts';
import type { ApprovalState } from './state.ts';
import { permitVote } from './vote.ts';

/** When somebody wants to do something, and what the organisation has switched on. */
export type Circumstances = { now: string; solo: boolean; hold: Hold | null };

/**
 * Whether a person may use a verb now, and why not: the very checks the decider makes, so that a page never offers what would be refused.
 * @returns `why` is the refusal in words, or an empty string when allowed.
 */
export const mayDo = (verb: DecisionVerb, person: Person, state: ApprovalState, at: Circumstances): { allowed: boolean; why: string } => {
  try {
    PERMITS[verb](person, state, at);
    return { allowed: true, why: '' };
  } catch (error) {
    if (error instanceof Refused) return { allowed: false, why: error.detail };
    throw error;
  }
};

const PERMITS: Readonly<Record<DecisionVerb, (person: Person, state: ApprovalState, at: Circumstances) => unknown>> = {
  approve: (person, state, at) => permitVote('approve', person, state, at),
  reject: (person, state, at) => permitVote('reject', person, state, at),
  modify: (person, state, at) => permitVote('modify', person, state, at),
  claim: (person, state, { now, solo }) => permitClaim(person, state, now, solo),
  release: permitRelease,
  comment: permitComment,
  ask: (person, state, { now }) => permitAsk(person, state, now),
  delegate: permitDelegation,
  reassign: permitReassignment,
  snooze: (person, state, { now }) => permitSnooze(person, state, now),
  extend: (person, state, { now }) => permitExtension(person, state, now),
  escalate: (person, state, { now }) => permitEscalation(person, state, now),
  bypass: permitBypass,
  review: (person, state, { solo }) => permitReview(person, state, solo),
  placeHold: permitPlaceHold,
  releaseHold: permitReleaseHold,
  erase: permitErase,
};
