import { isAbove, type RiskLevel, type Verdict } from '@holdpoint/contracts';

/**
 * The risk that ceilings, step-up and alerts count with. The agent's own word may raise it, never lower it: what goes to seniors and what the rules
 * advise against is high at least.
 */
export const gatedRisk = (risk: RiskLevel, verdict: Verdict): RiskLevel =>
  (verdict === 'ESCALATE_SENIOR' || verdict === 'LIKELY_REJECT') && isAbove('high', risk) ? 'high' : risk;
