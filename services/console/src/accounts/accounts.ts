import { join } from 'node:path';
import { openSqlite } from '../sqlite.ts';
import { createAccountTables, type AccountTables } from './account-tables.ts';
import { openIdentities, type Identities } from './identities.ts';
import { openPasskeyStore, type PasskeyStore } from './passkey-store.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { openResetLinks, type ResetLinks } from './reset-links.ts';
import { openSecondFactors, type SecondFactors } from './second-factors.ts';
import { openSessions, type Sessions } from './sessions.ts';

/** Stands for the hash of an account without a password; no password has it. */
const NO_PASSWORD = '';

export type Accounts = {
  /** Adds the account or, when the operator has one, gives it this password and ends its sessions; factors stay. */
  setPassword(account: { operatorId: string; email: string; password: string }): Promise<void>;
  /** Adds an account that has no password yet. */
  add(account: { operatorId: string; email: string }): Promise<void>;
  /** Lets somebody sign in with another address; links for a new password that went to the old one are over. @returns false when it is another account's */
  setEmail(operatorId: string, email: string): Promise<boolean>;
  has(operatorId: string): Promise<boolean>;
  hasPassword(operatorId: string): Promise<boolean>;
  /** The operator whose email and password these are, or null. Takes the same time for both. @throws PasswordsBusy */
  check(email: string, password: string): Promise<string | null>;
  /** Whether this is the operator's own password. @throws PasswordsBusy */
  isPasswordOf(operatorId: string, password: string): Promise<boolean>;
  /** Forgets everything of somebody who is no longer a member. */
  remove(operatorId: string): Promise<void>;
  sessions: Sessions;
  passkeys: PasskeyStore;
  secondFactors: SecondFactors;
  resetLinks: ResetLinks;
  identities: Identities;
  close(): Promise<void>;
};

/**
 * Credentials and sessions, in `<dataDir>/accounts.sqlite`. They are the one thing that is not in the log: a password hash must be
 * deletable. Who may do what is in the log alone; here stands only how somebody proves to be an operator.
 * @param now RFC 3339 instant.
 * @param key 32 bytes that seal second factors.
 */
export const openAccounts = async (dataDir: string, now: () => string, key: Buffer): Promise<Accounts> => {
  const db = openSqlite<AccountTables>(join(dataDir, 'accounts.sqlite'), { synchronous: 'FULL' });
  await createAccountTables(db);
  const hashOf = async (operatorId: string): Promise<string | null> =>
    (await db.selectFrom('accounts').select('password_hash').where('operator_id', '=', operatorId).executeTakeFirst())?.password_hash ??
    null;
  const put = (operatorId: string, email: string, passwordHash: string) =>
    db.transaction().execute(async tx => {
      await tx.deleteFrom('sessions').where('operator_id', '=', operatorId).execute();
      await tx.deleteFrom('accounts').where('operator_id', '=', operatorId).execute();
      const row = { operator_id: operatorId, email: email.toLowerCase(), password_hash: passwordHash, created_at: now() };
      await tx.insertInto('accounts').values(row).execute();
    });

  return {
    setPassword: async ({ operatorId, email, password }) => put(operatorId, email, await hashPassword(password)),
    add: ({ operatorId, email }) => put(operatorId, email, NO_PASSWORD),
    setEmail: (operatorId, email) =>
      db.transaction().execute(async tx => {
        const holder = await tx.selectFrom('accounts').select('operator_id').where('email', '=', email.toLowerCase()).executeTakeFirst();
        if (holder !== undefined) return holder.operator_id === operatorId;
        await tx.updateTable('accounts').set({ email: email.toLowerCase() }).where('operator_id', '=', operatorId).execute();
        await tx.deleteFrom('reset_links').where('operator_id', '=', operatorId).execute();
        return true;
      }),
    has: async operatorId => (await hashOf(operatorId)) !== null,
    hasPassword: async operatorId => ![null, NO_PASSWORD].includes(await hashOf(operatorId)),
    check: async (email, password) => {
      const account = await db.selectFrom('accounts').selectAll().where('email', '=', email.toLowerCase()).executeTakeFirst();
      const right = await verifyPassword(password, account?.password_hash || null);
      return right && account ? account.operator_id : null;
    },
    isPasswordOf: async (operatorId, password) => verifyPassword(password, (await hashOf(operatorId)) || null),
    remove: operatorId =>
      db.transaction().execute(async tx => {
        for (const table of ['sessions', 'passkeys', 'totp', 'recovery_codes', 'reset_links', 'identities', 'accounts'] as const)
          await tx.deleteFrom(table).where('operator_id', '=', operatorId).execute();
      }),
    sessions: openSessions(db, now),
    passkeys: openPasskeyStore(db, now),
    secondFactors: openSecondFactors(db, now, key),
    resetLinks: openResetLinks(db, now),
    identities: openIdentities(db, now),
    close: () => db.destroy(),
  };
};
