import type { Verb } from './verbs.ts';
import { provenOf, shownOf } from './vote.ts';

/** "It runs now, whatever the rules ask for." The reason is in `note`. */
export const bypass: Verb = said => {
  const { by, channel, now, solo, hold, ceiling, body } = said;
  return { type: 'Bypass', by, channel, now, solo, hold, ceiling, reason: body.note ?? '', ...shownOf(said), ...provenOf(said) };
};
