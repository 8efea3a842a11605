import { isAbove } from '@holdpoint/contracts';
import type { Approve } from './commands.ts';
import { gatedRisk } from './gated-risk.ts';
import { Refused } from './refused.ts';
import type { InReview } from './state.ts';

/**
 * A channel that says little about who speaks lets nothing of higher risk run. Rejecting is possible from everywhere.
 * @throws Refused `channel_ceiling`
 */
export const assertBelowCeiling = ({ ceiling, channel }: Pick<Approve, 'ceiling' | 'channel'>, { requested, gate }: InReview): void => {
  const risk = gatedRisk(requested.riskLevel, gate.verdict);
  if (ceiling === undefined || !isAbove(risk, ceiling)) return;
  const limit = ceiling === 'none' ? 'nothing can be approved' : `only ${ceiling} risk can be approved`;
  throw new Refused('channel_ceiling', `By ${channel} ${limit} here, and this is ${risk} risk; open the console to decide it.`);
};
