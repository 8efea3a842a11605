import { Refused } from '@holdpoint/approval';
import type { Verb } from './verbs.ts';

/** "It was right", or "it was not", afterwards: `agreed`. */
export const review: Verb = ({ by, channel, now, solo, body }) => {
  if (body.agreed === undefined) throw new Refused('note_required', 'Say in `agreed` whether it was right: true or false.');
  return { type: 'Review', by, channel, now, solo, agreed: body.agreed, ...(body.note === undefined ? {} : { note: body.note }) };
};
