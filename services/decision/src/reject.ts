import type { Verb } from './verbs.ts';
import { voteOf } from './vote.ts';

/** "No." */
export const reject: Verb = said => ({ type: 'Reject', ...voteOf(said) });
