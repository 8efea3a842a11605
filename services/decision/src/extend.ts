import { untilOf } from './targets.ts';
import type { Verb } from './verbs.ts';

/** "We need longer." */
export const extend: Verb = ({ by, channel, now, body }) => ({ type: 'Extend', by, channel, now, until: untilOf(body) });
