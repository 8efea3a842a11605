import type { AccountDb } from './account-tables.ts';

export type Identity = { issuer: string; subject: string; operatorId: string; linkedAt: string };
export type Identities = {
  /** The member that an account of a provider belongs to, by issuer and subject (OWASP ASVS 5.0.0, 6.8.1). */
  operatorOf(issuer: string, subject: string): Promise<string | null>;
  /** Links an account to a member. @returns false when the account, or the member at this issuer, is linked already */
  link(identity: Pick<Identity, 'issuer' | 'subject' | 'operatorId'>): Promise<boolean>;
  list(operatorId: string): Promise<Identity[]>;
  unlink(operatorId: string): Promise<void>;
};

/** Which accounts of identity providers are whose. @param now RFC 3339 instant. */
export const openIdentities = (db: AccountDb, now: () => string): Identities => ({
  operatorOf: async (issuer, subject) =>
    (await db.selectFrom('identities').select('operator_id').where('issuer', '=', issuer).where('subject', '=', subject).executeTakeFirst())
      ?.operator_id ?? null,
  link: ({ issuer, subject, operatorId }) =>
    db.transaction().execute(async tx => {
      const own = tx.selectFrom('identities').select('subject').where('issuer', '=', issuer);
      if ((await own.where('operator_id', '=', operatorId).executeTakeFirst()) !== undefined) return false;
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('identities')
        .values({ issuer, subject, operator_id: operatorId, linked_at: now() })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    }),
  list: async operatorId => {
    const rows = await db.selectFrom('identities').selectAll().where('operator_id', '=', operatorId).execute();
    return rows.map(row => ({ issuer: row.issuer, subject: row.subject, operatorId: row.operator_id, linkedAt: row.linked_at }));
  },
  unlink: async operatorId => void (await db.deleteFrom('identities').where('operator_id', '=', operatorId).execute()),
});
