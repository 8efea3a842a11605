import type { Verb } from './verbs.ts';

/** "It is evidence no longer." The reason is in `note`. */
export const releaseHold: Verb = ({ by, channel, now, body }) => ({ type: 'ReleaseHold', by, channel, now, reason: body.note ?? '' });
