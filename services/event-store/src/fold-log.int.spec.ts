import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLogFolder } from './fold-log.ts';
import { emptyQuietly } from './fold-now.ts';
import { FOLD_PAGES } from './limits.ts';

const PAGE_BYTES = 4_096;

describe('the write-ahead log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'event-store-fold-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is folded into the file beside a writer that goes on', async () => {
    const file = join(folder, 'log.db');
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE events (data BLOB)');
    const insert = db.prepare('INSERT INTO events VALUES (?)');
    const folding = openLogFolder(file, reason => expect.unreachable(reason.message));
    for (let count = 0; count < FOLD_PAGES; count += 1) {
      insert.run(Buffer.alloc(PAGE_BYTES));
      folding.wrote(1);
    }
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan((FOLD_PAGES / 8) * PAGE_BYTES), 10_000);
    insert.run(Buffer.alloc(PAGE_BYTES));
    expect(db.prepare('SELECT count(*) AS n FROM events').get()).toEqual({ n: FOLD_PAGES + 1 });
    await folding.close();
    folding.wrote(FOLD_PAGES);
    db.close();
  });

  it('is emptied at once when something was erased, also while it is being folded', async () => {
    const file = join(folder, 'log.db');
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE events (data BLOB)');
    const insert = db.prepare('INSERT INTO events VALUES (?)');
    const folding = openLogFolder(file, reason => expect.unreachable(reason.message));
    for (let round = 0; round < 20; round += 1) {
      db.exec('BEGIN');
      for (let count = 0; count < FOLD_PAGES; count += 1) insert.run(Buffer.alloc(PAGE_BYTES));
      db.exec('COMMIT');
      folding.wrote(FOLD_PAGES);
      await new Promise(resolve => setTimeout(resolve, round));
      emptyQuietly(db);
      expect(statSync(`${file}-wal`).size).toBe(0);
    }
    await folding.close();
    db.close();
  });

  it('is left to the writer when the thread that folds dies', async () => {
    const file = join(folder, 'none.db');
    writeFileSync(file, 'no database at all, but long enough to be taken for one'.repeat(100));
    const reason = await new Promise<Error>(resolve => {
      openLogFolder(file, resolve).wrote(FOLD_PAGES);
    });
    expect(reason.message).toMatch(/not a database/);
  });
});
