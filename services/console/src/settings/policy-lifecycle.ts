import { streamOf, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import { emptyDirectory, evolveDirectory, type PublishedPolicy } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** Versions that may run beside the active one: each is evaluated for every request. */
const SHADOWS_MAX = 3;

/** Which version of which policy. */
export type VersionRef = { policyId: string; version: number };

/** Tries a version out beside the active one, without effect, or ends that. @throws ProblemError 404, 409 */
export const shadowVersion = (deps: SettingsDeps) => (by: Changer, ref: VersionRef, on: boolean) =>
  changeVersion(deps, by, ref, ({ active, shadow }, how, all) => {
    if (shadow === on) return [];
    if (active) throw conflict('policy_active', 'This version is active: it decides already.');
    if (on && all.filter(version => version.shadow).length >= SHADOWS_MAX)
      throw conflict('too_many_shadows', `${SHADOWS_MAX} versions are tried out already; end one first.`);
    return [{ type: 'GatePolicyShadowed', data: { ...how, on } }];
  });

/** Proposes that a version become active; somebody else then activates it. @throws ProblemError 404, 409 */
export const proposeVersion = (deps: SettingsDeps) => (by: Changer, ref: VersionRef) =>
  changeVersion(deps, by, ref, ({ active, proposed }, how) =>
    active || proposed !== null ? [] : [{ type: 'GatePolicyActivationProposed', data: how }],
  );

/**
 * Makes a version the one that decides; the one before stays published. Where a second person must agree, somebody else must have proposed it.
 * @throws ProblemError 404 for an unknown version, 409 for a retired or unproposed one, 403 for the one who proposed it
 */
export const activateVersion = (deps: SettingsDeps) => (by: Changer, ref: VersionRef) =>
  changeVersion(deps, by, ref, ({ active, proposed }, how) => {
    if (active) return [];
    if (deps.directory.activationRule(by.tenant).secondPerson) {
      if (proposed === null)
        throw conflict('not_proposed', 'A version becomes active when two people agree: propose it, and let another person activate it.');
      if (proposed.by === by.operatorId)
        throw new ProblemError('second_person_required', 403, 'You proposed this version; another administrator must activate it.');
    }
    return [{ type: 'GatePolicyActivated', data: how }];
  });

/** Takes a version out of use for ever. @throws ProblemError 404; 409 for the active one */
export const retireVersion = (deps: SettingsDeps) => (by: Changer, ref: VersionRef) =>
  changeVersion(deps, by, ref, ({ active }, how) => {
    if (active) throw conflict('policy_active', 'This version is active; make another one active first.');
    return [{ type: 'GatePolicyRetired', data: how }];
  });

type How = VersionRef & { by: string; at: string };
type Decide = (version: PublishedPolicy, how: How, all: readonly PublishedPolicy[]) => SettingsEvent[];

/** Decides on the versions as the stream itself has them, so that two people at once see each other. @returns the version afterwards */
const changeVersion = async (deps: SettingsDeps, by: Changer, { policyId, version }: VersionRef, decide: Decide) => {
  await changeSettings(deps, by, streamOf.gatePolicy(by.tenant), (events, at) => {
    const all = versionsIn(events);
    const known = all.find(other => other.policyId === policyId && other.version === version);
    if (!known) throw new ProblemError('not_found', 404, 'There is no such policy version.');
    if (known.retired) throw conflict('policy_retired', 'This version is retired; publish it again as a new one.');
    return decide(known, { policyId, version, by: by.operatorId, at }, all);
  });
  const after = deps.directory.policyVersion(by.tenant, policyId, version);
  if (after === null) throw new TypeError('the directory does not have a version it waited for');
  const { active, shadow, retired, proposed } = after;
  return { id: policyId, version, active, shadow, retired, proposed };
};

const versionsIn = (events: readonly RecordedEvent[]): PublishedPolicy[] => [
  ...evolveDirectory(emptyDirectory, ...events).policies.values(),
];

const conflict = (code: string, detail: string) => new ProblemError(code, 409, detail);
