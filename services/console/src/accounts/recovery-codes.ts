import { createHmac, randomBytes } from 'node:crypto';

/** Codes given out at a time, each good once. */
export const RECOVERY_CODES = 10;
const CODE_BYTES = 10;
/** Crockford's alphabet: nothing that looks like something else. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten codes of 80 random bits, `xxxx-xxxx-xxxx-xxxx`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () => {
    let bits = '';
    for (const byte of randomBytes(CODE_BYTES)) bits += byte.toString(2).padStart(8, '0');
    const characters = (bits.match(/.{5}/g) ?? []).map(five => ALPHABET[Number.parseInt(five, 2)]).join('');
    return (characters.match(/.{4}/g) ?? []).join('-');
  });

/**
 * What is stored of a code: 80 random bits need no slow hash, and the installation's key makes a stolen table useless by itself. Typed in
 * capitals, or without dashes, it is the same code.
 */
export const hashOfRecoveryCode = (key: Buffer, operatorId: string, code: string): string =>
  createHmac('sha256', key)
    .update(`${operatorId}\n${code.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')}`)
    .digest('hex');
