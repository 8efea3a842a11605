import { channelPolicy, type Event, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { emptyDirectory } from './directory-state.ts';
import { evolveDirectory } from './evolve-directory.ts';
import { lookups } from './lookups.ts';

const at = '2026-11-22T10:00:00.000Z';
let serial = 0;
const recorded = (event: Event, tenant: string): RecordedEvent => ({
  ...event,
  stream: `organization-${tenant}`,
  revision: 0,
  id: `event ${++serial}`,
  metadata: { tenant, actor: 'operator:opr_owner', schemaVersion: 1, recordedAt: at },
});
const after = (...events: SettingsEvent[]) => {
  const state = evolveDirectory(emptyDirectory, ...events.map(event => recorded(event, 'org_a')));
  return lookups(
    () => state,
    () => at,
  );
};
const connected = (hookId: string, config: Record<string, string> = { botToken: hookId }): SettingsEvent => ({
  type: 'ChannelConnected',
  data: { channel: 'telegram', hookId, by: 'opr_owner', at, private: { config } },
});
const words = (version: number, title: string | null, language = 'de'): SettingsEvent => ({
  type: 'TemplatePublished',
  data: {
    channel: 'email',
    language,
    kind: 'request',
    version,
    document: title === null ? null : { title, lines: ['{deadline}'] },
    by: 'opr_owner',
    at,
  },
});
const refusedCode: SettingsEvent = { type: 'ReplyCodeRefused', data: { operatorId: 'a', channel: 'sms', at } };

describe('a channel', () => {
  it('is what was set up last, found by the secret path its provider calls, and only by that', () => {
    const directory = after(connected('old'), connected('new'));
    expect(directory.channelConnection('org_a', 'telegram')).toMatchObject({ hookId: 'new', config: { botToken: 'new' } });
    expect(directory.channelConnection('org_b', 'telegram')).toBeNull();
    expect(directory.channelByHook('new')).toMatchObject({ tenant: 'org_a', channel: 'telegram' });
    expect(directory.channelByHook('old')).toBeNull();
  });
  it('that was taken away is not found any more', () => {
    const directory = after(connected('x'), { type: 'ChannelDisconnected', data: { channel: 'telegram', by: 'opr_owner', at } });
    expect(directory.channelConnection('org_a', 'telegram')).toBeNull();
    expect(directory.channelByHook('x')).toBeNull();
  });
  it('may what the organisation says, by default what is safe', () => {
    const policy = channelPolicy.parse({ ceilings: { sms: 'none' }, redactPaths: ['/card'] });
    expect(after().channelPolicy('org_a')).toMatchObject({ ceilings: {}, alertsPerMinuteMax: 6, redactPaths: [] });
    const directory = after({ type: 'ChannelPolicySet', data: { policy, by: 'opr_owner', at } });
    expect(directory.channelPolicy('org_a')).toMatchObject({ ceilings: { sms: 'none' }, redactPaths: ['/card'] });
    expect(directory.channelPolicy('org_b')).toMatchObject({ ceilings: {} });
  });
});

describe('a channel whose provider refuses its settings', () => {
  const faulted: SettingsEvent = { type: 'ChannelFaulted', data: { channel: 'telegram', code: '401', at } };
  it('is so until a message is taken again, or it is set up anew or taken away', () => {
    const fault = { tenant: 'org_a', channel: 'telegram', code: '401', at };
    expect(after(faulted).channelFault('org_a', 'telegram')).toEqual(fault);
    expect(after(faulted).channelFault('org_a', 'sms')).toBeNull();
    expect(after(faulted).channelFault('org_b', 'telegram')).toBeNull();
    const ends: SettingsEvent[] = [
      { type: 'ChannelRecovered', data: { channel: 'telegram', at } },
      connected('anew'),
      { type: 'ChannelDisconnected', data: { channel: 'telegram', by: 'opr_owner', at } },
    ];
    for (const end of ends) expect(after(faulted, end).channelFault('org_a', 'telegram'), end.type).toBeNull();
    expect(after(faulted, ends[0]!, faulted).channelFault('org_a', 'telegram')).toEqual(fault);
  });
});

describe('words of an organisation', () => {
  it('are the newest, in the language or its main form, until the built-in ones are taken back', () => {
    const directory = after(words(1, 'Eins'), words(2, 'Zwei'));
    expect(directory.template('org_a', 'email', 'de', 'request')?.title).toBe('Zwei');
    expect(directory.template('org_a', 'email', 'de-AT', 'request')?.title).toBe('Zwei');
    expect(directory.template('org_a', 'email', 'en', 'request')).toBeNull();
    expect(directory.template('org_a', 'sms', 'de', 'request')).toBeNull();
    expect(after(words(1, 'Eins'), words(2, null)).template('org_a', 'email', 'de', 'request')).toBeNull();
  });
});

describe('an address that is being proved', () => {
  const started: SettingsEvent = {
    type: 'EnrolmentStarted',
    data: { operatorId: 'a', addressId: 'adr_1', channel: 'sms', expiresAt: at, at, private: { address: '+1' } },
  };
  const failed: SettingsEvent = { type: 'EnrolmentFailed', data: { operatorId: 'a', addressId: 'adr_1', at } };
  it('counts wrong codes, and begins anew when it is started again', () => {
    expect(after(started, failed, failed).enrolment('adr_1')).toMatchObject({ failures: 2, address: '+1' });
    expect(after(started, failed, started).enrolment('adr_1')).toMatchObject({ failures: 0 });
  });
  it('is proved or given up once', () => {
    expect(
      after(started, { type: 'ChannelAddressVerified', data: { operatorId: 'a', addressId: 'adr_1', at } }).enrolment('adr_1'),
    ).toBeNull();
    expect(after(started, { type: 'MemberRemoved', data: { operatorId: 'a', at } }).enrolment('adr_1')).toBeNull();
  });
});

describe('a member', () => {
  const joined: SettingsEvent = {
    type: 'MemberJoined',
    data: { operatorId: 'a', organizationId: 'org_a', at, private: { email: 'a@example.test', name: 'A' } },
  };
  const wants = (expiresAt: string): SettingsEvent => ({
    type: 'EmailChangeRequested',
    data: { operatorId: 'a', hash: 'f'.repeat(64), expiresAt, at, private: { email: 'new@example.test' } },
  });
  const later = '2026-11-22T10:30:00.000Z';
  it('signs in with another address once it is confirmed, not once it is asked for', () => {
    const asked = after(joined, wants(later));
    expect(asked.operator('a')?.email).toBe('a@example.test');
    expect(asked.emailChange('a')).toMatchObject({ email: 'new@example.test', expiresAt: later });
    expect(asked.findEmailChange('f'.repeat(64))).toMatchObject({ operatorId: 'a', tenant: 'org_a' });
    expect(after(joined, wants(at)).emailChange('a')).toBeNull();
    const changed = after(joined, wants(later), {
      type: 'EmailChanged',
      data: { operatorId: 'a', at, private: { email: 'new@example.test' } },
    });
    expect([changed.operator('a')?.email, changed.emailChange('a')]).toEqual(['new@example.test', null]);
    expect(after(joined, wants(later), { type: 'MemberRemoved', data: { operatorId: 'a', at } }).emailChange('a')).toBeNull();
  });
  it('is seen in a browser since the last time it said so', () => {
    const added: SettingsEvent = {
      type: 'ChannelAddressAdded',
      data: { operatorId: 'a', addressId: 'adr_1', channel: 'push', at, private: { address: 'https://push.example.test/1' } },
    };
    const used: SettingsEvent = { type: 'ChannelAddressUsed', data: { operatorId: 'a', addressId: 'adr_1', at: later } };
    expect(after(joined, added).operator('a')?.addresses).toMatchObject([{ usedAt: null }]);
    expect(after(joined, added, used).operator('a')?.addresses).toMatchObject([{ usedAt: later, verified: false }]);
  });
});

describe('a person', () => {
  it('has rules and a language of their own until they are taken back', () => {
    const rules = [{ importance: 'default' as const, addressId: 'adr_1', afterSec: 0 }];
    const set: SettingsEvent = { type: 'NotificationRulesSet', data: { operatorId: 'a', rules, at } };
    expect(after(set).notificationRules('a')).toEqual(rules);
    expect(after(set, { type: 'NotificationRulesSet', data: { operatorId: 'a', rules: null, at } }).notificationRules('a')).toBeNull();
    const profile: SettingsEvent = { type: 'ProfileSet', data: { operatorId: 'a', language: 'de', timeZone: 'Europe/Vienna', at } };
    expect(after(profile).profile('a')).toMatchObject({ language: 'de', timeZone: 'Europe/Vienna' });
    expect(after().profile('a')).toBeNull();
  });
  it('has wrong reply codes counted until they are locked', () => {
    expect(after(refusedCode, refusedCode).replyCodes('a', 'sms')).toMatchObject({ failures: 2, lockedUntil: null });
    const locked: SettingsEvent = { type: 'ReplyCodesLocked', data: { operatorId: 'a', channel: 'sms', until: at, at } };
    expect(after(refusedCode, locked).replyCodes('a', 'sms')).toMatchObject({ failures: 0, lockedUntil: at });
    expect(after(refusedCode).replyCodes('a', 'voice')).toEqual({ failures: 0, lockedUntil: null });
  });
});
