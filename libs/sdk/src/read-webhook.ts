import { bytesOf } from './base64.ts';

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
  | 'no_matching_signature'
  | 'body_was_parsed'
  | 'body_too_large';

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

const keyBytes = (text: string, prefix: string, min: number, max: number): Uint8Array<ArrayBuffer> => {
  const encoded = typeof text === 'string' && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const bytes = typeof encoded === 'string' && BASE64.test(encoded) ? bytesOf(encoded) : undefined;
  if (bytes === undefined || bytes.length < min || bytes.length > max)
    throw new WebhookVerificationError('invalid_key', `a ${prefix} key must be base64 of ${min === max ? min : `${min} to ${max}`} bytes`);
  return bytes;
};

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

/** What a webhook is checked with. */
export type WebhookCheck = {
  headers: WebhookHeaders;
  rawBody: Uint8Array | string;
  secrets?: string[];
  publicKeys?: string[];
  toleranceSec?: number;
  nowSec?: number;
};

/** A webhook taken apart: it counts only once one of the signatures over `signed` is found to be one of the keys of its version. */
export type UncheckedWebhook = {
  id: string;
  timestampSec: number;
  signed: Uint8Array<ArrayBuffer>;
  signatures: { version: 'v1' | 'v1a'; bytes: Uint8Array<ArrayBuffer> }[];
  hmacKeys: Uint8Array<ArrayBuffer>[];
  ed25519Keys: Uint8Array<ArrayBuffer>[];
};

/** Reads headers and keys, and checks all but the signature. @throws WebhookVerificationError */
export const readWebhook = ({
  headers,
  rawBody,
  secrets = [],
  publicKeys = [],
  toleranceSec = TOLERANCE_SEC,
  nowSec = Math.floor(Date.now() / 1000),
}: WebhookCheck): UncheckedWebhook => {
  if (secrets.length + publicKeys.length === 0)
    throw new WebhookVerificationError('no_key', 'give at least one secret (whsec_) or public key (whpk_)');
  const hmacKeys = secrets.map(secret => keyBytes(secret, 'whsec_', SECRET_BYTES_MIN, SECRET_BYTES_MAX));
  const ed25519Keys = publicKeys.map(key => keyBytes(key, 'whpk_', ED25519_KEY_BYTES, ED25519_KEY_BYTES));
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  // A full stop in the id would let one signed text be read as two different deliveries.
  if (id.includes('.')) throw new WebhookVerificationError('invalid_id', 'webhook-id must not contain a full stop');
  const timestampSec = checkedTimestamp(timestamp, nowSec, toleranceSec);
  return {
    id,
    timestampSec,
    signed: signedBytes(`${id}.${timestamp}.`, rawBody),
    signatures: signaturesIn(signatures),
    hmacKeys,
    ed25519Keys,
  };
};

const signedBytes = (head: string, rawBody: Uint8Array | string): Uint8Array<ArrayBuffer> => {
  const start = new TextEncoder().encode(head);
  const body = typeof rawBody === 'string' ? new TextEncoder().encode(rawBody) : rawBody;
  const signed = new Uint8Array(start.length + body.length);
  signed.set(start);
  signed.set(body, start.length);
  return signed;
};

const signaturesIn = (header: string): UncheckedWebhook['signatures'] =>
  header.split(' ').flatMap(entry => {
    const comma = entry.indexOf(',');
    const [version, encoded] = [entry.slice(0, comma), entry.slice(comma + 1)];
    if (comma < 0 || !BASE64.test(encoded) || (version !== 'v1' && version !== 'v1a')) return [];
    const bytes = bytesOf(encoded);
    return bytes === undefined ? [] : [{ version, bytes }];
  });

export const noMatch = (): WebhookVerificationError =>
  new WebhookVerificationError('no_matching_signature', 'no signature matches; check the key and that the body is the raw one');
