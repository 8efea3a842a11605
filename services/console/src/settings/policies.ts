import { streamOf, type newPolicyVersion } from '@holdpoint/contracts';
import { compilePolicy } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/**
 * Publishes the next version of a policy and, unless told otherwise, makes it the one that decides. Versions never change afterwards.
 * @throws ProblemError 422 naming every rule and route that cannot work
 */
export const publishPolicy =
  (deps: SettingsDeps) =>
  async (by: Changer, { document, activate }: z.output<typeof newPolicyVersion>) => {
    const compiled = compilePolicy(document);
    if (!compiled.ok) {
      const errors = compiled.problems.map(detail => ({ pointer: '/document', detail }));
      throw new ProblemError('invalid_policy', 422, `The policy cannot be used: ${compiled.problems.join('; ')}.`, { errors });
    }
    const policyId = document.id;
    let version = 1;
    await changeSettings(deps, by, streamOf.gatePolicy(by.tenant), (events, at) => {
      const published = events.flatMap(event =>
        event.type === 'GatePolicyPublished' && event.data.policyId === policyId ? [event.data.version] : [],
      );
      version = Math.max(0, ...published) + 1;
      const how = { policyId, version, by: by.operatorId, at };
      return [
        { type: 'GatePolicyPublished', data: { ...how, document } },
        ...(activate ? [{ type: 'GatePolicyActivated' as const, data: how }] : []),
      ];
    });
    return { id: policyId, version, active: activate };
  };
