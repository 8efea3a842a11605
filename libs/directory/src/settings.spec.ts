import { gatePolicy, type Event, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { emptyDirectory } from './directory-state.ts';
import { evolveDirectory } from './evolve-directory.ts';
import { lookups } from './lookups.ts';

const at = '2026-11-22T10:00:00.000Z';
const by = 'opr_a';
const after = (...events: SettingsEvent[]) => {
  const state = evolveDirectory(emptyDirectory, ...events.map((event, revision) => recorded(event, revision)));
  return lookups(
    () => state,
    () => '2026-11-22T12:00:00.000Z',
  );
};
const recorded = (event: Event, revision: number): RecordedEvent => ({
  ...event,
  stream: 'organization-org_a',
  revision,
  id: '00000000-0000-5000-8000-000000000000',
  metadata: { tenant: 'org_a', actor: 'operator:opr_a', schemaVersion: 1, recordedAt: at },
});

describe('a version of a gate policy', () => {
  const step = { name: 'review', approvers: { roles: ['operator' as const], operators: [] } };
  const document = gatePolicy.parse({ id: 'refunds', name: 'Refunds', rules: [], routes: { any: { steps: [step] } }, defaultRoute: 'any' });
  const published = (version: number): SettingsEvent => ({
    type: 'GatePolicyPublished',
    data: { policyId: 'refunds', version, document, by, at },
  });
  const to = <T extends 'GatePolicyActivated' | 'GatePolicyRetired' | 'GatePolicyActivationProposed'>(type: T, version: number) =>
    ({ type, data: { policyId: 'refunds', version, by, at } }) as Event<T>;
  const shadowed = (version: number, on = true): SettingsEvent => ({
    type: 'GatePolicyShadowed',
    data: { policyId: 'refunds', version, on, by, at },
  });

  it('runs beside the active one while it is a shadow, and no longer when it becomes active itself', () => {
    const shadows = (...events: SettingsEvent[]) =>
      after(...events)
        .shadowPolicies('org_a')
        .map(({ version }) => version);
    const both = [published(1), published(2)];
    expect(shadows(...both)).toEqual([]);
    expect(shadows(...both, shadowed(2))).toEqual([2]);
    expect(shadows(...both, shadowed(2), shadowed(2, false))).toEqual([]);
    expect(shadows(...both, shadowed(2), to('GatePolicyActivated', 2))).toEqual([]);
    expect(shadows(...both, shadowed(2), to('GatePolicyRetired', 2))).toEqual([]);
  });
  it('that is proposed waits for a second person', () => {
    const proposed = [published(1), to('GatePolicyActivationProposed', 1)];
    expect(after(...proposed).policyVersion('org_a', 'refunds', 1)).toMatchObject({ active: false, proposed: { by, at } });
    expect(after(...proposed, to('GatePolicyActivated', 1)).activePolicy('org_a')).toMatchObject({ version: 1, proposed: null });
  });
  it('that is retired decides nothing any more and does not come back', () => {
    const retired = [published(1), to('GatePolicyActivated', 1), to('GatePolicyRetired', 1)];
    expect(after(...retired).activePolicy('org_a')).toBeNull();
    expect(after(...retired, to('GatePolicyActivated', 1), shadowed(1)).activePolicy('org_a')).toBeNull();
    expect(after(...retired, to('GatePolicyActivated', 1), shadowed(1)).policyVersion('org_a', 'refunds', 1)).toMatchObject({
      retired: true,
      active: false,
      shadow: false,
    });
  });
});

describe('a kill switch', () => {
  const engaged = (agentId?: string): SettingsEvent => ({
    type: 'KillSwitchEngaged',
    data: { scope: agentId === undefined ? { kind: 'organization' } : { kind: 'agent', agentId }, reason: agentId ?? 'all', by, at },
  });
  const released: SettingsEvent = { type: 'KillSwitchReleased', data: { scope: { kind: 'organization' }, by, at } };
  it('holds one agent, or all of them, until it is released', () => {
    expect(after(engaged('billing')).killSwitch('org_a', 'billing')).toEqual({ reason: 'billing', by, at });
    expect(after(engaged('billing')).killSwitch('org_a', 'other')).toBeNull();
    expect(after(engaged('billing'), engaged()).killSwitch('org_a', 'billing')).toEqual({ reason: 'all', by, at });
    expect(after(engaged()).killSwitch('org_b', 'billing')).toBeNull();
    expect(after(engaged('billing'), engaged(), released).killSwitch('org_a', 'other')).toBeNull();
    expect(after(engaged('billing'), engaged(), released).killSwitch('org_a', 'billing')).toEqual({ reason: 'billing', by, at });
  });
});

describe('a grant', () => {
  const made: SettingsEvent = {
    type: 'GrantMade',
    data: {
      grantId: 'grt_1',
      pattern: { tool: 'issue_refund' },
      usesMax: 2,
      amountMax: 200,
      currency: 'USD',
      expiresAt: '2026-11-22T12:30:00.000Z',
      by,
      at,
      private: { reason: 'outage' },
    },
  };
  const used = (approvalId: string): SettingsEvent => ({ type: 'GrantUsed', data: { grantId: 'grt_1', approvalId, amount: 40, at } });
  const live = (...events: SettingsEvent[]) => after(...events).grants('org_a', 'issue_refund').length;

  it('is there for its tool until it is used up, revoked or expired', () => {
    expect(live(made)).toBe(1);
    expect(after(made).grants('org_a', 'another_tool')).toEqual([]);
    expect(after(made).grants('org_b', 'issue_refund')).toEqual([]);
    expect(live(made, used('apr_1'))).toBe(1);
    expect(live(made, used('apr_1'), used('apr_2'))).toBe(0);
    expect(live(made, { type: 'GrantRevoked', data: { grantId: 'grt_1', by, at } })).toBe(0);
    expect(live({ ...made, data: { ...made.data, expiresAt: '2026-11-22T12:00:00.000Z' } } as SettingsEvent)).toBe(0);
  });
  it('says what was used, by which approval, and at which revision the next use goes', () => {
    const directory = after(made, used('apr_1'), used('apr_2'));
    expect(directory.grant('org_a', 'grt_1')).toMatchObject({ uses: 2, amountUsed: 80, revision: 2, reason: 'outage' });
    expect(directory.grantUsedBy('org_a', 'issue_refund', 'apr_2')?.grantId).toBe('grt_1');
    expect(directory.grantUsedBy('org_a', 'issue_refund', 'apr_3')).toBeNull();
    expect(directory.grant('org_b', 'grt_1')).toBeNull();
  });
});

describe('rules of an organisation', () => {
  it('are strict until they are changed: no solo mode, nobody at work, one person activates', () => {
    const directory = after();
    expect(directory.soloMode('org_a')).toBe(false);
    expect(directory.workingHours('org_a')).toBeNull();
    expect(directory.activationRule('org_a')).toEqual({ secondPerson: false });
  });
  it('are what was set last', () => {
    const workingHours = { timeZone: 'Europe/Berlin', windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }], holidays: [] };
    const directory = after(
      { type: 'SoloModeSwitched', data: { on: true, by, at } },
      { type: 'WorkingHoursSet', data: { workingHours, by, at } },
      { type: 'PolicyActivationRuleSet', data: { secondPerson: true, by, at } },
    );
    expect([directory.soloMode('org_a'), directory.workingHours('org_a'), directory.activationRule('org_a').secondPerson]).toEqual([
      true,
      workingHours,
      true,
    ]);
    expect(directory.soloMode('org_b')).toBe(false);
  });
  it('keep what was written for seven years, until somebody sets how long', () => {
    const set = (months: number | null, paused: boolean): SettingsEvent => ({ type: 'RetentionSet', data: { months, paused, by, at } });
    expect(after().retentionOf('org_a')).toEqual({ months: 84, paused: false });
    expect(after(set(6, false)).retentionOf('org_a')).toEqual({ months: 6, paused: false });
    expect(after(set(6, false), set(null, true)).retentionOf('org_a')).toEqual({ months: null, paused: true });
    expect(after(set(6, false)).retentionOf('org_b')).toEqual({ months: 84, paused: false });
  });
  it('keep every version of an escalation policy, and know the newest', () => {
    const version = (number: number): SettingsEvent => ({
      type: 'EscalationPolicyPublished',
      data: {
        escalationId: 'standard',
        version: number,
        document: { id: 'standard', levels: [], claimTimeoutSec: 300, exhaustedAfterSec: 300 + number, onExhausted: 'reject' },
        by,
        at,
      },
    });
    const directory = after(version(1), version(2));
    expect(directory.escalationPolicy('org_a', 'standard')).toMatchObject({ version: 2, document: { exhaustedAfterSec: 302 } });
    expect(directory.list('escalations', 'org_a').map(entry => entry.version)).toEqual([1, 2]);
    expect(directory.escalationPolicy('org_b', 'standard')).toBeNull();
  });
});

