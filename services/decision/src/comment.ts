import type { Verb } from './verbs.ts';

/** A remark for the others; the text is in `note`. */
export const comment: Verb = ({ by, channel, now, body }) => ({ type: 'Comment', by, channel, now, text: body.note ?? '' });
