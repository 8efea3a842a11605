import { createSecretKey, randomFillSync } from 'node:crypto';
import { decrypt, encrypt, TAG_BYTES } from './aes-gcm.ts';
import type { Sealer } from './private-part.ts';
import { SealBroken } from './seal-broken.ts';

/** AES-256. */
export const DATA_KEY_BYTES = 32;
/** The nonce that GCM takes as it is (NIST SP 800-38D §8.2.2). A data key seals hundreds of texts at most, of the 2^32 that random ones allow. */
const NONCE_BYTES = 12;
const BOX_HEAD = /^hp2\.(?<keyId>[a-z0-9_]+\.\d+)\./;

/**
 * Seals and opens what is written about one approval: without this key all of it is unreadable for ever. Boxes are
 * `hp2.<keyId>.<base64url of nonce, ciphertext and tag>`.
 * @param bytes {@link DATA_KEY_BYTES} random ones
 * @param keyId where the key is kept, `<block>.<index>`
 */
export const dataKeyOf = (bytes: Buffer, keyId: string): Sealer => {
  const key = createSecretKey(bytes);
  const head = `hp2.${keyId}.`;
  return {
    keyId,
    seal: (plaintext, aad) => {
      const nonce = nextNonce();
      const [text, tag] = encrypt(key, nonce, plaintext, aad);
      return head + Buffer.concat([nonce, text, tag]).toString('base64url');
    },
    open: (box, aad) => {
      if (!box.startsWith(head)) throw new SealBroken('not_a_box', 'the sealed part does not belong to this data key');
      const sealed = Buffer.from(box.slice(head.length), 'base64url');
      if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('not_a_box', 'the sealed part is too short');
      const opened = decrypt(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), aad);
      if (opened === null) throw new SealBroken('tampered', 'the sealed part was changed, or belongs to another place');
      return opened;
    },
  };
};

/** Random bytes are asked for by the page: asking costs more than the bytes. */
const pool = Buffer.alloc(NONCE_BYTES * 256);
let used = pool.length;
const nextNonce = (): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += NONCE_BYTES;
  return pool.subarray(used - NONCE_BYTES, used);
};

/** Id of the data key that sealed a box; null for a box of the master key. */
export const dataKeyIdOf = (box: string): string | null => BOX_HEAD.exec(box)?.groups?.['keyId'] ?? null;
