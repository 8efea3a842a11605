import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './open-database.ts';

/** What the thread is started with. */
export type WriterData = { path: string };
/** One transaction: statements in order, each with the parameters of every time it is run. */
export type Batch = { sql: string; runs: SQLInputValue[][] }[];
/** The answer to a batch: why it was not committed, or null. */
export type Written = { failure: string | null };

/** Statements kept; a projection has a few dozen. */
const STATEMENTS_MAX = 256;
/** Rows of this table go only when what they say is erased. */
const ERASES = 'delete from "approvals"';

/** Writes one batch at a time, each as one transaction, until it is told to close. */
const run = (): void => {
  const port = parentPort;
  if (port === null) throw new Error('the writer runs only as a worker thread');
  const database = openDatabase((workerData as WriterData).path, { synchronous: 'NORMAL' });
  const write = openWriter(database);
  port.on('message', (batch: Batch | 'close') => {
    if (batch !== 'close') return port.postMessage({ failure: write(batch) } satisfies Written);
    database.close();
    port.close();
  });
};

const openWriter = (database: DatabaseSync): ((batch: Batch) => string | null) => {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    if (statements.size >= STATEMENTS_MAX) statements.clear();
    statements.set(sql, statement);
    return statement;
  };
  return batch => {
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { sql, runs } of batch) {
        const statement = prepared(sql);
        for (const parameters of runs) statement.run(...parameters);
      }
      database.exec('COMMIT');
      // The write-ahead log has pages as they were before. A reader in between puts the end of it off to the next time.
      if (batch.some(({ sql }) => sql.startsWith(ERASES))) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return null;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      return error instanceof Error ? error.message : String(error);
    }
  };
};

run();