describe('a band that went back to people', () => {
  const band = { agentId: 'billing', tool: 'issue_refund', band: { from: 0, to: 50 } };
  const returned: SettingsEvent = { type: 'BandReturnedToReview', data: { ...band, sampled: 20, rejected: 6, at } };
  it('stays there until somebody releases it', () => {
    expect(after(returned).returnedBands('org_a')).toMatchObject([band]);
    expect(after(returned).returnedBands('org_b')).toEqual([]);
    expect(after(returned, { type: 'BandReleased', data: { ...band, by, at } }).returnedBands('org_a')).toEqual([]);
    const other = { ...band, band: { from: 50, to: null } };
    expect(after(returned, { type: 'BandReleased', data: { ...other, by, at } }).returnedBands('org_a')).toHaveLength(1);
  });
});

describe('a person who is removed', () => {
  it('leaves teams, absences and quiet hours behind', () => {
    const joined: SettingsEvent = {
      type: 'MemberJoined',
      data: { operatorId: 'a', organizationId: 'org_a', at, private: { email: 'a@example.com', name: 'A' } },
    };
    const directory = after(
      joined,
      { type: 'TeamCreated', data: { teamId: 'finance', name: 'Finance', by, at } },
      { type: 'TeamMemberAdded', data: { teamId: 'finance', operatorId: 'a', by, at } },
      {
        type: 'QuietHoursSet',
        data: { operatorId: 'a', quietHours: { timeZone: 'UTC', windows: [{ days: [1], from: '22:00', to: '06:00' }] }, at },
      },
      {
        type: 'AbsenceDeclared',
        data: { operatorId: 'a', absenceId: 'abs', from: at, to: '2027-01-01T00:00:00.000Z', delegateId: null, at },
      },
      { type: 'MemberRemoved', data: { operatorId: 'a', at } },
      joined,
    );
    expect(directory.teamsOf('a')).toEqual([]);
    expect(directory.quietHours('a')).toBeNull();
    expect(directory.absence('a', '2026-12-01T00:00:00.000Z')).toBeNull();
  });
});
