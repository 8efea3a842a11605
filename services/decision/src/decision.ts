import { argsProblem } from '@holdpoint/approval';
import { openRotations } from '@holdpoint/directory';
import { openEgress } from '@holdpoint/egress';
import { MessagingStrategy } from '@holdpoint/messaging';
import { openSigningKey } from '@holdpoint/sealing';
import { keyFiles, startNest, type Service, type ServiceParts } from '@holdpoint/service-kit';
import { decideOnApproval } from './decide-on-approval.ts';
import { readDecisionConfig, type DecisionConfig } from './decision.config.ts';
import { DecisionModule } from './decision.module.ts';
import { eraseDue } from './erase-due.ts';
import { openDecisionMetrics } from './metrics.ts';
import { observeBy } from './observe.ts';
import { openApprovals } from './open-approvals.ts';

/** Carries out what people say about an approval, from claim to the look afterwards. */
export const decision: Service<DecisionConfig> = {
  name: 'decision',
  readConfig: readDecisionConfig,
  start: async (config, parts) => {
    const approvals = openApprovals(parts.eventLog, { entriesMax: config.DECISION_OPEN_APPROVALS_MAX, now: parts.now });
    const rotations = openRotations(parts);
    const egress = openEgress({ allowCidrs: config.HOLDPOINT_EGRESS_ALLOW, denyCidrs: config.HOLDPOINT_EGRESS_DENY, ...ownPlaces(parts) });
    const decide = decideOnApproval({
      ...parts,
      approvals,
      rotations,
      signer: openSigningKey({ file: keyFiles(parts.dataDir).receipt }),
      metrics: openDecisionMetrics(),
      observe: observeBy(egress),
      gateWaitMs: config.DECISION_GATE_WAIT_MS,
    });
    const nest = await startNest({
      name: 'decision',
      module: DecisionModule.with(decide, eraseDue(parts)),
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
        await Promise.all([approvals.close(), rotations.close()]);
        egress.close();
      },
    };
  },
};

/** Our own listeners: nobody makes us call ourselves, and our public name is not called back; on a developer's machine apps live on loopback too. */
const ownPlaces = ({ publicUrl, consoleUrl }: ServiceParts) => {
  const urls = [publicUrl, consoleUrl].map(url => new URL(url));
  return {
    denyHosts: urls.map(({ hostname }) => hostname).filter(hostname => !/^(localhost|127\.|\[)/.test(hostname)),
    denyPorts: urls.map(({ port }) => Number(port)).filter(port => port > 0),
  };
};

/** Compiles the meta schema once, before the first edit has to be checked within its time. */
const warmUp = (): void => {
  setImmediate(() => argsProblem(true, {})).unref();
};
