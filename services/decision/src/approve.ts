import type { Verb } from './verbs.ts';
import { voteOf } from './vote.ts';

/**
 * "Yes, this may run." An `action` in the body is the one that was shown. A revision the person looked at (checked before) stands for the
 * action as it was then.
 */
export const approve: Verb = said => {
  const { body, state, hashOf } = said;
  const shown = body.action === undefined ? (body.expectedRevision === undefined ? undefined : state.action.hash) : hashOf(body.action);
  return { type: 'Approve', ...voteOf(said), ...(shown === undefined ? {} : { shownActionHash: shown }) };
};
