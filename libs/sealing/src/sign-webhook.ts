import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { KeyUnusable } from './key-file.ts';

/** Bytes of a new symmetric secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
const SEED_BYTES = 32;
/** DER of a PKCS #8 ed25519 key (RFC 8410 §7), before the 32 bytes of the seed. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Imported keys kept of each kind: importing one costs more than signing with it. */
const PARSED_KEYS_MAX = 1_000;

export type WebhookKeys = {
  /** `whsec_…`, shared with the receiver. */
  secret: string;
  /** `whsk_…`, stays here: seed and public key, 64 bytes. */
  signingKey: string;
  /** `whpk_…`, for the receiver. */
  publicKey: string;
};

/** Makes the keys of one endpoint: Standard Webhooks wants them unique to it. */
export const newWebhookKeys = (): WebhookKeys => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = Buffer.from((privateKey.export({ format: 'jwk' }) as { d: string }).d, 'base64url');
  const point = Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url');
  return {
    secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
    signingKey: `whsk_${Buffer.concat([seed, point]).toString('base64')}`,
    publicKey: `whpk_${point.toString('base64')}`,
  };
};

/** Public key `whpk_…` that belongs to a signing key `whsk_…`. @throws KeyUnusable */
export const webhookPublicKeyOf = (signingKey: string): string =>
  `whpk_${Buffer.from((createPublicKey(privateKeyOf(signingKey)).export({ format: 'jwk' }) as { x: string }).x, 'base64url').toString('base64')}`;

/**
 * Signs one delivery after Standard Webhooks 1.0.0: `v1` per secret, `v1a` per signing key, all in one header, so that keys can overlap.
 * @param id `webhook-id`, the same over retries; must not contain a full stop
 * @param timestampSec seconds since 1970, of this attempt
 * @param body the bytes that will be sent
 * @throws KeyUnusable for a malformed key, RangeError for an id with a full stop
 */
export const signWebhook = ({
  id,
  timestampSec,
  body,
  secrets,
  signingKeys,
}: {
  id: string;
  timestampSec: number;
  body: Uint8Array | string;
  secrets: string[];
  signingKeys: string[];
}): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } => {
  // Id, timestamp and body are joined by full stops: one inside the id would make two deliveries sign alike.
  if (id === '' || id.includes('.')) throw new RangeError('a webhook id must be a text without full stops');
  if (!Number.isSafeInteger(timestampSec) || timestampSec < 0) throw new RangeError('a webhook timestamp is whole seconds since 1970');
  const timestamp = String(timestampSec);
  const prefix = `${id}.${timestamp}.`;
  const signed = typeof body === 'string' ? Buffer.from(prefix + body) : Buffer.concat([Buffer.from(prefix), body]);
  const signatures = [
    ...secrets.map(secret => `v1,${createHmac('sha256', secretKeyOf(secret)).update(signed).digest('base64')}`),
    ...signingKeys.map(key => `v1a,${sign(null, signed, privateKeyOf(key)).toString('base64')}`),
  ];
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};

/** A function that remembers the keys it imported, the newest `PARSED_KEYS_MAX` of them. */
const importedOnce = (importKey: (text: string) => KeyObject): ((text: string) => KeyObject) => {
  const known = new Map<string, KeyObject>();
  return text => {
    let key = known.get(text);
    if (key !== undefined) return key;
    key = importKey(text);
    if (known.size >= PARSED_KEYS_MAX) known.delete(known.keys().next().value!);
    known.set(text, key);
    return key;
  };
};

const secretKeyOf = importedOnce(secret => {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (bytes.length < 24 || bytes.length > 64) throw new KeyUnusable('a webhook secret is whsec_ and base64 of 24 to 64 bytes');
  return createSecretKey(bytes);
});

const privateKeyOf = importedOnce(signingKey => {
  const bytes = Buffer.from(signingKey.replace(/^whsk_/, ''), 'base64');
  if (bytes.length !== 2 * SEED_BYTES) throw new KeyUnusable('a webhook signing key is whsk_ and base64 of 64 bytes');
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_PREFIX, bytes.subarray(0, SEED_BYTES)]), format: 'der', type: 'pkcs8' });
});
