import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { AccountDb } from './account-tables.ts';
import { hashOfRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { newTotpSecret, stepOfCode } from './totp.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type SecondFactors = {
  /** Whether a code of an authenticator app is asked for besides the password. */
  hasTotp(operatorId: string): Promise<boolean>;
  /** Makes a secret that counts once a code of it was shown. An unconfirmed one gives way; @returns null when one is in use. */
  beginTotp(operatorId: string): Promise<Buffer | null>;
  /** Takes the first code. @returns recovery codes, shown once; null for a wrong code or nothing begun */
  confirmTotp(operatorId: string, code: string): Promise<string[] | null>;
  /** Whether this is the code of now, not taken before; takes it. */
  takeTotp(operatorId: string, code: string): Promise<boolean>;
  /** Whether this is a recovery code that is left; takes it. @returns how many are left then, or null */
  takeRecoveryCode(operatorId: string, code: string): Promise<number | null>;
  newRecoveryCodes(operatorId: string): Promise<string[]>;
  recoveryCodesLeft(operatorId: string): Promise<number>;
  removeTotp(operatorId: string): Promise<void>;
};

/**
 * Second factors, sealed by a key of the installation: a copied file alone makes no codes.
 * @param key 32 bytes
 */
export const openSecondFactors = (db: AccountDb, now: () => string, key: Buffer): SecondFactors => {
  const row = (operatorId: string) => db.selectFrom('totp').selectAll().where('operator_id', '=', operatorId).executeTakeFirst();
  const codeKey = createHmac('sha256', key).update('recovery codes').digest();
  const left = async (operatorId: string): Promise<number> =>
    (await db.selectFrom('recovery_codes').select('code_hash').where('operator_id', '=', operatorId).execute()).length;
  /** Moves `last_step` on, where nobody did in the meantime: the same code twice at once is taken once. */
  const take = async (operatorId: string, code: string, change: { confirmed_at?: string }): Promise<boolean> => {
    const known = await row(operatorId);
    if (known === undefined) return false;
    const secret = unseal(key, operatorId, known.secret);
    const step = secret === null ? null : stepOfCode(secret, code, Date.parse(now()), known.last_step);
    if (step === null) return false;
    const { numUpdatedRows } = await db
      .updateTable('totp')
      .set({ last_step: step, ...change })
      .where('operator_id', '=', operatorId)
      .where('last_step', '=', known.last_step)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  };
  const renew = async (operatorId: string): Promise<string[]> => {
    const codes = newRecoveryCodes();
    const rows = codes.map(code => ({ operator_id: operatorId, code_hash: hashOfRecoveryCode(codeKey, operatorId, code) }));
    await db.transaction().execute(async tx => {
      await tx.deleteFrom('recovery_codes').where('operator_id', '=', operatorId).execute();
      await tx.insertInto('recovery_codes').values(rows).execute();
    });
    return codes;
  };

  return {
    hasTotp: async operatorId => ((await row(operatorId))?.confirmed_at ?? null) !== null,
    beginTotp: async operatorId => {
      const known = await row(operatorId);
      if (known !== undefined && known.confirmed_at !== null) return null;
      const secret = newTotpSecret();
      await db.transaction().execute(async tx => {
        await tx.deleteFrom('totp').where('operator_id', '=', operatorId).execute();
        await tx
          .insertInto('totp')
          .values({ operator_id: operatorId, secret: seal(key, operatorId, secret), confirmed_at: null, last_step: -1 })
          .execute();
      });
      return secret;
    },
    confirmTotp: async (operatorId, code) => {
      const known = await row(operatorId);
      if (known === undefined || known.confirmed_at !== null || !(await take(operatorId, code, { confirmed_at: now() }))) return null;
      return renew(operatorId);
    },
    takeTotp: async (operatorId, code) => {
      const known = await row(operatorId);
      return known !== undefined && known.confirmed_at !== null && (await take(operatorId, code, {}));
    },
    takeRecoveryCode: async (operatorId, code) => {
      const { numDeletedRows } = await db
        .deleteFrom('recovery_codes')
        .where('operator_id', '=', operatorId)
        .where('code_hash', '=', hashOfRecoveryCode(codeKey, operatorId, code))
        .executeTakeFirst();
      return numDeletedRows === 1n ? left(operatorId) : null;
    },
    newRecoveryCodes: renew,
    recoveryCodesLeft: left,
    removeTotp: async operatorId => {
      await db.deleteFrom('totp').where('operator_id', '=', operatorId).execute();
      await db.deleteFrom('recovery_codes').where('operator_id', '=', operatorId).execute();
    },
  };
};

const seal = (key: Buffer, operatorId: string, secret: Buffer): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(operatorId));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url');
};

/** Null where the key is another one now: then no code fits, and a recovery code or an administrator helps. */
const unseal = (key: Buffer, operatorId: string, box: string): Buffer | null => {
  const bytes = Buffer.from(box, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(operatorId)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
};
