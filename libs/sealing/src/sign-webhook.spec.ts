import { WebhookVerificationError } from '@holdpoint/sdk';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '@holdpoint/sdk';
import { newWebhookKeys, signWebhook, webhookPublicKeyOf } from './sign-webhook.ts';

const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const body = '{"test": 2432232314}';

describe('a signed delivery', () => {
  it('carries the published signatures, v1 and v1a', () => {
    const signed = signWebhook({
      id,
      timestampSec: 1614265330,
      body,
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      signingKeys: ['whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='],
    });
    expect(signed).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature':
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    });
    expect(webhookPublicKeyOf('whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==')).toBe(
      'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    );
  });
  it('is accepted by the standardwebhooks library and by our own check, with new keys and old ones side by side', () => {
    const [current, previous] = [newWebhookKeys(), newWebhookKeys()];
    const timestampSec = Math.floor(Date.now() / 1000);
    const headers = signWebhook({
      id,
      timestampSec,
      body,
      secrets: [current.secret, previous.secret],
      signingKeys: [current.signingKey, previous.signingKey],
    });
    for (const { secret, publicKey } of [current, previous]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(verifyWebhook({ headers, rawBody: body, secrets: [secret] })).toEqual({ id, timestampSec });
      expect(verifyWebhook({ headers, rawBody: Buffer.from(body), publicKeys: [publicKey] })).toEqual({ id, timestampSec });
    }
    expect(() => verifyWebhook({ headers, rawBody: body, secrets: [newWebhookKeys().secret] })).toThrow(WebhookVerificationError);
    expect(() => verifyWebhook({ headers, rawBody: body, publicKeys: [newWebhookKeys().publicKey] })).toThrow(WebhookVerificationError);
  });
  it('is refused for an id that could be read as part of the timestamp', () => {
    const { secret } = newWebhookKeys();
    expect(() => signWebhook({ id: 'a.1', timestampSec: 2, body: 'x', secrets: [secret], signingKeys: [] })).toThrow(RangeError);
    expect(() => signWebhook({ id: 'a', timestampSec: 1.5, body: 'x', secrets: [secret], signingKeys: [] })).toThrow(RangeError);
  });
  it('is refused under a short key', () => {
    expect(() => signWebhook({ id, timestampSec: 1, body, secrets: ['whsec_AA=='], signingKeys: [] })).toThrow(/24 to 64 bytes/);
    expect(() => signWebhook({ id, timestampSec: 1, body, secrets: [], signingKeys: ['whsk_AA=='] })).toThrow(/64 bytes/);
  });
});
