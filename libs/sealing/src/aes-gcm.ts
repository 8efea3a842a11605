import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const TAG_BYTES = 16;

/** @returns ciphertext and tag; in counter mode all of the text comes with `update`, and `final` adds nothing but the tag */
export const encrypt = (key: KeyObject, iv: Buffer, plaintext: Buffer | string, aad: string): [Buffer, Buffer] => {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(aad));
  const text = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  cipher.final();
  return [text, cipher.getAuthTag()];
};

/**
 * @param sealed ciphertext and tag
 * @returns the text, or null when it was changed, or was sealed under another key, nonce or `aad`
 */
export const decrypt = (key: KeyObject, iv: Buffer, sealed: Buffer, aad: string): string | null => {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    decipher.final();
    return text.toString('utf8');
  } catch {
    return null;
  }
};
