import type { Said } from './verbs.ts';

/** What every vote carries: who, through what, when, why, and for which step. */
export const voteOf = ({ by, channel, body, now }: Said) => ({
  by,
  channel,
  now,
  ...(body.note === undefined ? {} : { note: body.note }),
  ...(body.reasonCode === undefined ? {} : { reasonCode: body.reasonCode }),
  ...(body.step === undefined ? {} : { step: body.step }),
});
