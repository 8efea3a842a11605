import { streamOf, type GatePolicy, type Route, type SettingsEvent } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { diffPolicies } from '@holdpoint/gate';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { unknownAmong } from './escalations.ts';
import { documentIn, usablePolicyIn, type PolicySource } from './policy-text.ts';

/**
 * Publishes the next version of a policy and, unless told otherwise, makes it the one that decides, or proposes it where a second person
 * must agree. Versions never change afterwards.
 * @returns the version, and what its author should weigh: doubtful rules, and names in its routes that the organisation does not have
 * @throws ProblemError 422 naming every rule, route and case that cannot work
 */
export const publishPolicy =
  (deps: SettingsDeps) =>
  async (by: Changer, { activate, ...source }: PolicySource & { activate: boolean }) => {
    const { document, warnings } = usablePolicyIn(source);
    const proposes = activate && deps.directory.activationRule(by.tenant).secondPerson;
    const policyId = document.id;
    let version = 1;
    await changeSettings(deps, by, streamOf.gatePolicy(by.tenant), (events, at) => {
      const published = events.flatMap(event =>
        event.type === 'GatePolicyPublished' && event.data.policyId === policyId ? [event.data.version] : [],
      );
      version = Math.max(0, ...published) + 1;
      const how = { policyId, version, by: by.operatorId, at };
      const next: SettingsEvent[] = [{ type: 'GatePolicyPublished', data: { ...how, document } }];
      if (activate) next.push({ type: proposes ? 'GatePolicyActivationProposed' : 'GatePolicyActivated', data: how });
      return next;
    });
    warnings.push(...unknownIn(deps.directory, by.tenant, document));
    return {
      id: policyId,
      version,
      active: activate && !proposes,
      ...(proposes && { proposed: true }),
      ...(warnings.length > 0 && { warnings }),
    };
  };

/** Keeps a draft, or another text of one there is. It decides nothing, so its rules need not work yet. @throws ProblemError 422, 404 */
export const draftPolicy =
  (deps: SettingsDeps) =>
  async (by: Changer, { draftId, ...source }: PolicySource & { draftId?: string | undefined }) => {
    if (draftId !== undefined) draftIn(deps.directory, by.tenant, draftId);
    return keepDraft(deps, by, documentIn(source), 'person', draftId);
  };

/** Records a draft. @param source whether a person wrote it or the record of past decisions suggests it */
export const keepDraft = async (
  deps: SettingsDeps,
  by: Changer,
  document: GatePolicy,
  source: 'person' | 'calibration',
  draftId = newId('drf'),
) => {
  const policyId = document.id;
  await changeSettings(deps, by, streamOf.gatePolicy(by.tenant), (_events, at) => [
    { type: 'GatePolicyDrafted', data: { policyId, draftId, source, document, by: by.operatorId, at } },
  ]);
  return { id: draftId, policyId, source, document };
};

/** Publishes what a draft says now. @throws ProblemError 404, 422 */
export const publishDraft = (deps: SettingsDeps) => async (by: Changer, draftId: string, activate: boolean) =>
  publishPolicy(deps)(by, { document: draftIn(deps.directory, by.tenant, draftId).document, activate });

/** What changes between two versions, in words. @throws ProblemError 404 */
export const diffVersions = (directory: Directory, tenant: string, policyId: string, from: number, to?: number) => {
  const versions = directory.list('policies', tenant).filter(version => version.policyId === policyId);
  const find = (version: number | undefined) => {
    const found = version === undefined ? versions.at(-1) : versions.find(other => other.version === version);
    if (!found) throw new ProblemError('not_found', 404, 'There is no such policy version.');
    return found;
  };
  const [before, after] = [find(from), find(to)];
  return { id: policyId, from, to: after.version, changes: diffPolicies(before.document, after.document) };
};

const draftIn = (directory: Directory, tenant: string, draftId: string) => {
  const draft = directory.list('drafts', tenant).find(other => other.draftId === draftId);
  if (!draft) throw new ProblemError('not_found', 404, 'There is no such draft.');
  return draft;
};

/** Teams, schedules, people and escalation policies that routes name and the organisation does not have: such steps reach fewer people. */
const unknownIn = (directory: Directory, tenant: string, { routes }: GatePolicy) =>
  Object.entries(routes).flatMap(([name, route]) => {
    const pointer = `/document/routes/${name}`;
    return [
      ...route.steps.flatMap(({ approvers }, index) => unknownAmong(directory, tenant, approvers, `${pointer}/steps/${index}/approvers`)),
      ...route.backups.flatMap((approvers, index) => unknownAmong(directory, tenant, approvers, `${pointer}/backups/${index}`)),
      ...unknownInLadder(directory, tenant, route, `${pointer}/escalation`),
    ];
  });

const unknownInLadder = (directory: Directory, tenant: string, { escalation }: Route, pointer: string) => {
  if (escalation === undefined) return [];
  if (typeof escalation === 'string')
    return directory.escalationPolicy(tenant, escalation) === null
      ? [{ pointer, detail: `there is no escalation policy ${escalation}` }]
      : [];
  return escalation.levels.flatMap(({ targets }, index) => unknownAmong(directory, tenant, targets, `${pointer}/levels/${index}/targets`));
};
