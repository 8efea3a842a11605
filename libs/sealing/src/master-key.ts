import { createCipheriv, createHash, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { decrypt, encrypt, TAG_BYTES } from './aes-gcm.ts';
import { KeyUnusable, readOrCreateKeyFile } from './key-file.ts';
import { SealBroken } from './seal-broken.ts';

/** Seals what a person wrote or what may be personal, and secrets. */
export type MasterKey = {
  /** Id of the key that seals now. */
  keyId: string;
  /**
   * @param aad where the text belongs; the box opens nowhere else
   * @returns `hp1.<keyId>.<base64url of nonce, ciphertext and tag>`
   */
  seal(plaintext: string, aad: string): string;
  /** @throws SealBroken when the box was changed, moved, or sealed by a key that is not here */
  open(box: string, aad: string): string;
  /**
   * A key of its own for one purpose, from the key that seals now (HKDF-SHA256, RFC 5869): the same for as long as that is the first key.
   * @param purpose a fixed word of the product, never of a user
   * @returns 32 bytes
   */
  deriveKey(purpose: string): Buffer;
};

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
/** Derived keys kept for opening; each process that ever sealed used one per start. */
const DERIVED_KEYS_MAX = 256;

/**
 * Opens the master key. Several keys may be given, one per line: the first one seals, all of them open (rotation).
 * @param file created with 32 random bytes in base64, mode 0600, when absent
 * @param base64 the key itself, for example from a secret store; wins over `file`
 * @throws KeyUnusable
 */
export const openMasterKey = ({ file, base64 }: { file?: string; base64?: string }): MasterKey => {
  const text = base64 ?? (file === undefined ? '' : readOrCreateKeyFile(file, () => `${randomBytes(KEY_BYTES).toString('base64')}\n`));
  const keys = text.split(/\s+/).filter(Boolean).map(keyOf);
  const [current] = keys;
  if (!current) throw new KeyUnusable('there is no master key; give a key file or the key in base64');
  const byId = new Map(keys.map(key => [key.keyId, key]));
  return {
    keyId: current.keyId,
    seal: (plaintext, aad) => `hp1.${current.keyId}.${sealer(current, plaintext, aad)}`,
    open: (box, aad) => {
      const [version, keyId, sealed, ...rest] = box.split('.');
      if (version !== 'hp1' || !keyId || !sealed || rest.length > 0) throw new SealBroken('not_a_box', 'the sealed part has no known form');
      const key = byId.get(keyId);
      if (!key)
        throw new SealBroken('unknown_key', `it was sealed by master key ${keyId}, which is not configured here; add it to the key file`);
      return opener(key, Buffer.from(sealed, 'base64url'), aad);
    },
    deriveKey: purpose => Buffer.from(hkdfSync('sha256', current.bytes, 'holdpoint derived key', purpose, KEY_BYTES)),
  };
};

type Key = { keyId: string; bytes: Buffer; seals: Seals | null; derived: Map<string, KeyObject> };

/** What a key seals with from its first seal on. `nonce` is the last one used; `iv` is its second half, in the same memory. */
type Seals = { derived: KeyObject; nonce: Buffer; iv: Buffer; count: number };

const keyOf = (encoded: string): Key => {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw new KeyUnusable(`a master key is ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 32`);
  const keyId = createHash('sha256').update('holdpoint master key').update(bytes).digest('hex').slice(0, 8);
  return { keyId, bytes, seals: null, derived: new Map() };
};

/** The nonce's first half is random per process start, the second counts: unique without a random byte per seal. */
const beginSeals = (key: Key): Seals => {
  const nonce = Buffer.concat([randomBytes(NONCE_BYTES / 2), Buffer.alloc(NONCE_BYTES / 2)]);
  return { derived: derivedFor(key, nonce.subarray(0, 12)), nonce, iv: nonce.subarray(12), count: 0 };
};

/**
 * XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with a 24-byte nonce, whose first half picks a derived key. Plain AES-256-GCM with
 * random nonces may seal 2^32 texts under one key (NIST SP 800-38D §8.3), which a busy gate reaches in days.
 */
export const xaesSeal = (key: Buffer, nonce: Buffer, plaintext: Buffer | string, aad: string): Buffer =>
  Buffer.concat(encrypt(derivedKey(key, nonce.subarray(0, 12)), nonce.subarray(12), plaintext, aad));

/** As a key object: a cipher made from plain bytes would import them anew for each seal, several times its cost. */
const derivedKey = (key: Buffer, prefix: Buffer): KeyObject => {
  const ecb = (block: Buffer) => createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block);
  // CMAC subkey K1: L doubled in GF(2^128) (NIST SP 800-38B §6.1).
  const l = ecb(Buffer.alloc(16));
  const doubled = ((BigInt(`0x${l.toString('hex')}`) << 1n) & ((1n << 128n) - 1n)) ^ (l[0]! & 0x80 ? 0x87n : 0n);
  const k1 = Buffer.from(doubled.toString(16).padStart(32, '0'), 'hex');
  const half = (index: number) => {
    const block = Buffer.concat([Buffer.from([0, index, 0x58, 0]), prefix]);
    for (let i = 0; i < 16; i++) block[i]! ^= k1[i]!;
    return ecb(block);
  };
  return createSecretKey(Buffer.concat([half(1), half(2)]));
};

const sealer = (key: Key, plaintext: string, aad: string): string => {
  const seals = (key.seals ??= beginSeals(key));
  seals.count += 1;
  seals.iv.writeUInt32BE(Math.floor(seals.count / 2 ** 32), 4);
  seals.iv.writeUInt32BE(seals.count % 2 ** 32, 8);
  const [text, tag] = encrypt(seals.derived, seals.iv, plaintext, aad);
  return Buffer.concat([seals.nonce, text, tag]).toString('base64url');
};

const opener = (key: Key, sealed: Buffer, aad: string): string => {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('not_a_box', 'the sealed part is too short');
  const iv = sealed.subarray(12, NONCE_BYTES);
  const opened = decrypt(derivedFor(key, sealed.subarray(0, 12)), iv, sealed.subarray(NONCE_BYTES), aad);
  if (opened === null) throw new SealBroken('tampered', 'the sealed part was changed, or belongs to another place');
  return opened;
};

const derivedFor = (key: Key, prefix: Buffer): KeyObject => {
  const name = prefix.toString('latin1');
  const known = key.derived.get(name);
  if (known) return known;
  if (key.derived.size >= DERIVED_KEYS_MAX) key.derived.delete(key.derived.keys().next().value!);
  const derived = derivedKey(key.bytes, prefix);
  key.derived.set(name, derived);
  return derived;
};
