import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteStatement } from 'kysely';

/** Prepared statements kept per database. The console has fewer than a hundred distinct texts; inbox filters make a few dozen. */
const STATEMENTS_MAX = 256;
/** How long a statement waits for the other connection's lock, milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** Pages (4 KiB) the write-ahead log gathers before they go to the file: one that is written often goes there once. At most 16 MiB on disk. */
const CHECKPOINT_PAGES = 4_000;
/** Page cache of a writing connection, KiB: holds the index pages that every batch touches. */
const CACHE_KIB = 8_192;

type Durability = {
  /** `FULL` waits for the disk at every commit; `NORMAL` only at a checkpoint, for data that can be rebuilt from the log. */
  synchronous: 'FULL' | 'NORMAL';
  readOnly?: boolean;
};

/**
 * Opens a SQLite file under Kysely. Nothing outside this file knows that the database is SQLite.
 * @param path file to open or create.
 * @param durability what a commit must survive.
 */
export const openSqlite = <Tables>(path: string, durability: Durability): Kysely<Tables> => {
  const database = new DatabaseSync(path, { readOnly: durability.readOnly ?? false, timeout: BUSY_TIMEOUT_MS });
  if (!durability.readOnly) {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability.synchronous};`);
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KIB};`);
  }
  database.exec('PRAGMA trusted_schema = OFF;');
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: preparedOnce(database) }) });
};

/** Kysely prepares for every query; SQLite's parser is the larger part of a small query, so statements are kept. */
const preparedOnce = (database: DatabaseSync) => {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => {
      statements.clear();
      database.close();
    },
    prepare: (sql: string): SqliteStatement => {
      const known = statements.get(sql);
      if (known) return known;
      const statement = asKyselyStatement(database.prepare(sql));
      if (statements.size >= STATEMENTS_MAX) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
  };
};

const asKyselyStatement = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: parameters => statement.all(...(parameters as SQLInputValue[])),
  run: parameters => statement.run(...(parameters as SQLInputValue[])),
  iterate: parameters => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
});
