import { addressRanges } from '@holdpoint/egress';
import { readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';

export const decisionSchema = z.object({
  DECISION_PORT: variable.port(7074),
  DECISION_HOST: variable.host(),
  DECISION_OPEN_APPROVALS_MAX: variable
    .count(16, 1_000_000, 4_096)
    .describe('Open approvals kept at hand, so that deciding them reads no stream; older ones are read when somebody decides'),
  DECISION_GATE_WAIT_MS: variable
    .count(0, 30_000, 2_000)
    .describe('How long a decision that comes before the rules have spoken waits for them, milliseconds'),
  HOLDPOINT_EGRESS_ALLOW: addressRanges().describe(
    'CIDR ranges whose addresses may be asked about preconditions although they are not public',
  ),
  HOLDPOINT_EGRESS_DENY: addressRanges().describe('CIDR ranges that are never called'),
});
export type DecisionConfig = z.output<typeof decisionSchema>;

/** @throws ConfigError */
export const readDecisionConfig = (env: NodeJS.ProcessEnv): DecisionConfig => readConfig(decisionSchema, env);
