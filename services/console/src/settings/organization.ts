import {
  streamOf,
  type KillSwitchScope,
  type OrganizationProfile,
  type RecordedEvent,
  type SettingsEvent,
  type WorkingHours,
} from '@holdpoint/contracts';
import { emptyDirectory, evolveDirectory, type Directory } from '@holdpoint/directory';
import { findZone } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';
import { logoAddress } from './logo.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** What an organisation has laid down for itself. */
export const organizationOf = (directory: Directory, tenant: string) => ({
  id: tenant,
  name: directory.organization(tenant)?.name ?? tenant,
  profile: directory.organization(tenant)?.profile ?? null,
  logo: logoAddress(directory.organization(tenant)),
  workingHours: directory.workingHours(tenant),
  soloMode: directory.soloMode(tenant),
  activationRule: directory.activationRule(tenant),
  killSwitches: directory.list('killSwitches', tenant).map(({ scope, reason, by, at }) => ({ scope, reason, by, at })),
});

/** Sets what the organisation says of itself. @throws ProblemError 422 for a zone that does not exist */
export const setOrganizationProfile = (deps: SettingsDeps) => async (by: Changer, profile: OrganizationProfile) => {
  assertZone(profile.timeZone, '/profile/timeZone');
  await change(deps, by, at => [{ type: 'OrganizationProfileSet', data: { ...profile, by: by.operatorId, at } }]);
  return organizationOf(deps.directory, by.tenant);
};

/** Sets when the organisation works; null for always. @throws ProblemError 422 for a zone that does not exist */
export const setWorkingHours = (deps: SettingsDeps) => async (by: Changer, workingHours: WorkingHours | null) => {
  if (workingHours !== null) assertZone(workingHours.timeZone, '/workingHours/timeZone');
  await change(deps, by, at => [{ type: 'WorkingHoursSet', data: { workingHours, by: by.operatorId, at } }]);
  return organizationOf(deps.directory, by.tenant);
};

/** Says whether an agent's owner may decide what the agent asks. */
export const switchSoloMode = (deps: SettingsDeps) => async (by: Changer, on: boolean) => {
  await change(deps, by, (at, events) =>
    holds(events, 'solo') === on ? [] : [{ type: 'SoloModeSwitched', data: { on, by: by.operatorId, at } }],
  );
  return organizationOf(deps.directory, by.tenant);
};

/** Says whether a policy version becomes active only when a second person agrees. */
export const setActivationRule = (deps: SettingsDeps) => async (by: Changer, secondPerson: boolean) => {
  await change(deps, by, (at, events) =>
    holds(events, 'secondPerson') === secondPerson
      ? []
      : [{ type: 'PolicyActivationRuleSet', data: { secondPerson, by: by.operatorId, at } }],
  );
  return organizationOf(deps.directory, by.tenant);
};

/**
 * Stops automatic approval and holds what is open, for the organisation or one agent. Engaging it again changes nothing.
 * @throws ProblemError 404 for an unknown agent
 */
export const engage = (deps: SettingsDeps) => async (by: Changer, scope: KillSwitchScope, reason: string) => {
  if (scope.kind === 'agent' && deps.directory.agent(scope.agentId)?.tenant !== by.tenant)
    throw new ProblemError('not_found', 404, 'There is no such agent.');
  await change(deps, by, (at, events) =>
    isEngaged(events, scope) ? [] : [{ type: 'KillSwitchEngaged', data: { scope, reason, by: by.operatorId, at } }],
  );
  return organizationOf(deps.directory, by.tenant);
};

/** Releases a kill switch. @throws ProblemError 409 when it is not engaged */
export const release = (deps: SettingsDeps) => async (by: Changer, scope: KillSwitchScope) => {
  await change(deps, by, (at, events) => {
    if (!isEngaged(events, scope)) throw new ProblemError('not_engaged', 409, 'This kill switch is not engaged.');
    return [{ type: 'KillSwitchReleased', data: { scope, by: by.operatorId, at } }];
  });
  return organizationOf(deps.directory, by.tenant);
};

/** @throws ProblemError 422 naming the field */
export const assertZone = (zone: string, pointer: string): void => {
  if (findZone(zone) !== null) return;
  const detail = `there is no time zone ${JSON.stringify(zone)}; use an IANA name such as Europe/Berlin`;
  throw new ProblemError('unknown_time_zone', 422, `${detail}.`, { errors: [{ pointer, detail }] });
};

const change = (deps: SettingsDeps, by: Changer, decide: (at: string, events: readonly RecordedEvent[]) => SettingsEvent[]) =>
  changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => decide(at, events));

/** Whether something holds by the stream itself, so that two people at once see each other. */
const holds = (events: readonly RecordedEvent[], rule: 'solo' | 'secondPerson'): boolean =>
  [...evolveDirectory(emptyDirectory, ...events).rules.values()].some(rules => rules[rule]);

const isEngaged = (events: readonly RecordedEvent[], scope: KillSwitchScope): boolean =>
  [...evolveDirectory(emptyDirectory, ...events).killSwitches.values()].some(engaged =>
    scope.kind === 'organization'
      ? engaged.scope.kind === scope.kind
      : engaged.scope.kind === 'agent' && engaged.scope.agentId === scope.agentId,
  );
