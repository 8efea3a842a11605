import { makeVapidKeys } from '@holdpoint/sealing';
import { describe, expect, it } from 'vitest';
import { actionFor, aMessage } from '../a-message.fixture.ts';
import { classifyPush } from './classify.ts';
import { endpointOf, mayBeCalled } from './endpoint.ts';
import { PAYLOAD_BYTES_MAX, pushPayload } from './payload.ts';
import { pushConfig } from './push.ts';
import { routeOf } from './send.ts';
import { checkVapidKeys } from './vapid-keys.ts';

const KINDS = [
  'request',
  'escalation',
  'assigned',
  'answered',
  'stalled',
  'unreached',
  'drifted',
  'bypassed',
  'decided',
  'digest',
  'verify',
  'test',
] as const;

describe('a notification', () => {
  it('says in our words what waits, how risky it is, until when, and where', () => {
    const message = aMessage();
    expect(pushPayload(message)).toEqual({
      kind: 'request',
      title: message.title,
      body: message.lines.join('\n'),
      risk: 'high',
      url: message.link.url,
      expiresAt: message.expiresAt,
      tag: message.approvalId,
      actions: [],
    });
  });

  it('has something to press up to low risk only', () => {
    expect(pushPayload(aMessage({ riskLevel: 'low' })).actions).toEqual(
      aMessage().actions.map(({ verb, label, handle }) => ({ verb, label, handle })),
    );
    for (const riskLevel of ['medium', 'high', 'critical'] as const) expect(pushPayload(aMessage({ riskLevel })).actions).toEqual([]);
    expect(pushPayload(aMessage({ riskLevel: 'low', kind: 'decided' })).actions).toEqual([]);
  });

  it.each(KINDS)('of the kind %s keeps the agent’s own words away and stays small', kind => {
    const payload = pushPayload(
      aMessage({
        kind,
        riskLevel: 'low',
        title: '👩‍👩‍👧‍👦'.repeat(60),
        lines: Array.from({ length: 8 }, () => '審'.repeat(400)),
        fields: [{ label: 'Proposal', text: 'CANARY', cut: false }],
        actions: [actionFor('approve'), actionFor('reject')],
      }),
    );
    const json = JSON.stringify(payload);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(json).not.toContain('CANARY');
    expect(payload.title.replaceAll('👩‍👩‍👧‍👦', '')).toBe('…');
    expect(payload.body).toMatch(/^審+…$/);
  });

  it('about no single request has a tag of its kind', () => {
    expect(pushPayload(aMessage({ kind: 'digest', approvalId: null })).tag).toBe('digest');
  });
});

describe('an endpoint', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/abc', 'https://fcm.googleapis.com/fcm/send/abc'],
    ['HTTPS://FCM.googleapis.com/fcm/send/abc', 'https://fcm.googleapis.com/fcm/send/abc'],
    ['http://127.0.0.1:1/push/a', 'http://127.0.0.1:1/push/a'],
    ['https://fcm.googleapis.com/', null],
    ['https://user@fcm.googleapis.com/a', null],
    ['https://fcm.googleapis.com/a#b', null],
    ['ftp://fcm.googleapis.com/a', null],
    ['ada@example.test', null],
    [`https://fcm.googleapis.com/${'a'.repeat(2_048)}`, null],
  ])('%s is %s', (address, expected) => {
    expect(endpointOf(address)).toBe(expected);
  });

  it.each([
    ['https://fcm.googleapis.com/fcm/send/a', true],
    ['https://updates.push.services.mozilla.com/wpush/v2/a', true],
    ['https://web.push.apple.com/a', true],
    ['https://wns2-par02p.notify.windows.com/w/?token=a', true],
    ['https://push.example.test/a', true],
    ['http://127.0.0.1:9000/a', true],
    ['http://127.0.0.1:9001/a', false],
    ['http://fcm.googleapis.com/a', false],
    ['https://fcm.googleapis.com:8443/a', false],
    ['https://fcm.googleapis.com.evil.test/a', false],
    ['https://evilpush.apple.com/a', false],
    ['https://169.254.169.254/latest', false],
    ['https://push.example.test:444/a', false],
  ])('%s may be called: %s', (endpoint, expected) => {
    expect(mayBeCalled(endpoint, ['push.example.test', '127.0.0.1:9000'])).toBe(expected);
  });
});

describe('an answer of a push service', () => {
  const at = Date.parse('2026-11-22T12:00:00.000Z');
  it.each([
    [404, '', 'recipient_gone'],
    [410, '', 'recipient_gone'],
    [403, '{"reason":"VapidPkHashMismatch"}', 'recipient_gone'],
    [400, '{"reason":"VapidPkHashMismatch"}', 'recipient_gone'],
    [400, 'no json', 'content_rejected'],
    [413, '', 'content_rejected'],
    [429, '', 'throttled'],
    [500, '', 'retryable'],
    [502, '', 'retryable'],
    [503, '', 'retryable'],
    [301, '', 'content_rejected'],
  ])('%i %s is %s', (status, text, expected) => {
    expect(classifyPush({ status, headers: {}, text }, at, () => 'keys')).toMatchObject({
      class: expected,
      code: expect.stringContaining(String(status)),
    });
  });
  it.each([
    ['unclear', 'retryable'],
    ['subscription', 'recipient_gone'],
    ['keys', 'config'],
  ] as const)('401 and 403 are for whose fault they are: %s is %s', (fault, expected) => {
    for (const [status, text] of [
      [401, ''],
      [403, '{"reason":"BadJwtToken"}'],
    ] as const)
      expect(classifyPush({ status, headers: {}, text }, at, () => fault)).toMatchObject({ class: expected, code: String(status) });
  });
  it('says how long to wait, in seconds or until when', () => {
    const after = (value: string) =>
      classifyPush({ status: 429, headers: { 'retry-after': value }, text: '' }, at, () => 'keys').retryAfterMs;
    expect(after('7')).toBe(7_000);
    expect(after('Sun, 22 Nov 2026 12:00:09 GMT')).toBe(9_000);
  });
});

describe('settings', () => {
  const keys = makeVapidKeys();
  it('are a pair of keys and a contact', () => {
    expect(pushConfig.parse({ ...keys, subject: 'mailto:ops@example.com' })).toEqual({
      ...keys,
      subject: 'mailto:ops@example.com',
      extraHosts: [],
    });
    expect(() => checkVapidKeys(keys)).not.toThrow();
    for (const subject of ['ops@example.com', 'mailto:ops', 'http://example.com', 'mailto: ops@example.com'])
      expect(pushConfig.safeParse({ ...keys, subject }).success).toBe(false);
  });
  it('name the member that is wrong, and never repeat a key', () => {
    const other = makeVapidKeys();
    const fault = (wrong: Partial<typeof keys>): string => {
      try {
        checkVapidKeys({ ...keys, ...wrong });
        return '';
      } catch (error) {
        return String(error);
      }
    };
    expect(fault({ privateKey: other.privateKey })).toMatch(/^RangeError: privateKey: does not belong/);
    expect(fault({ privateKey: 'A'.repeat(43) })).toMatch(/^RangeError: privateKey: /);
    expect(fault({ publicKey: 'A'.repeat(87) })).toMatch(/^RangeError: publicKey: /);
    expect(fault({ privateKey: other.privateKey })).not.toContain(other.privateKey);
  });
});

it.each([null, '', '{}', '{"p256dh":"AA","auth":"AA"}', '[]', 'null'])('a route that is none is none: %s', route => {
  expect(routeOf(route)).toBeNull();
});
