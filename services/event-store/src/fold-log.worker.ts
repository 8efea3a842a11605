import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { BUSY_TIMEOUT_MS } from './limits.ts';

/** What the thread is started with. */
export type FolderData = { file: string };

/**
 * Folds the write-ahead log into the file each time it is asked to. PASSIVE: it waits for nobody and nobody waits for it; what is written
 * meanwhile stays for the next time. What cannot be folded now (a backup reads, the disk is full) is tried again by the writer itself.
 */
const run = (): void => {
  const port = parentPort;
  if (port === null) throw new Error('the log is folded only in a worker thread');
  const db = new DatabaseSync((workerData as FolderData).file, { timeout: BUSY_TIMEOUT_MS });
  db.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;');
  port.on('message', (asked: 'fold' | 'close') => {
    if (asked === 'close') {
      db.close();
      return port.close();
    }
    fold(db);
    port.postMessage('folded');
  });
};

const fold = (db: DatabaseSync): void => {
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    return;
  }
};

run();
