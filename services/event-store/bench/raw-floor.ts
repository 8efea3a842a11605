import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bodyOf } from './fill-log.ts';

/** What SQLite alone does with the same events: one table with one index, no protocol, no checks. */
export type Floor = { groups: Record<number, number>; readsPerSecond: number };

/**
 * Measures inserts per second for each group size (events per COMMIT, fsync on), then a full scan.
 * @param seconds for each group size.
 */
export const measureFloor = (groupSizes: readonly number[], seconds: number): Floor => {
  const folder = mkdtempSync(join(tmpdir(), 'event-store-floor-'));
  const db = new DatabaseSync(join(folder, 'floor.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384');
  db.exec(
    'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, type TEXT, id TEXT, data BLOB)',
  );
  db.exec('CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)');
  const insert = db.prepare('INSERT INTO events (stream, revision, type, id, data) VALUES (?, 0, ?, ?, ?)');
  const groups: Record<number, number> = {};
  for (const size of groupSizes) {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < seconds * 1000) {
      db.exec('BEGIN IMMEDIATE');
      for (let index = 0; index < size; index++) {
        insert.run(`approval-${randomUUID()}`, 'ApprovalRequested', randomUUID(), Buffer.from(JSON.stringify(bodyOf(count++))));
      }
      db.exec('COMMIT');
    }
    groups[size] = Math.round(count / ((performance.now() - started) / 1000));
  }
  const started = performance.now();
  let read = 0;
  for (const _ of db.prepare('SELECT * FROM events ORDER BY position').iterate()) read++;
  const readsPerSecond = Math.round(read / ((performance.now() - started) / 1000));
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return { groups, readsPerSecond };
};
