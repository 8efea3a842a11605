import { DatabaseSync } from 'node:sqlite';

/** How long a statement waits for the other connection's lock, milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
/** Pages (4 KiB) the write-ahead log gathers before they go to the file: one that is written often goes there once. At most 16 MiB on disk. */
const CHECKPOINT_PAGES = 4_000;
/** Page cache of a writing connection, KiB: holds the index pages that every batch touches. */
const CACHE_KIB = 8_192;

export type Durability = {
  /** `FULL` waits for the disk at every commit; `NORMAL` only at a checkpoint, for data that can be rebuilt from the log. */
  synchronous: 'FULL' | 'NORMAL';
  readOnly?: boolean;
};

/**
 * Opens a SQLite file.
 * @param path file to open or create.
 * @param durability what a commit must survive.
 */
export const openDatabase = (path: string, durability: Durability): DatabaseSync => {
  const database = new DatabaseSync(path, { readOnly: durability.readOnly ?? false, timeout: BUSY_TIMEOUT_MS });
  if (!durability.readOnly) {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability.synchronous};`);
    // What was erased must not stay in the space that is given back.
    database.exec('PRAGMA secure_delete = ON;');
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KIB};`);
  }
  database.exec('PRAGMA trusted_schema = OFF;');
  return database;
};
