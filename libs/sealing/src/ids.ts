import { hash, randomBytes } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base32 (RFC 4648 without padding): 128 bits are 26 characters. */
export const base32 = (bytes: Uint8Array): string => {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >>> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
};

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** SHA-1 of a namespace and a name in hex, with version 5 and the variant of RFC 9562 §4.1 put in its place. */
const v5Hex = (name: string, namespace: Buffer): string => {
  const length = namespace.length + Buffer.byteLength(name);
  const input = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  input.set(namespace);
  input.write(name, namespace.length);
  const hex = hash('sha1', input.subarray(0, length), 'hex');
  return `${hex.slice(0, 12)}5${hex.slice(13, 16)}${VARIANT[Number.parseInt(hex[16]!, 16) & 3]}${hex.slice(17, 32)}`;
};

/** Names are short and hashed one at a time: one buffer serves all of them. */
const scratch = Buffer.allocUnsafeSlow(1_024);
const VARIANT = '89ab';

const uuidText = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** Root of every derived id. Fixed for ever: another value would give known commands new ids. */
const HOLDPOINT_NAMESPACE = uuidBytes('6f1f2a52-6a0e-5c0b-9d1c-8a5d6d0c7e11');
const EVENT_NAMESPACE = Buffer.from(v5Hex('event', HOLDPOINT_NAMESPACE), 'hex');

/**
 * Name-based UUID, version 5 (RFC 9562 §5.5).
 * @param namespace a UUID; Holdpoint's own by default
 */
export const uuidV5 = (name: string, namespace?: string): string =>
  uuidText(v5Hex(name, namespace === undefined ? HOLDPOINT_NAMESPACE : uuidBytes(namespace)));

/** Id of a command's event number `index` (from 0): a repeated append carries the same ids and is harmless on any server. */
export const eventIdOf = (commandId: string, index: number): string => uuidText(v5Hex(`${index}/${commandId}`, EVENT_NAMESPACE));

/**
 * An id that is the same whenever its parts are.
 * @returns `<prefix>_` and 26 characters a-z, 2-7
 */
export const derivedId = (prefix: string, ...parts: (string | number)[]): string =>
  // JSON keeps ('a', 'bc') and ('ab', 'c') apart whatever the parts contain.
  `${prefix}_${base32(Buffer.from(v5Hex(JSON.stringify([prefix, ...parts]), HOLDPOINT_NAMESPACE), 'hex'))}`;

/** Id of an approval: the same tenant and idempotency key always land on the same stream. */
export const approvalIdOf = (tenant: string, idempotencyKey: string): string => derivedId('apr', tenant, idempotencyKey);

/** A new random id: `<prefix>_` and 26 base32 characters of 128 random bits. */
export const newId = (prefix: string): string => `${prefix}_${base32(randomBytes(16))}`;
