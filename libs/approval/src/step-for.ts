import { Refused } from './refused.ts';
import { isSatisfied, type InReview, type OpenStep } from './state.ts';

/**
 * The open step a person means: the one named, else the first of those still waiting that takes this person.
 * @param check throws `Refused` when a step does not take the person, and returns what is known of it otherwise
 * @throws Refused `wrong_step` when the one named is not open; else what the step says that comes closest to taking the person
 */
export const stepFor = <T>(review: InReview, index: number | undefined, check: (open: OpenStep) => T): { step: OpenStep; found: T } => {
  const waiting = review.open.filter(open => !isSatisfied(open));
  const meant = index === undefined ? waiting : waiting.filter(({ step }) => step.index === index);
  let refusal: Refused | undefined;
  for (const step of meant) {
    try {
      return { step, found: check(step) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (refusal === undefined || refusal.code === 'not_eligible') refusal = error;
    }
  }
  throw refusal ?? notOpen(index, waiting);
};

const notOpen = (index: number | undefined, waiting: readonly OpenStep[]): Refused => {
  const open = waiting.map(({ step }) => `"${step.name}" (${step.index})`).join(', ');
  return new Refused('wrong_step', `Step ${index ?? ''} is not open any longer; ${open === '' ? 'none' : open} is.`);
};
