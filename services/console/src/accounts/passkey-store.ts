import { newId } from '@holdpoint/sealing';
import type { AccountDb, PasskeyRow } from './account-tables.ts';

export type Passkey = {
  passkeyId: string;
  operatorId: string;
  /** Base64url. */
  credentialId: string;
  publicKey: Uint8Array<ArrayBuffer>;
  /** Signatures the authenticator has counted; 0 for those that do not count. */
  counter: number;
  transports: string[];
  name: string;
  backedUp: boolean;
  createdAt: string;
  lastUsedAt: string | null;
};
export type NewPasskey = Omit<Passkey, 'passkeyId' | 'createdAt' | 'lastUsedAt'>;

export type PasskeyStore = {
  list(operatorId: string): Promise<Passkey[]>;
  find(credentialId: string): Promise<Passkey | null>;
  /** @returns its id; null when the credential is known already */
  add(passkey: NewPasskey): Promise<string | null>;
  /**
   * Notes that it was used. Of two uses that claim the same count one fails, so a copied authenticator is found out.
   * @returns false when the count is no longer what it was
   */
  use(passkey: Passkey, counter: number): Promise<boolean>;
  /** @returns whether there was one */
  remove(operatorId: string, passkeyId: string): Promise<boolean>;
};

/** Public halves of people's passkeys. @param now RFC 3339 instant. */
export const openPasskeyStore = (db: AccountDb, now: () => string): PasskeyStore => ({
  list: async operatorId => {
    const rows = await db.selectFrom('passkeys').selectAll().where('operator_id', '=', operatorId).orderBy('created_at').execute();
    return rows.map(passkeyOf);
  },
  find: async credentialId => {
    const row = await db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
    return row === undefined ? null : passkeyOf(row);
  },
  add: async passkey => {
    const row: PasskeyRow = {
      passkey_id: newId('psk'),
      operator_id: passkey.operatorId,
      credential_id: passkey.credentialId,
      public_key: Buffer.from(passkey.publicKey).toString('base64url'),
      counter: passkey.counter,
      transports: passkey.transports.join(','),
      name: passkey.name,
      backed_up: passkey.backedUp ? 1 : 0,
      created_at: now(),
      last_used_at: null,
    };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('passkeys')
      .values(row)
      .onConflict(conflict => conflict.column('credential_id').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n ? row.passkey_id : null;
  },
  use: async ({ passkeyId, counter: before }, counter) => {
    const { numUpdatedRows } = await db
      .updateTable('passkeys')
      .set({ counter, last_used_at: now() })
      .where('passkey_id', '=', passkeyId)
      .where('counter', '=', before)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },
  remove: async (operatorId, passkeyId) => {
    const { numDeletedRows } = await db
      .deleteFrom('passkeys')
      .where('operator_id', '=', operatorId)
      .where('passkey_id', '=', passkeyId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
});

const passkeyOf = (row: PasskeyRow): Passkey => ({
  passkeyId: row.passkey_id,
  operatorId: row.operator_id,
  credentialId: row.credential_id,
  publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64url')),
  counter: row.counter,
  transports: row.transports === '' ? [] : row.transports.split(','),
  name: row.name,
  backedUp: row.backed_up === 1,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});
