import type { Verb } from './verbs.ts';
import { provenOf, shownOf, voteOf } from './vote.ts';

/** "Yes, this may run." An `action` in the body is the one that was shown. */
export const approve: Verb = said => {
  const { people, rotation, awake, hold, ceiling, observed } = said;
  return { type: 'Approve', ...voteOf(said), people, rotation, awake, hold, ceiling, observed, ...shownOf(said), ...provenOf(said) };
};
