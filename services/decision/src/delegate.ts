import { Refused } from '@holdpoint/approval';
import { targetsOf } from './targets.ts';
import type { Verb } from './verbs.ts';
import { stepOf } from './vote.ts';

/** "Somebody else decides in my place." */
export const delegate: Verb = said => {
  const { by, channel, now, solo, body } = said;
  const [to, ...others] = targetsOf(said);
  if (others.length > 0) throw new Refused('invalid_target', 'A vote passes on to one person.');
  return { type: 'Delegate', by, channel, now, solo, to, ...stepOf(body), ...(body.note === undefined ? {} : { note: body.note }) };
};
