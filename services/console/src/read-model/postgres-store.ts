import { sql, type Kysely } from 'kysely';
import { openPostgres } from '../postgres.ts';
import { createTables, SCHEMA_GENERATION, type ReadModelTables } from './schema.ts';
import type { TableSet, TableStore } from './table-store.ts';

const PREFIX = 'holdpoint_read_';
const BUILDING = '_building';
const NAME = new RegExp(`^${PREFIX}${SCHEMA_GENERATION}_(\\d+)$`);

/**
 * Sets of tables as schemas of a PostgreSQL database, `holdpoint_read_<generation>_<n>`. The user needs to be allowed to create schemas in it.
 * @param url of the database; a secret
 */
export const openPostgresStore = async (url: string): Promise<TableStore> => {
  const admin = await openPostgres<Record<string, never>>(url, 'public');
  let number = 0;
  const nameOf = (of: number) => `${PREFIX}${SCHEMA_GENERATION}_${of}`;
  const ours = async (): Promise<string[]> => {
    const found = await sql<{ name: string }>`select nspname as name from pg_namespace where starts_with(nspname::text, ${PREFIX})`.execute(
      admin,
    );
    return found.rows.map(({ name }) => name);
  };
  const building = () => nameOf(number + 1) + BUILDING;
  const keepOnly = async (kept: readonly string[]) => {
    for (const name of await ours()) if (!kept.includes(name)) await sql`drop schema if exists ${sql.id(name)} cascade`.execute(admin);
  };
  return {
    open: async () => {
      number = Math.max(0, ...(await ours()).map(name => Number(NAME.exec(name)?.[1] ?? 0)));
      await keepOnly([nameOf(number)]);
      return openTables(url, admin, nameOf(number));
    },
    build: async () => {
      await sql`drop schema if exists ${sql.id(building())} cascade`.execute(admin);
      return openTables(url, admin, building());
    },
    promote: async built => {
      await built.close();
      await sql`alter schema ${sql.id(building())} rename to ${sql.id(nameOf(number + 1))}`.execute(admin);
      number += 1;
      return openTables(url, admin, nameOf(number));
    },
    removeOld: () => keepOnly([nameOf(number), building()]),
    close: () => admin.destroy(),
  };
};

const openTables = async (url: string, admin: Kysely<Record<string, never>>, name: string): Promise<TableSet> => {
  await sql`create schema if not exists ${sql.id(name)}`.execute(admin);
  const db = await openPostgres<ReadModelTables>(url, name);
  await db.transaction().execute(createTables);
  return {
    read: db,
    write: db,
    claim: async tx => {
      await sql`lock table checkpoints in share row exclusive mode`.execute(tx);
      return (await tx.selectFrom('checkpoints').select('position').executeTakeFirst())?.position ?? null;
    },
    close: () => db.destroy(),
  };
};
