import type { DatabaseSync } from 'node:sqlite';

/** How long the writer tries to empty the write-ahead log while it is folded beside it, ms: a fold takes some tens. */
const TRIES_MS = 2_000;
const PAUSE_MS = 2;

/** Folds what can be folded now. What cannot (a reader is in the way, the disk is full) is tried again later by SQLite itself. */
export const foldQuietly = (db: DatabaseSync): void => {
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    return;
  }
};

/**
 * Folds everything and empties the write-ahead log, so that nothing that was erased or rolled back is left in it. A fold under way in another
 * thread ends this at once as busy, without a wait: it is tried again. What still cannot be done is tried again later by SQLite itself.
 */
export const emptyQuietly = (db: DatabaseSync): void => {
  const untilMs = performance.now() + TRIES_MS;
  const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  try {
    const truncate = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
    while ((truncate.get() as { busy: number }).busy !== 0 && performance.now() < untilMs) Atomics.wait(pause, 0, 0, PAUSE_MS);
  } catch {
    return;
  }
};
