import { targetsOf } from './targets.ts';
import type { Verb } from './verbs.ts';
import { stepOf } from './vote.ts';

/** "These people decide it." */
export const reassign: Verb = said => {
  const { by, channel, now, solo, body } = said;
  return { type: 'Reassign', by, channel, now, solo, to: targetsOf(said), ...stepOf(body) };
};
