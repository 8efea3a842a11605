import { createHmac, createPublicKey, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { noMatch, readWebhook, type WebhookCheck } from './read-webhook.ts';

/** DER of a SubjectPublicKeyInfo for ed25519 (RFC 8410 §4), before the 32 bytes of the key. */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/**
 * Checks a webhook after Standard Webhooks 1.0.0: `v1` (HMAC-SHA256) against any of `secrets`, `v1a` (ed25519) against any of `publicKeys`;
 * one match is enough, so keys can be rotated.
 * @param check.rawBody the body exactly as received, before any parsing
 * @param check.secrets `whsec_…`, with or without prefix
 * @param check.publicKeys `whpk_…`, with or without prefix
 * @param check.toleranceSec how far the timestamp may be from now, both ways; 300 by default
 * @returns the delivery's id (the same over retries of one decision) and its timestamp
 * @throws WebhookVerificationError
 */
export const verifyWebhook = (check: WebhookCheck): { id: string; timestampSec: number } => {
  const { id, timestampSec, signed, signatures, hmacKeys, ed25519Keys } = readWebhook(check);
  const expected = hmacKeys.map(key => createHmac('sha256', key).update(signed).digest());
  const keys = ed25519Keys.map(publicKeyOf);
  let matches = false;
  for (const { version, bytes } of signatures) {
    if (version === 'v1') matches = expected.some(mac => sameBytes(mac, bytes)) || matches;
    else matches = keys.some(key => verify(null, signed, key, bytes)) || matches;
  }
  if (!matches) throw noMatch();
  return { id, timestampSec };
};
