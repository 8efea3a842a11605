import type { Verb } from './verbs.ts';

/** "It is evidence": nothing erases it until the hold is released. The reason is in `note`. */
export const placeHold: Verb = ({ by, channel, now, body }) => ({ type: 'PlaceHold', by, channel, now, reason: body.note ?? '' });
