import { untilOf } from './targets.ts';
import type { Verb } from './verbs.ts';

/** "Not now." */
export const snooze: Verb = ({ by, channel, now, body }) => ({ type: 'Snooze', by, channel, now, until: untilOf(body) });
