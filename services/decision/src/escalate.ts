import type { Verb } from './verbs.ts';
import { stepOf } from './vote.ts';

/** "Ask the next ones now." */
export const escalate: Verb = ({ by, channel, now, people, rotation, awake, body }) => ({
  type: 'EscalateNow',
  by,
  channel,
  now,
  people,
  rotation,
  awake,
  ...stepOf(body),
});
