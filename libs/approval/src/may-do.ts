import type { DecisionVerb } from '@holdpoint/contracts';
import { permitClaim, permitRelease } from './claim.ts';
import { permitComment } from './comment.ts';
import { permitEscalation } from './escalate.ts';
import type { Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState } from './state.ts';
import { permitVote } from './vote.ts';

/**
 * Whether a person may use a verb now, and why not: the very checks the decider makes, so that a page never offers what would be refused.
 * @returns `why` is the refusal in words, or an empty string when allowed.
 */
export const mayDo = (verb: DecisionVerb, person: Person, state: ApprovalState, now: string): { allowed: boolean; why: string } => {
  try {
    permit(verb, person, state, now);
    return { allowed: true, why: '' };
  } catch (error) {
    if (error instanceof Refused) return { allowed: false, why: error.detail };
    throw error;
  }
};

const permit = (verb: DecisionVerb, person: Person, state: ApprovalState, now: string): unknown => {
  switch (verb) {
    case 'approve':
    case 'reject':
    case 'modify':
      return permitVote(verb, person, state, now);
    case 'claim':
      return permitClaim(person, state, now);
    case 'release':
      return permitRelease(person, state);
    case 'comment':
      return permitComment(person, state);
    case 'escalate':
      return permitEscalation(person, state);
    default:
      return never(verb);
  }
};

const never = (verb: never): never => {
  throw new TypeError(`unknown verb ${String(verb)}`);
};
