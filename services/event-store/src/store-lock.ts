import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process, or another store in this process, has the folder open. */
export class StoreLocked extends Error {
  code = 'STORE_LOCKED';
}

/**
 * Takes the folder for one writer. The lock is an exclusive lock of the operating system on a file of its own (held through
 * SQLite), so it ends with the process, however that dies; a leftover file never blocks a start.
 * @returns a function that gives the folder back.
 * @throws StoreLocked
 */
export const lockStore = (dataDir: string): (() => void) => {
  const holderFile = join(dataDir, 'event-store.pid');
  const lock = new DatabaseSync(join(dataDir, 'event-store.lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new StoreLocked(
      `Another event store (process ${readHolder(holderFile)}) already has ${dataDir} open. Two writers would destroy the log: stop the other one, or choose another data folder.`,
    );
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return () => lock.close();
};

const readHolder = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
};
