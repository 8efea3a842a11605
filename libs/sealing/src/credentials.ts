import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256Hex } from '@holdpoint/sdk';

/** `hp_live` and `hp_test` are agents' API keys, `hpo` an operator's personal access token. */
export type CredentialKind = 'hp_live' | 'hp_test' | 'hpo';

/** `id` may be shown and stored; `hash` is what the log keeps. */
export type ParsedCredential = { kind: CredentialKind; id: string; hash: string };

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARS = 8;
const SECRET_BYTES = 32;
/** 62^43 is the first power above 2^256. */
const SECRET_CHARS = 43;
/** 62^6 is the first power above 2^32. */
const CHECKSUM_CHARS = 6;
const FORMAT = new RegExp(
  `^(hp_live|hp_test|hpo)_([0-9A-Za-z]{${ID_CHARS}})_[0-9A-Za-z]{${SECRET_CHARS}}([0-9A-Za-z]{${CHECKSUM_CHARS}})$`,
);

const base62 = (value: bigint, chars: number): string => {
  let text = '';
  for (let rest = value; text.length < chars; rest /= 62n) text = BASE62[Number(rest % 62n)]! + text;
  return text;
};

const randomBigInt = (bytes: number): bigint => BigInt(`0x${randomBytes(bytes).toString('hex')}`);

const checksumOf = (text: string): string => base62(BigInt(crc32(text)), CHECKSUM_CHARS);

/**
 * Makes a credential: `<kind>_<8 characters of id>_<32 random bytes in base62><crc32 in base62>`.
 * The prefix and checksum let secret scanners recognise it and let us refuse a mistyped one without a lookup.
 * @returns the token, to be shown once, and what to keep of it: its id and SHA-256
 */
export const newCredential = (kind: CredentialKind): { token: string; id: string; hash: string } => {
  const id = base62(randomBigInt(ID_CHARS), ID_CHARS);
  const body = `${kind}_${id}_${base62(randomBigInt(SECRET_BYTES), SECRET_CHARS)}`;
  const token = body + checksumOf(body);
  return { token, id, hash: sha256Hex(token) };
};

/**
 * Reads a credential's form; says nothing about whether it was ever issued.
 * A plain SHA-256 is enough to store: the secret has 256 random bits (OWASP ASVS 5.0.0, 6.5.2).
 * @returns its kind, id and hash, or null when the form or the checksum is wrong
 */
export const parseCredential = (token: string): ParsedCredential | null => {
  const [, kind, id, checksum] = FORMAT.exec(token) ?? [];
  if (!kind || !id || checksum !== checksumOf(token.slice(0, -CHECKSUM_CHARS))) return null;
  return { kind: kind as CredentialKind, id, hash: sha256Hex(token) };
};
