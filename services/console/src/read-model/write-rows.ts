import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** Rows per statement, largest first. Few sizes, so that each text is compiled once; 64 rows of 38 columns stay far below SQLite's 32 766 parameters. */
const CHUNKS = [64, 16, 4, 1] as const;

type Table = keyof ReadModelTables;
type Row<T extends Table> = ReadModelTables[T];

/**
 * Insert-or-replace by key, many rows per statement. Kysely builds each statement text once per chunk size and the parameters are put
 * in directly: building the query tree for every row costs more than SQLite needs to write it.
 * @param table where to; @param columns in the order the parameters are laid out; @param key the columns of the primary key.
 */
export const rowWriter = <T extends Table>(
  table: T,
  columns: readonly (keyof Row<T> & string)[],
  key: readonly (keyof Row<T> & string)[],
): ((tx: Transaction<ReadModelTables>, rows: readonly Row<T>[]) => Promise<void>) => {
  const compiled = new Map<number, CompiledQuery>();
  const queryFor = (size: number, db: Kysely<ReadModelTables>): CompiledQuery => {
    const known = compiled.get(size);
    if (known) return known;
    const query = compileUpsert(db, table, columns, key, size);
    compiled.set(size, query);
    return query;
  };
  return async (tx, rows) => {
    for (let at = 0; at < rows.length;) {
      const left = rows.length - at;
      const size = CHUNKS.find(chunk => chunk <= left) ?? 1;
      const query = queryFor(size, tx);
      const parameters: unknown[] = [];
      for (const row of rows.slice(at, at + size)) for (const column of columns) parameters.push(row[column]);
      await tx.executeQuery({ ...query, parameters });
      at += size;
    }
  };
};

const compileUpsert = (
  db: Kysely<ReadModelTables>,
  table: Table,
  columns: readonly string[],
  key: readonly string[],
  size: number,
): CompiledQuery => {
  const untyped = db as unknown as Kysely<Record<string, Record<string, unknown>>>;
  const blank = Object.fromEntries(columns.map(column => [column, 0]));
  const updated = columns.filter(column => !key.includes(column));
  return untyped
    .insertInto(table)
    .values(Array.from({ length: size }, () => blank))
    .onConflict(conflict =>
      conflict.columns(key).doUpdateSet(row => Object.fromEntries(updated.map(name => [name, row.ref(`excluded.${name}`)]))),
    )
    .compile();
};
