import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { WebhookVerificationError, type WebhookHeaders } from './read-webhook.ts';
import { verifyWebhook } from './verify-webhook.ts';

const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestampSec = 1614265330;
const rawBody = '{"test": 2432232314}';
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const v1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const v1a = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
const wrong = `${'A'.repeat(43)}=`;

type Given = Partial<{ headers: WebhookHeaders; rawBody: string | Uint8Array; secrets: string[]; publicKeys: string[]; nowSec: number }>;
const headers = (signature = v1, more: Record<string, string | undefined> = {}) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestampSec),
  'webhook-signature': signature,
  ...more,
});
const outcome = (given: Given) => {
  try {
    return verifyWebhook({ headers: headers(), rawBody, secrets: [secret], nowSec: timestampSec, ...given });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
};
const accepted = { id, timestampSec };
const signed = (body: string, at: string = String(timestampSec), withId = id) =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${withId}.${at}.${body}`)
    .digest('base64')}`;

describe('a webhook that can be trusted', () => {
  it('has the published signature, v1 or v1a', () => {
    expect(outcome({})).toEqual(accepted);
    expect(outcome({ headers: headers(v1a), secrets: [], publicKeys: [publicKey] })).toEqual(accepted);
  });
  it.each([
    ['a secret without its prefix', { secrets: [secret.slice(6)] }],
    ['a public key without its prefix', { headers: headers(v1a), secrets: [], publicKeys: [publicKey.slice(5)] }],
    ['an old and a new secret', { secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`, secret] }],
    ['bytes as its body', { rawBody: Buffer.from(rawBody) }],
    ['a right signature among wrong ones', { headers: headers(`v1,${wrong} v2,${wrong} v1a,${wrong} nonsense ${v1}`) }],
    ['header names in capitals', { headers: { 'Webhook-Id': id, 'WEBHOOK-TIMESTAMP': String(timestampSec), 'Webhook-Signature': v1 } }],
    ['headers of fetch', { headers: new Headers(headers()) }],
    ['an array as header, as Node may give', { headers: headers(v1, { 'webhook-id': [id] as unknown as string }) }],
    ['an empty body', { rawBody: '', headers: headers(signed('')) }],
    ['a body of 299 s ago', { nowSec: timestampSec + 299 }],
    ['a body of 300 s ahead', { nowSec: timestampSec - 300 }],
  ] satisfies [string, Given][])('may have %s', (_name, given) => {
    expect(outcome(given)).toEqual(accepted);
  });
  it('was signed by the standardwebhooks library', () => {
    const now = new Date();
    const nowSec = Math.floor(now.getTime() / 1000);
    const signature = new Webhook(secret).sign(id, now, rawBody);
    expect(outcome({ nowSec, headers: headers(signature, { 'webhook-timestamp': String(nowSec) }) })).toEqual({ id, timestampSec: nowSec });
  });
});

describe('a webhook that cannot be trusted', () => {
  it.each([
    ['no key to check with', { secrets: [] }, 'no_key'],
    ['an empty secret', { secrets: [''] }, 'invalid_key'],
    ['an undefined secret', { secrets: [undefined as unknown as string] }, 'invalid_key'],
    ['a secret of one byte', { secrets: ['whsec_AA=='] }, 'invalid_key'],
    ['a secret that is not base64', { secrets: ['whsec_!!!'] }, 'invalid_key'],
    ['a public key of the wrong length', { publicKeys: ['whpk_AAAA'] }, 'invalid_key'],
    ['no id', { headers: headers(v1, { 'webhook-id': undefined }) }, 'missing_header'],
    ['no timestamp', { headers: headers(v1, { 'webhook-timestamp': undefined }) }, 'missing_header'],
    ['no signature', { headers: headers(v1, { 'webhook-signature': undefined }) }, 'missing_header'],
    ['an empty signature', { headers: headers('') }, 'missing_header'],
    ['an id given twice', { headers: headers(v1, { 'webhook-id': [id, id] as unknown as string }) }, 'missing_header'],
    ['a full stop in its id', { headers: headers(signed(rawBody, String(timestampSec), 'a.1'), { 'webhook-id': 'a.1' }) }, 'invalid_id'],
    ['a timestamp that is no number', { headers: headers(v1, { 'webhook-timestamp': 'hello' }) }, 'invalid_timestamp'],
    [
      'a timestamp with a suffix',
      { headers: headers(signed(rawBody, `${timestampSec}abc`), { 'webhook-timestamp': `${timestampSec}abc` }) },
      'invalid_timestamp',
    ],
    ['a timestamp with a sign', { headers: headers(v1, { 'webhook-timestamp': `+${timestampSec}` }) }, 'invalid_timestamp'],
    ['a timestamp 301 s ago', { nowSec: timestampSec + 301 }, 'timestamp_too_old'],
    ['a timestamp 301 s ahead', { nowSec: timestampSec - 301 }, 'timestamp_too_new'],
    ['a wrong signature', { headers: headers(`v1,${wrong}`) }, 'no_matching_signature'],
    ['part of a signature', { headers: headers(v1.slice(0, 12)) }, 'no_matching_signature'],
    ['a signature without a version', { headers: headers(v1.slice(3)) }, 'no_matching_signature'],
    ['a signature of another version', { headers: headers(v1.replace('v1', 'v2')) }, 'no_matching_signature'],
    ['a v1 signature under the name v1a', { headers: headers(v1.replace('v1', 'v1a')), publicKeys: [publicKey] }, 'no_matching_signature'],
    ['another body', { rawBody: '{"test": 2432232315}' }, 'no_matching_signature'],
    ['a body written anew', { rawBody: JSON.stringify(JSON.parse(rawBody)) }, 'no_matching_signature'],
    ['another id', { headers: headers(v1, { 'webhook-id': 'msg_other' }) }, 'no_matching_signature'],
    [
      'a v1a signature of another key',
      { headers: headers(v1a), secrets: [], publicKeys: [`whpk_${Buffer.alloc(32, 9).toString('base64')}`] },
      'no_matching_signature',
    ],
  ] satisfies [string, Given, string][])('has %s', (_name, given, code) => {
    expect(outcome(given)).toBe(code);
  });
  it('is refused without a word of its secret', () => {
    const message = (() => {
      try {
        verifyWebhook({ headers: headers(), rawBody, secrets: ['whsec_hunter2'], nowSec: timestampSec });
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    })();
    expect(message).toMatch(/24 to 64 bytes/);
    expect(message).not.toMatch(/hunter2/);
  });
});
