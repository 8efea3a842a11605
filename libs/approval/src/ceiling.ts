import { isAbove } from '@holdpoint/contracts';
import type { Approve } from './commands.ts';
import { Refused } from './refused.ts';
import type { InReview } from './state.ts';

/**
 * A channel that says little about who speaks lets nothing of higher risk run. Rejecting is possible from everywhere.
 * @throws Refused `channel_ceiling`
 */
export const assertBelowCeiling = ({ ceiling, channel }: Pick<Approve, 'ceiling' | 'channel'>, { requested }: InReview): void => {
  if (ceiling === undefined || !isAbove(requested.riskLevel, ceiling)) return;
  const limit = ceiling === 'none' ? 'nothing can be approved' : `only ${ceiling} risk can be approved`;
  throw new Refused(
    'channel_ceiling',
    `By ${channel} ${limit} here, and this is ${requested.riskLevel} risk; open the console to decide it.`,
  );
};
