import { PostgresAdapter, type CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { breathe } from './breathe.ts';
import type { ReadModelTables } from './schema.ts';

/** Rows per insert statement, largest first. Few sizes, so that each text is compiled once; 64 rows of 40 columns stay far below SQLite's 32 766 parameters. */
const CHUNKS = [64, 16, 4, 1] as const;

type Table = keyof ReadModelTables;
type Row<T extends Table> = ReadModelTables[T];
type Column<T extends Table> = keyof Row<T> & string;
type Tx = Transaction<ReadModelTables>;
type Untyped = Kysely<Record<string, Record<string, unknown>>>;

/**
 * Inserts rows, many per statement; a row whose key is there replaces it. Kysely builds each statement text once per chunk size and
 * the parameters are put in directly: building the query tree for every row costs more than SQLite needs to write it.
 * @param columns in the order the parameters are laid out; @param key the columns of the primary key.
 * @param updated what is set of a row whose key is there: all but the key, where nothing else is said.
 */
export const rowWriter = <T extends Table>(
  table: T,
  columns: readonly Column<T>[],
  key: readonly Column<T>[],
  updated: readonly Column<T>[] = columns.filter(column => !key.includes(column)),
): ((tx: Tx, rows: readonly Row<T>[]) => Promise<void>) => {
  const texts = { sqlite: new Map<number, CompiledQuery>(), postgres: new Map<number, CompiledQuery>() };
  return async (tx, rows) => {
    const compiled = isPostgres(tx) ? texts.postgres : texts.sqlite;
    for (let at = 0; at < rows.length;) {
      const left = rows.length - at;
      const size = CHUNKS.find(chunk => chunk <= left) ?? 1;
      const query = compiled.get(size) ?? compileInsert(tx as unknown as Untyped, table, columns, key, updated, size);
      compiled.set(size, query);
      const parameters: unknown[] = [];
      for (const row of rows.slice(at, at + size)) for (const column of columns) parameters.push(row[column]);
      await tx.executeQuery({ ...query, parameters });
      await breathe();
      at += size;
    }
  };
};

/** Each database has statements of its own form. */
const isPostgres = (tx: Tx): boolean => tx.getExecutor().adapter instanceof PostgresAdapter;

/**
 * Updates rows by key, setting only the given columns: in SQLite a column that is set costs its indexes even when its value stays, so what
 * never changes, or rarely, is left out. One statement each there, where a statement costs nothing but its work; in PostgreSQL each is a
 * message and its answer, so they are written many at once, as inserts of rows that are there.
 * @param all every column of the table
 */
export const rowUpdater = <T extends Table>(
  table: T,
  columns: readonly Column<T>[],
  key: Column<T>,
  all: readonly Column<T>[],
): ((tx: Tx, rows: readonly Row<T>[]) => Promise<void>) => {
  const together = rowWriter(table, all, [key], columns);
  let compiled: CompiledQuery | undefined;
  return async (tx, rows) => {
    if (isPostgres(tx)) return together(tx, rows);
    const query = (compiled ??= compileUpdate(tx as unknown as Untyped, table, columns, key));
    for (const row of rows) {
      await tx.executeQuery({ ...query, parameters: [...columns.map(column => row[column]), row[key]] });
      await breathe();
    }
  };
};

const compileUpdate = (db: Untyped, table: Table, columns: readonly string[], key: string): CompiledQuery =>
  db.updateTable(table).set(blank(columns)).where(key, '=', 0).compile();

const compileInsert = (
  db: Untyped,
  table: Table,
  columns: readonly string[],
  key: readonly string[],
  updated: readonly string[],
  size: number,
): CompiledQuery =>
  db
    .insertInto(table)
    .values(Array.from({ length: size }, () => blank(columns)))
    .onConflict(conflict =>
      conflict.columns(key).doUpdateSet(row => Object.fromEntries(updated.map(name => [name, row.ref(`excluded.${name}`)]))),
    )
    .compile();

const blank = (columns: readonly string[]): Record<string, number> => Object.fromEntries(columns.map(column => [column, 0]));
