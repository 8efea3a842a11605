import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Copies the log into a new file, complete and consistent, while the store is in use. A backup is a whole store: put it into
 * a data folder as `event-store.db` and start.
 * @throws when the target exists (a backup is never overwritten) or the disk does not take it.
 */
export const backUp = async (file: string, target: string): Promise<{ bytes: number; endPosition: number }> => {
  if (existsSync(target)) throw new Error(`${target} exists already. Name a new file: a backup is never overwritten.`);
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    db.prepare('VACUUM INTO ?').run(target);
  } finally {
    db.close();
  }
  const copy = new DatabaseSync(target, { readOnly: true });
  try {
    const endPosition = Number(copy.prepare('SELECT coalesce(max(position), 0) AS position FROM events').get()?.['position']);
    return { bytes: statSync(target).size, endPosition };
  } finally {
    copy.close();
  }
};
