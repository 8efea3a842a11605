import { type Kysely, sql } from 'kysely';

type AccountRow = { operator_id: string; email: string; password_hash: string; created_at: string };
export type SessionRow = {
  token_hash: string;
  operator_id: string;
  created_at: string;
  last_used_at: string;
  method: string;
  /** 1 where two factors were shown. */
  two_factors: number;
  device: string;
};
export type PasskeyRow = {
  passkey_id: string;
  operator_id: string;
  /** Base64url, as the browser sends it. */
  credential_id: string;
  public_key: string;
  counter: number;
  /** Names joined by commas. */
  transports: string;
  name: string;
  backed_up: number;
  created_at: string;
  last_used_at: string | null;
};
/** `confirmed_at` is null until the first code was shown; `last_step` is the newest 30 s step a code was taken for. */
type TotpRow = { operator_id: string; secret: string; confirmed_at: string | null; last_step: number };
type RecoveryCodeRow = { operator_id: string; code_hash: string };
type ResetLinkRow = { token_hash: string; operator_id: string; expires_at: string };
type IdentityRow = { issuer: string; subject: string; operator_id: string; linked_at: string };

export type AccountTables = {
  accounts: AccountRow;
  sessions: SessionRow;
  passkeys: PasskeyRow;
  totp: TotpRow;
  recovery_codes: RecoveryCodeRow;
  reset_links: ResetLinkRow;
  identities: IdentityRow;
};
export type AccountDb = Kysely<AccountTables>;

const TABLES: Readonly<Record<keyof AccountTables, string>> = {
  accounts: 'operator_id text primary key, email text not null unique, password_hash text not null, created_at text not null',
  sessions: 'token_hash text primary key, operator_id text not null, created_at text not null, last_used_at text not null',
  passkeys:
    'passkey_id text primary key, operator_id text not null, credential_id text not null unique, public_key text not null, ' +
    'counter integer not null, transports text not null, name text not null, backed_up integer not null, created_at text not null, last_used_at text',
  totp: 'operator_id text primary key, secret text not null, confirmed_at text, last_step integer not null',
  recovery_codes: 'operator_id text not null, code_hash text not null, primary key (operator_id, code_hash)',
  reset_links: 'token_hash text primary key, operator_id text not null, expires_at text not null',
  identities:
    'issuer text not null, subject text not null, operator_id text not null, linked_at text not null, primary key (issuer, subject)',
};
/** What sessions have had since version 0.2; those that were begun before say `password`. */
const SESSION_COLUMNS = [
  "method text not null default 'password'",
  'two_factors integer not null default 0',
  "device text not null default ''",
];

/** Makes the tables that are missing, and gives those of an earlier version what they lack. */
export const createAccountTables = async (db: AccountDb): Promise<void> => {
  for (const [name, columns] of Object.entries(TABLES))
    await sql`create table if not exists ${sql.table(name)} (${sql.raw(columns)})`.execute(db);
  const { rows } = await sql<{ name: string }>`select name from pragma_table_info('sessions')`.execute(db);
  const known = new Set(rows.map(({ name }) => name));
  for (const column of SESSION_COLUMNS)
    if (!known.has(column.split(' ', 1)[0] ?? '')) await sql`alter table sessions add column ${sql.raw(column)}`.execute(db);
  await sql`create index if not exists sessions_of on sessions (operator_id, created_at)`.execute(db);
  await sql`create index if not exists passkeys_of on passkeys (operator_id, created_at)`.execute(db);
};
