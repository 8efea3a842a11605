import type { Verb } from './verbs.ts';

/** "Ask the next ones now." */
export const escalate: Verb = ({ by, channel, now }) => ({ type: 'EscalateNow', by, channel, now });
