import type { Kysely, Transaction } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** One built set of tables. */
export type TableSet = {
  /** A page never waits for a batch that is being written. */
  read: Kysely<ReadModelTables>;
  /** Takes transactions; what a query within one sees of it depends on the database. */
  write: Kysely<ReadModelTables>;
  /**
   * Where several consoles may write the same tables: makes the others wait until the transaction is over.
   * @returns the checkpoint as it is stored now; null before the first
   */
  claim?(tx: Transaction<ReadModelTables>): Promise<string | null>;
  close(): Promise<void>;
};

/** How sets of tables are kept: the newest complete one, at times one that is being built beside it, and one that is still being read. */
export type TableStore = {
  /** The newest complete set, an empty one where there is none. Sets of another schema generation, and half built ones, are removed. */
  open(): Promise<TableSet>;
  /** An empty set beside it, in place of one whose building was cut short. */
  build(): Promise<TableSet>;
  /** Closes the built set, makes it the newest complete one, and opens it. */
  promote(built: TableSet): Promise<TableSet>;
  /** Removes what is older than the newest complete set and closed by now. */
  removeOld(): Promise<void>;
  close(): Promise<void>;
};
