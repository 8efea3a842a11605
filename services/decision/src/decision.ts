import { argsProblem } from '@holdpoint/approval';
import { MessagingStrategy } from '@holdpoint/messaging';
import { openSigningKey } from '@holdpoint/sealing';
import { keyFiles, startNest, type Service } from '@holdpoint/service-kit';
import { decideOnApproval } from './decide-on-approval.ts';
import { readDecisionConfig, type DecisionConfig } from './decision.config.ts';
import { DecisionModule } from './decision.module.ts';
import { openDecisionMetrics } from './metrics.ts';
import { openApprovals } from './open-approvals.ts';

/** Carries out what people say: claim, release, approve, reject, modify, comment, escalate. */
export const decision: Service<DecisionConfig> = {
  name: 'decision',
  readConfig: readDecisionConfig,
  start: async (config, parts) => {
    const approvals = openApprovals(parts.eventLog, { entriesMax: config.DECISION_OPEN_APPROVALS_MAX, now: parts.now });
    const decide = decideOnApproval({
      ...parts,
      approvals,
      signer: openSigningKey({ file: keyFiles(parts.dataDir).receipt }),
      metrics: openDecisionMetrics(),
      gateWaitMs: config.DECISION_GATE_WAIT_MS,
    });
    const nest = await startNest({
      name: 'decision',
      module: DecisionModule.with(decide),
      parts,
      port: config.DECISION_PORT,
      host: config.DECISION_HOST,
      strategy: new MessagingStrategy(parts.messaging),
    });
    warmUp();
    return {
      port: nest.port,
      close: async () => {
        await nest.close();
        await approvals.close();
      },
    };
  },
};

/** Compiles the meta schema once, before the first edit has to be checked within its time. */
const warmUp = (): void => {
  setImmediate(() => argsProblem(true, {})).unref();
};
