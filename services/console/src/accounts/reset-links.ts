import type { AccountDb } from './account-tables.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

/** How long a link sets a new password, seconds. */
export const RESET_LINK_SEC = 1_800;

export type ResetLinks = {
  /** Makes a link's token; an earlier one of the same person no longer works. */
  make(operatorId: string): Promise<string>;
  /** Whose link this is, which goes on working. Null as below. */
  look(token: string): Promise<string | null>;
  /** Whose link this is, and ends it: it works once. Null for one that is unknown, used or too old. */
  take(token: string): Promise<string | null>;
};

/** Links with which a forgotten password is replaced. @param now RFC 3339 instant. */
export const openResetLinks = (db: AccountDb, now: () => string): ResetLinks => ({
  make: async operatorId => {
    const token = newSecretToken();
    const expiresAt = new Date(Date.parse(now()) + RESET_LINK_SEC * 1_000).toISOString();
    await db.transaction().execute(async tx => {
      await tx
        .deleteFrom('reset_links')
        .where(eb => eb.or([eb('operator_id', '=', operatorId), eb('expires_at', '<', now())]))
        .execute();
      await tx
        .insertInto('reset_links')
        .values({ token_hash: hashOfToken(token), operator_id: operatorId, expires_at: expiresAt })
        .execute();
    });
    return token;
  },
  look: async token => {
    const found = await db.selectFrom('reset_links').selectAll().where('token_hash', '=', hashOfToken(token)).executeTakeFirst();
    return found !== undefined && found.expires_at > now() ? found.operator_id : null;
  },
  take: async token => {
    const taken = await db.deleteFrom('reset_links').where('token_hash', '=', hashOfToken(token)).returningAll().executeTakeFirst();
    return taken !== undefined && taken.expires_at > now() ? taken.operator_id : null;
  },
});
