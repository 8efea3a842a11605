import { createHmac, createPublicKey, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

/** Headers as Node, Fastify or fetch give them. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

export type WebhookErrorCode =
  | 'no_key'
  | 'invalid_key'
  | 'missing_header'
  | 'invalid_id'
  | 'invalid_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'no_matching_signature';

/** Thrown when a webhook cannot be trusted. `code` says why; the message never repeats a secret or a signature. */
export class WebhookVerificationError extends Error {
  constructor(
    readonly code: WebhookErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'WebhookVerificationError';
  }
}

/** Tolerance of the Standard Webhooks libraries, both ways, seconds. */
const TOLERANCE_SEC = 300;
/** Standard Webhooks asks for 24 to 64 random bytes in a symmetric secret. */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;
const ED25519_KEY_BYTES = 32;
/** DER of a SubjectPublicKeyInfo for ed25519 (RFC 8410 §4), before the 32 bytes of the key. */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const headerOf = (headers: WebhookHeaders, name: string): string => {
  const value = headers instanceof Headers ? headers.get(name) : headerIn(headers, name);
  if (typeof value !== 'string' || value === '') throw new WebhookVerificationError('missing_header', `the header ${name} is missing`);
  return value;
};

const headerIn = (headers: Record<string, string | string[] | undefined>, name: string): string | undefined => {
  for (const [key, value] of Object.entries(headers))
    if (key.toLowerCase() === name) return Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value;
  return undefined;
};

const keyBytes = (text: string, prefix: string, min: number, max: number): Buffer => {
  const encoded = typeof text === 'string' && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const bytes = typeof encoded === 'string' && BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (bytes.length < min || bytes.length > max)
    throw new WebhookVerificationError('invalid_key', `a ${prefix} key must be base64 of ${min === max ? min : `${min} to ${max}`} bytes`);
  return bytes;
};

const publicKeyOf = (text: string): KeyObject =>
  createPublicKey({
    key: Buffer.concat([ED25519_SPKI_PREFIX, keyBytes(text, 'whpk_', ED25519_KEY_BYTES, ED25519_KEY_BYTES)]),
    format: 'der',
    type: 'spki',
  });

const checkedTimestamp = (header: string, nowSec: number, toleranceSec: number): number => {
  // Digits only: parseInt would take "1614265330abc", which was signed as something else.
  if (!/^[0-9]{1,15}$/.test(header))
    throw new WebhookVerificationError('invalid_timestamp', 'webhook-timestamp must be whole seconds since 1970');
  const timestampSec = Number(header);
  if (nowSec - timestampSec > toleranceSec)
    throw new WebhookVerificationError('timestamp_too_old', `webhook-timestamp is over ${toleranceSec} s old`);
  if (timestampSec - nowSec > toleranceSec)
    throw new WebhookVerificationError(
      'timestamp_too_new',
      `webhook-timestamp is over ${toleranceSec} s ahead; check this machine's clock`,
    );
  return timestampSec;
};

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/**
 * Checks a webhook after Standard Webhooks 1.0.0: `v1` (HMAC-SHA256) against any of `secrets`, `v1a` (ed25519) against any of `publicKeys`;
 * one match is enough, so keys can be rotated.
 * @param rawBody the body exactly as received, before any parsing
 * @param secrets `whsec_…`, with or without prefix
 * @param publicKeys `whpk_…`, with or without prefix
 * @param toleranceSec how far the timestamp may be from now, both ways; 300 by default
 * @returns the delivery's id (the same over retries of one decision) and its timestamp
 * @throws WebhookVerificationError
 */
export const verifyWebhook = ({
  headers,
  rawBody,
  secrets = [],
  publicKeys = [],
  toleranceSec = TOLERANCE_SEC,
  nowSec = Math.floor(Date.now() / 1000),
}: {
  headers: WebhookHeaders;
  rawBody: Uint8Array | string;
  secrets?: string[];
  publicKeys?: string[];
  toleranceSec?: number;
  nowSec?: number;
}): { id: string; timestampSec: number } => {
  if (secrets.length + publicKeys.length === 0)
    throw new WebhookVerificationError('no_key', 'give at least one secret (whsec_) or public key (whpk_)');
  const hmacKeys = secrets.map(secret => keyBytes(secret, 'whsec_', SECRET_BYTES_MIN, SECRET_BYTES_MAX));
  const verifyKeys = publicKeys.map(publicKeyOf);
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  // A full stop in the id would let one signed text be read as two different deliveries.
  if (id.includes('.')) throw new WebhookVerificationError('invalid_id', 'webhook-id must not contain a full stop');
  const timestampSec = checkedTimestamp(timestamp, nowSec, toleranceSec);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody]);
  const expected = hmacKeys.map(key => createHmac('sha256', key).update(signed).digest());

  let matches = false;
  for (const entry of signatures.split(' ')) {
    const comma = entry.indexOf(',');
    const encoded = entry.slice(comma + 1);
    if (comma < 0 || !BASE64.test(encoded)) continue;
    const signature = Buffer.from(encoded, 'base64');
    const version = entry.slice(0, comma);
    if (version === 'v1') matches = expected.some(mac => sameBytes(mac, signature)) || matches;
    if (version === 'v1a') matches = verifyKeys.some(key => verify(null, signed, key, signature)) || matches;
  }
  if (!matches)
    throw new WebhookVerificationError('no_matching_signature', 'no signature matches; check the key and that the body is the raw one');
  return { id, timestampSec };
};
