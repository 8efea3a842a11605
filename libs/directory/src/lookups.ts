import type { Approvers, EscalationPolicy } from '@holdpoint/contracts';
import { parseCredential } from '@holdpoint/sealing';
import { openAsked } from './asked.ts';
import { aboutAccounts } from './about-accounts.ts';
import { aboutChannels } from './about-channels.ts';
import { derived } from './derived.ts';
import type { Directory, DirectoryLists } from './directory.ts';
import { defaultRules, keyOf, type DirectoryState, type Grant } from './directory-state.ts';
import { openOnDuty } from './on-duty.ts';

export type Lookups = Omit<Directory, 'atLeast' | 'onChange' | 'close'>;

/** Answers from the state as it is at the time of the question. @param now instant that expiries are checked against */
export const lookups = (state: () => DirectoryState, now: () => string): Lookups => {
  const expired = (expiresAt: string | null): boolean => expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now());
  const named = derived(
    () => state().connections,
    known => Map.groupBy(known.values(), ({ provider, connectionId }) => keyOf(provider, connectionId)),
  );
  return {
    findApiKey: token => {
      const hash = parseCredential(token)?.hash;
      const key = hash === undefined ? undefined : state().apiKeys.get(hash);
      if (!key || key.revoked || expired(key.expiresAt)) return null;
      const { tenant, agentId, keyId, scopes, mode } = key;
      return { tenant, agentId, keyId, scopes, mode };
    },
    findToken: token => {
      const hash = parseCredential(token)?.hash;
      const found = hash === undefined ? undefined : state().tokens.get(hash);
      if (!found || found.revoked || expired(found.expiresAt) || !state().operators.has(found.operatorId)) return null;
      return { tenant: found.tenant, operatorId: found.operatorId };
    },
    organization: tenant => state().organizations.get(tenant) ?? null,
    organizations: () => [...state().organizations.values()].sort((a, b) => (a.organizationId < b.organizationId ? -1 : 1)),
    agent: agentId => state().agents.get(agentId) ?? null,
    endpoint: (tenant, endpointId) => state().endpoints.get(keyOf(tenant, endpointId)) ?? null,
    connection: (tenant, connectionId) => state().connections.get(keyOf(tenant, connectionId)) ?? null,
    connectionsNamed: (provider, connectionId) => named().get(keyOf(provider, connectionId)) ?? [],
    mcpGateway: (tenant, gatewayId) => state().mcpGateways.get(keyOf(tenant, gatewayId)) ?? null,
    list: <K extends keyof DirectoryLists>(kind: K, tenant: string) =>
      ([...state()[kind].values()] as DirectoryLists[K][]).filter(entry => entry.tenant === tenant),
    ...aboutPeople(state),
    ...aboutPolicies(state),
    ...aboutGrants(state, expired),
    ...aboutChannels(state),
    ...aboutAccounts(state, now),
  };
};

const aboutPeople = (state: () => DirectoryState) => {
  const onDuty = openOnDuty(state);
  const { asked, members, absence } = openAsked(state, onDuty);
  const teams = derived(
    () => state().teams,
    known => {
      const of = new Map<string, string[]>();
      for (const { teamId, members: people } of known.values()) for (const id of people) of.set(id, [...(of.get(id) ?? []), teamId]);
      return of;
    },
  );
  const schedules = derived(
    () => state().schedules,
    known => Map.groupBy(known.values(), schedule => schedule.tenant),
  );
  return {
    asked,
    absence,
    operator: (operatorId: string) => state().operators.get(operatorId) ?? null,
    operatorsWith: (tenant: string, approvers: Pick<Approvers, 'roles' | 'operators'>) =>
      members(tenant).filter(
        person => approvers.operators.includes(person.operatorId) || person.roles.some(role => approvers.roles.includes(role)),
      ),
    teamsOf: (operatorId: string): readonly string[] => teams().get(operatorId) ?? NONE,
    onCallIn: (tenant: string, operatorId: string, at: string): readonly string[] => {
      const known = schedules().get(tenant);
      if (known === undefined) return NONE;
      const atMs = Date.parse(at);
      return known.map(({ scheduleId }) => scheduleId).filter(id => onDuty(tenant, id, atMs).operators.includes(operatorId));
    },
    quietHours: (operatorId: string) => state().quietHours.get(operatorId)?.quietHours ?? null,
    schedule: (tenant: string, scheduleId: string) => state().schedules.get(keyOf(tenant, scheduleId))?.document ?? null,
  };
};

const aboutPolicies = (state: () => DirectoryState) => {
  const shadows = derived(
    () => state().policies,
    policies =>
      Map.groupBy(
        [...policies.values()].filter(version => version.shadow),
        version => version.tenant,
      ),
  );
  const bands = derived(
    () => state().returnedBands,
    returned => Map.groupBy(returned.values(), band => band.tenant),
  );
  const escalation = (tenant: string, id: string): { version: number; document: EscalationPolicy } | null =>
    state().currentEscalations.get(keyOf(tenant, id)) ?? null;
  return {
    activePolicy: (tenant: string) => state().activePolicies.get(tenant) ?? null,
    policyVersion: (tenant: string, policyId: string, version: number) => state().policies.get(keyOf(tenant, policyId, version)) ?? null,
    shadowPolicies: (tenant: string) => shadows().get(tenant) ?? NONE,
    returnedBands: (tenant: string) => bands().get(tenant) ?? NONE,
    escalationPolicy: escalation,
    workingHours: (tenant: string) => state().rules.get(tenant)?.workingHours ?? null,
    soloMode: (tenant: string) => state().rules.get(tenant)?.solo ?? false,
    retentionOf: (tenant: string) => (state().rules.get(tenant) ?? defaultRules(tenant)).retention,
    activationRule: (tenant: string) => ({ secondPerson: (state().rules.get(tenant) ?? defaultRules(tenant)).secondPerson }),
    killSwitch: (tenant: string, agentId: string) => {
      const { killSwitches } = state();
      if (killSwitches.size === 0) return null;
      const engaged = killSwitches.get(tenant) ?? killSwitches.get(keyOf(tenant, agentId));
      return engaged === undefined ? null : { reason: engaged.reason, by: engaged.by, at: engaged.at };
    },
  };
};

const aboutGrants = (state: () => DirectoryState, expired: (expiresAt: string) => boolean) => {
  const byTool = derived(
    () => state().grants,
    grants => Map.groupBy(grants.values(), ({ tenant, pattern }) => keyOf(tenant, pattern.tool)),
  );
  const of = (tenant: string, tool: string): readonly Grant[] =>
    state().grants.size === 0 ? NONE : (byTool().get(keyOf(tenant, tool)) ?? NONE);
  return {
    grants: (tenant: string, tool: string): readonly Grant[] => {
      const all = of(tenant, tool);
      return all.length === 0 ? all : all.filter(grant => !grant.revoked && grant.uses < grant.usesMax && !expired(grant.expiresAt));
    },
    grantUsedBy: (tenant: string, tool: string, approvalId: string): Grant | null =>
      of(tenant, tool).find(grant => grant.usedBy.has(approvalId)) ?? null,
    grant: (tenant: string, grantId: string): Grant | null => {
      const grant = state().grants.get(grantId);
      return grant?.tenant === tenant ? grant : null;
    },
  };
};

const NONE: readonly never[] = [];
