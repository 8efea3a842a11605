import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openSqlite } from '../sqlite.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** How long a session lives: without use, and in all (OWASP ASVS 5.0.0, 7.3.1 and 7.3.2). */
export const SESSION_SEC = { idle: 1_800, absolute: 43_200 } as const;
/** `last_used_at` is written at most this often per session: a poll every second must not be a write every second. */
const TOUCH_EVERY_MS = 60_000;
/** Sessions of one account; the oldest ends when another begins. */
const SESSIONS_PER_ACCOUNT_MAX = 20;
const TOKEN_BYTES = 32;

type AccountRow = { operator_id: string; email: string; password_hash: string; created_at: string };
type SessionRow = { token_hash: string; operator_id: string; created_at: string; last_used_at: string };
type AccountTables = { accounts: AccountRow; sessions: SessionRow };

export type Accounts = {
  /** Adds the account or, when the operator has one, gives it this password and ends its sessions. */
  setPassword(account: { operatorId: string; email: string; password: string }): Promise<void>;
  has(operatorId: string): Promise<boolean>;
  /** The operator whose email and password these are, or null. Takes the same time for both. @throws PasswordsBusy */
  check(email: string, password: string): Promise<string | null>;
  /** Begins a session. @returns its token: 256 random bits, kept here only as a hash. */
  begin(operatorId: string): Promise<string>;
  /** The operator of a live session, or null. */
  operatorOf(token: string, options: { countsAsUse: boolean }): Promise<string | null>;
  end(token: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Credentials and sessions, in `<dataDir>/accounts.sqlite`. They are the one thing that is not in the log: a password hash must be
 * deletable. Who may do what is in the log alone; here stands only how somebody proves to be an operator.
 * @param now RFC 3339 instant.
 */
export const openAccounts = async (dataDir: string, now: () => string): Promise<Accounts> => {
  const db = openSqlite<AccountTables>(join(dataDir, 'accounts.sqlite'), { synchronous: 'FULL' });
  await createTables(db);
  const endBefore = (token: string, nowMs: number) => ({
    token_hash: hashOf(token),
    created_at: new Date(nowMs - SESSION_SEC.absolute * 1_000).toISOString(),
    last_used_at: new Date(nowMs - SESSION_SEC.idle * 1_000).toISOString(),
  });

  return {
    setPassword: async ({ operatorId, email, password }) => {
      const row = { operator_id: operatorId, email: email.toLowerCase(), password_hash: await hashPassword(password), created_at: now() };
      await db.transaction().execute(async tx => {
        await tx.deleteFrom('sessions').where('operator_id', '=', operatorId).execute();
        await tx.deleteFrom('accounts').where('operator_id', '=', operatorId).execute();
        await tx.insertInto('accounts').values(row).execute();
      });
    },
    has: async operatorId =>
      (await db.selectFrom('accounts').select('operator_id').where('operator_id', '=', operatorId).executeTakeFirst()) !== undefined,
    check: async (email, password) => {
      const account = await db.selectFrom('accounts').selectAll().where('email', '=', email.toLowerCase()).executeTakeFirst();
      const right = await verifyPassword(password, account?.password_hash ?? null);
      return right && account ? account.operator_id : null;
    },
    begin: async operatorId => {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const at = now();
      await db
        .insertInto('sessions')
        .values({ token_hash: hashOf(token), operator_id: operatorId, created_at: at, last_used_at: at })
        .execute();
      const surplus = await db
        .selectFrom('sessions')
        .select('token_hash')
        .where('operator_id', '=', operatorId)
        .orderBy('created_at', 'desc')
        .offset(SESSIONS_PER_ACCOUNT_MAX)
        .limit(SESSIONS_PER_ACCOUNT_MAX)
        .execute();
      if (surplus.length > 0)
        await db
          .deleteFrom('sessions')
          .where(
            'token_hash',
            'in',
            surplus.map(row => row.token_hash),
          )
          .execute();
      return token;
    },
    operatorOf: async (token, { countsAsUse }) => {
      const nowMs = Date.parse(now());
      const limits = endBefore(token, nowMs);
      const session = await db.selectFrom('sessions').selectAll().where('token_hash', '=', limits.token_hash).executeTakeFirst();
      if (!session) return null;
      if (session.created_at <= limits.created_at || session.last_used_at <= limits.last_used_at) {
        await db.deleteFrom('sessions').where('token_hash', '=', limits.token_hash).execute();
        return null;
      }
      if (countsAsUse && nowMs - Date.parse(session.last_used_at) > TOUCH_EVERY_MS) {
        await db.updateTable('sessions').set({ last_used_at: now() }).where('token_hash', '=', limits.token_hash).execute();
      }
      return session.operator_id;
    },
    end: async token => {
      await db.deleteFrom('sessions').where('token_hash', '=', hashOf(token)).execute();
    },
    close: () => db.destroy(),
  };
};

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const createTables = async (db: ReturnType<typeof openSqlite<AccountTables>>): Promise<void> => {
  await db.schema
    .createTable('accounts')
    .ifNotExists()
    .addColumn('operator_id', 'text', column => column.primaryKey())
    .addColumn('email', 'text', column => column.notNull().unique())
    .addColumn('password_hash', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .execute();
  await db.schema
    .createTable('sessions')
    .ifNotExists()
    .addColumn('token_hash', 'text', column => column.primaryKey())
    .addColumn('operator_id', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('last_used_at', 'text', column => column.notNull())
    .execute();
  await db.schema.createIndex('sessions_of').ifNotExists().on('sessions').columns(['operator_id', 'created_at']).execute();
};
