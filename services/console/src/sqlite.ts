import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteStatement } from 'kysely';
import { openDatabase, type Durability } from './open-database.ts';

/** Prepared statements kept per database. The console has fewer than a hundred distinct texts; inbox filters make a few dozen. */
const STATEMENTS_MAX = 256;

/**
 * Opens a SQLite file under Kysely. Nothing outside this file and `write-behind.ts` knows that the database is SQLite.
 * @param path file to open or create.
 * @param durability what a commit must survive.
 */
export const openSqlite = <Tables>(path: string, durability: Durability): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new SqliteDialect({ database: preparedOnce(openDatabase(path, durability)) }) });

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
