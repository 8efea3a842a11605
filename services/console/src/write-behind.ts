import type { SQLInputValue } from 'node:sqlite';
import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Batch } from './sqlite-writer.worker.ts';
import { openWriterThread } from './writer-thread.ts';

/**
 * A SQLite file whose transactions are written by a thread of its own: their statements are gathered here and go there together at the
 * commit. So a commit and the folding of the write-ahead log, which may wait for the disk, hold up nobody else, and a batch costs one
 * message instead of one per statement. Queries inside a transaction see what was committed before it, none of its own statements.
 * @param read another connection to the same file
 */
export const openWriteBehind = <Tables>(path: string, read: Kysely<Tables>): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => gatheringDriver(path, read as Kysely<unknown>),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });

type Gathering = DatabaseConnection & { begin(): void; take(): Batch };

const gatheringDriver = (path: string, read: Kysely<unknown>): Driver => {
  const thread = openWriterThread(path);
  return {
    init: async () => undefined,
    acquireConnection: async () => gathering(read),
    beginTransaction: async connection => (connection as Gathering).begin(),
    commitTransaction: async connection => thread.write((connection as Gathering).take()),
    rollbackTransaction: async connection => void (connection as Gathering).take(),
    releaseConnection: async () => undefined,
    destroy: () => thread.close(),
  };
};

/** A connection that keeps the statements of its transaction. The same text again, as rows are updated one by one, is kept once. */
const gathering = (read: Kysely<unknown>): Gathering => {
  let batch: Batch | null = null;
  return {
    begin: () => void (batch = []),
    take: () => {
      const taken = batch ?? [];
      batch = null;
      return taken;
    },
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      if (query.query.kind === 'SelectQueryNode') return (await read.executeQuery(query)) as QueryResult<R>;
      if (batch === null) throw new Error('what is written behind has to be written in a transaction');
      const last = batch.at(-1);
      const parameters = query.parameters as SQLInputValue[];
      if (last?.sql === query.sql) last.runs.push(parameters);
      else batch.push({ sql: query.sql, runs: [parameters] });
      return { rows: [] };
    },
    streamQuery: () => {
      throw new Error('what is written behind gives no streams');
    },
  };
};
