import type { KillSwitchScope, RecordedEvent } from '@holdpoint/contracts';
import { change, defaultRules, keyOf, type DirectoryTables, type Grant, type OrganizationRules } from './directory-state.ts';

/** What an organisation has laid down about who is asked when, and what is stopped or let through for the time being. */
export const foldRule = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'ScheduleChanged': {
      const { at: changedAt, ...version } = event.data;
      tables.schedules.set(keyOf(tenant, version.scheduleId), { ...version, tenant, changedAt });
      return;
    }
    case 'ScheduleRemoved':
      return void tables.schedules.delete(keyOf(tenant, event.data.scheduleId));
    case 'EscalationPolicyPublished': {
      const { at: publishedAt, ...version } = event.data;
      const published = { ...version, tenant, publishedAt };
      tables.escalations.set(keyOf(tenant, version.escalationId, version.version), published);
      tables.currentEscalations.set(keyOf(tenant, version.escalationId), published);
      return;
    }
    case 'WorkingHoursSet':
      return changeRules(tables, tenant, { workingHours: event.data.workingHours });
    case 'SoloModeSwitched':
      return changeRules(tables, tenant, { solo: event.data.on });
    case 'PolicyActivationRuleSet':
      return changeRules(tables, tenant, { secondPerson: event.data.secondPerson });
    case 'RetentionSet':
      return changeRules(tables, tenant, { retention: { months: event.data.months, paused: event.data.paused } });
    case 'KillSwitchEngaged':
      tables.killSwitches.set(switchKeyOf(tenant, event.data.scope), { ...event.data, tenant });
      return;
    case 'KillSwitchReleased':
      return void tables.killSwitches.delete(switchKeyOf(tenant, event.data.scope));
    default:
      foldGrant(tables, event);
  }
};

/** Key of the switch of a whole organisation or of one of its agents. */
export const switchKeyOf = (tenant: string, scope: KillSwitchScope): string =>
  scope.kind === 'organization' ? tenant : keyOf(tenant, scope.agentId);

const changeRules = (tables: DirectoryTables, tenant: string, to: Partial<OrganizationRules>): void =>
  void tables.rules.set(tenant, { ...(tables.rules.get(tenant) ?? defaultRules(tenant)), ...to });

const foldGrant = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { revision } = event;
  switch (event.type) {
    case 'GrantMade': {
      const { at: madeAt, private: kept, ...made } = event.data;
      const unused = { revoked: false, uses: 0, amountUsed: 0, usedBy: new Set<string>() };
      tables.grants.set(made.grantId, { ...made, tenant: event.metadata.tenant, madeAt, reason: kept.reason, ...unused, revision });
      return;
    }
    case 'GrantUsed':
      return change(tables.grants, event.data.grantId, grant => used(grant, event.data, revision));
    case 'GrantRevoked':
      change(tables.grants, event.data.grantId, grant => ({ ...grant, revoked: true, revision }));
  }
};

const used = (grant: Grant, { approvalId, amount }: { approvalId: string; amount: number | null }, revision: number): Grant => ({
  ...grant,
  uses: grant.uses + 1,
  amountUsed: grant.amountUsed + (amount ?? 0),
  usedBy: new Set([...grant.usedBy, approvalId]),
  revision,
});
