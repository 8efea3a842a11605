import type { AccountDb, SessionRow } from './account-tables.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

/** How long a session lives: without use, and in all (OWASP ASVS 5.0.0, 7.3.1 and 7.3.2). */
export const SESSION_SEC = { idle: 1_800, absolute: 43_200 } as const;
/** `last_used_at` is written at most this often per session: a poll every second must not be a write every second. */
const TOUCH_EVERY_MS = 60_000;
/** Sessions of one account; the oldest ends when another begins. */
const SESSIONS_PER_ACCOUNT_MAX = 20;
/** Characters of a session's id: part of its hash, which says nothing about its token. */
const ID_CHARS = 16;
const DEVICE_CHARS_MAX = 80;

/** How somebody signed in. */
export type Begun = { method: string; twoFactors: boolean; device: string };
export type Session = Begun & { id: string; operatorId: string; createdAt: string; lastUsedAt: string };

export type Sessions = {
  /** Begins a session. @returns its token: 256 random bits, kept here only as a hash. */
  begin(operatorId: string, how?: Begun): Promise<string>;
  /** The live session of a token, or null. */
  of(token: string, options: { countsAsUse: boolean }): Promise<Session | null>;
  /** Live sessions of a person, newest first. */
  list(operatorId: string): Promise<Session[]>;
  end(token: string): Promise<void>;
  /** Ends one by its id. @returns whether there was one */
  endOne(operatorId: string, id: string): Promise<boolean>;
  /** Ends all of a person's, but the one of `exceptToken`. */
  endAll(operatorId: string, exceptToken?: string): Promise<void>;
};

const UNKNOWN: Begun = { method: 'password', twoFactors: false, device: '' };

/** Sessions of the accounts. @param now RFC 3339 instant. */
export const openSessions = (db: AccountDb, now: () => string): Sessions => {
  const limits = () => {
    const nowMs = Date.parse(now());
    const before = (seconds: number) => new Date(nowMs - seconds * 1_000).toISOString();
    return { created: before(SESSION_SEC.absolute), used: before(SESSION_SEC.idle), nowMs };
  };
  const endHash = (hash: string) => db.deleteFrom('sessions').where('token_hash', '=', hash).execute();

  return {
    begin: async (operatorId, how = UNKNOWN) => {
      const token = newSecretToken();
      const at = now();
      const { method, twoFactors, device } = how;
      const row: SessionRow = {
        token_hash: hashOfToken(token),
        operator_id: operatorId,
        created_at: at,
        last_used_at: at,
        method,
        two_factors: twoFactors ? 1 : 0,
        device: device.slice(0, DEVICE_CHARS_MAX),
      };
      await db.insertInto('sessions').values(row).execute();
      const surplus = await db
        .selectFrom('sessions')
        .select('token_hash')
        .where('operator_id', '=', operatorId)
        .orderBy('created_at', 'desc')
        .offset(SESSIONS_PER_ACCOUNT_MAX)
        .limit(SESSIONS_PER_ACCOUNT_MAX)
        .execute();
      for (const { token_hash } of surplus) await endHash(token_hash);
      return token;
    },
    of: async (token, { countsAsUse }) => {
      const hash = hashOfToken(token);
      const row = await db.selectFrom('sessions').selectAll().where('token_hash', '=', hash).executeTakeFirst();
      if (!row) return null;
      const { created, used, nowMs } = limits();
      if (row.created_at <= created || row.last_used_at <= used) {
        await endHash(hash);
        return null;
      }
      if (countsAsUse && nowMs - Date.parse(row.last_used_at) > TOUCH_EVERY_MS)
        await db.updateTable('sessions').set({ last_used_at: now() }).where('token_hash', '=', hash).execute();
      return sessionOf(row);
    },
    list: async operatorId => {
      const { created, used } = limits();
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('operator_id', '=', operatorId)
        .where('created_at', '>', created)
        .where('last_used_at', '>', used)
        .orderBy('created_at', 'desc')
        .execute();
      return rows.map(sessionOf);
    },
    end: async token => void (await endHash(hashOfToken(token))),
    endOne: async (operatorId, id) => {
      const rows = await db.selectFrom('sessions').select('token_hash').where('operator_id', '=', operatorId).execute();
      const found = rows.find(({ token_hash }) => token_hash.slice(0, ID_CHARS) === id);
      if (found) await endHash(found.token_hash);
      return found !== undefined;
    },
    endAll: async (operatorId, exceptToken) => {
      const kept = exceptToken === undefined ? '' : hashOfToken(exceptToken);
      await db.deleteFrom('sessions').where('operator_id', '=', operatorId).where('token_hash', '<>', kept).execute();
    },
  };
};

const sessionOf = (row: SessionRow): Session => ({
  id: row.token_hash.slice(0, ID_CHARS),
  operatorId: row.operator_id,
  method: row.method,
  twoFactors: row.two_factors === 1,
  device: row.device,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});
