import type { Verb } from './verbs.ts';

/** "I look after it." */
export const claim: Verb = ({ by, channel, now }) => ({ type: 'Claim', by, channel, now });
