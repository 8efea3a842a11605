import type { Verb } from './verbs.ts';
import { stepOf } from './vote.ts';

/** "I look after it." */
export const claim: Verb = ({ by, channel, now, solo, body }) => ({ type: 'Claim', by, channel, now, solo, ...stepOf(body) });
