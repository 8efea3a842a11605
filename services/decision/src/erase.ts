import type { Verb } from './verbs.ts';

/** "What it says has to go." The reason is in `note`; it is kept in the clear. */
export const erase: Verb = ({ by, channel, now, body }) => ({
  type: 'EraseApproval',
  ground: 'request',
  by,
  channel,
  now,
  reason: body.note ?? '',
});
