import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from './back-up.ts';
import { connect, listen, numbered, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';
import { LOG_FILE } from './start-event-store.ts';
import { verifyLog } from './verify-log.ts';

/**
 * Each case works on a copy of a store that was copied while it ran: what a crash leaves behind, with a write-ahead log of
 * 60 commits, each a marked event.
 */
const COMMITS = 60;
const root = mkdtempSync(join(tmpdir(), 'event-store-damage-'));
const crashed = join(root, 'crashed');
let clean: string;

beforeAll(async () => {
  const store = await startSpecStore({ dataDir: join(root, 'living') });
  const client = connect(store);
  for (let n = 0; n < COMMITS; n++) {
    await client.appendToStream(
      `approval-${n}`,
      jsonEvent({ type: 'Marked', data: { mark: `mark-${String(n).padStart(3, '0')}-`.repeat(20) } }),
    );
  }
  cpSync(store.dataDir, crashed, { recursive: true });
  await client.dispose();
  await store.close();
  clean = store.dataDir;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let copies = 0;
const copyOf = (folder: string): string => {
  const copy = join(root, `copy-${++copies}`);
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'event-store.head'), { force: true });
  return copy;
};
const wal = (folder: string): string => join(folder, `${LOG_FILE}-wal`);
const log = (folder: string): string => join(folder, LOG_FILE);

/** Flips the lowest bit of one byte. */
const flip = (file: string, at: number): void => {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(file, bytes);
};

const start = async (dataDir: string, serveDamaged = false): Promise<{ store: SpecStore; notices: string[] }> => {
  const notices: string[] = [];
  const store = await startSpecStore({ dataDir, serveDamaged, onNotice: notice => notices.push(notice) });
  return { store, notices };
};

const eventsIn = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true });
  const count = Number(db.prepare('SELECT count(*) AS n FROM events').get()?.['n']);
  db.close();
  return count;
};

describe('after a crash', () => {
  it('everything that was answered is there', async () => {
    const { store, notices } = await start(copyOf(crashed));
    expect(eventsIn(log(store.dataDir))).toBe(COMMITS);
    expect(notices).toEqual([]);
    await removeStore(store);
  });

  it.each([1, 7, 24, 100, 200])('a write cut off %i bytes before its end is dropped, and said', async cut => {
    const folder = copyOf(crashed);
    truncateSync(wal(folder), statSync(wal(folder)).size - cut);
    const { store, notices } = await start(folder);
    expect(eventsIn(log(folder))).toBe(COMMITS - 1);
    expect(notices.join()).toContain('last transaction was cut off');
    expect(verifyLog(log(folder)).damage).toEqual([]);
    const client = connect(store);
    await client.appendToStream(`approval-${COMMITS - 1}`, numbered(1), { expectedRevision: 'no_stream' });
    await client.dispose();
    await removeStore(store);
  });

  it('a flipped bit in the last commit drops that commit only, and is said', async () => {
    const folder = copyOf(crashed);
    flip(wal(folder), statSync(wal(folder)).size - 50);
    const { store, notices } = await start(folder);
    expect(eventsIn(log(folder))).toBe(COMMITS - 1);
    expect(notices).toHaveLength(1);
    await removeStore(store);
  });

  it('a flipped bit in the middle of the write-ahead log stops the start: commits behind it would be lost in silence', async () => {
    const folder = copyOf(crashed);
    flip(wal(folder), Math.floor(statSync(wal(folder)).size / 2));
    const error = await rejection(start(folder));
    expect(error).toMatchObject({ code: 'LOG_DAMAGED' });
    expect(error.message).toMatch(/\d+ later commits can no longer be reached/);
    const { store, notices } = await start(folder, true);
    expect(notices.join()).toContain('damaged in the middle');
    await removeStore(store);
  });

  it('a log without its write-ahead log stops the start', async () => {
    const folder = copyOf(crashed);
    copyFileSync(join(clean, 'event-store.head'), join(folder, 'event-store.head'));
    rmSync(wal(folder));
    rmSync(`${log(folder)}-shm`, { force: true });
    const error = await rejection(start(folder));
    expect(error).toMatchObject({ code: 'LOG_DAMAGED' });
    expect(error.message).toContain('newest events are missing');
  });
});

describe('a damaged file', () => {
  const damageEvent = (folder: string, n: number): void => {
    const at = readFileSync(log(folder)).indexOf(`mark-${String(n).padStart(3, '0')}-`);
    expect(at).toBeGreaterThan(0);
    flip(log(folder), at + 30);
  };

  it('with a flipped bit among the newest records is refused at the start, naming the place', async () => {
    const folder = copyOf(clean);
    damageEvent(folder, 40);
    const error = await rejection(start(folder));
    expect(error).toMatchObject({ code: 'LOG_DAMAGED' });
    expect(error.message).toMatch(/position \d+ \(approval-40\): it does not match its checksum/);
  });

  it('that is served nevertheless fails every read that meets the damage, and skips nothing', async () => {
    const folder = copyOf(clean);
    damageEvent(folder, 40);
    const { store, notices } = await start(folder, true);
    expect(notices.join()).toContain('approval-40');
    const client = connect(store);
    expect(await rejection(places(client.readStream('approval-40')))).toMatchObject({ code: 15 });
    const whole = await rejection(places(client.readAll()));
    expect(whole.message).toContain('damaged at position');
    expect(await places(client.readStream('approval-39'))).toEqual(['approval-39@0']);
    const heard = listen(client.subscribeToAll());
    await heard.failed();
    expect(heard.errors[0]?.message).toContain('nothing was skipped');
    await client.dispose();
    await removeStore(store);
  });

  it('is found by verify, wherever the bit flipped', () => {
    const folder = copyOf(clean);
    for (const n of [3, 20, 55]) damageEvent(folder, n);
    const { damage, damageCount } = verifyLog(log(folder));
    expect(damageCount).toBe(3);
    expect(damage.map(({ stream }) => stream)).toEqual(['approval-3', 'approval-20', 'approval-55']);
  });

  it.each([1, 100, 5_000])('cut short by %i bytes is not started', async cut => {
    const folder = copyOf(clean);
    truncateSync(log(folder), statSync(log(folder)).size - cut);
    const error = await rejection(start(folder));
    expect(error.message.length).toBeGreaterThan(20);
    expect(verifyLog(log(folder)).damageCount).toBeGreaterThan(0);
  });

  it('with a missing record is found by verify: positions leave no room for one', () => {
    const folder = copyOf(clean);
    const db = new DatabaseSync(log(folder));
    db.exec("DROP TRIGGER events_are_never_deleted; DELETE FROM events WHERE stream = 'approval-30'");
    db.close();
    expect(verifyLog(log(folder)).damage[0]?.problem).toContain('records are missing before position');
  });

  it('with records that filtered reads would miss is found by verify', () => {
    const folder = copyOf(clean);
    const db = new DatabaseSync(log(folder));
    db.exec('DROP TRIGGER spans_are_never_forgotten; DELETE FROM category_spans');
    db.close();
    expect(verifyLog(log(folder))).toMatchObject({ damageCount: COMMITS, damage: { 0: { problem: 'filtered reads would not find it' } } });
  });

  it('with a changed record is found by verify, whoever changed it', () => {
    const folder = copyOf(clean);
    const db = new DatabaseSync(log(folder));
    db.exec('DROP TRIGGER audit_events_never_change; DROP TRIGGER events_change_only_by_erasure');
    db.exec("UPDATE events SET data = replace(CAST(data AS TEXT), 'mark-030', 'mark-031') WHERE stream = 'approval-30'");
    db.close();
    expect(verifyLog(log(folder)).damage).toMatchObject([{ stream: 'approval-30', problem: 'it does not match its checksum' }]);
  });
});

describe('a store that is whole', () => {
  it('verifies', () => {
    expect(verifyLog(log(clean))).toMatchObject({ events: COMMITS, damageCount: 0, damage: [] });
  });

  it('is started by one process at a time', async () => {
    const { store } = await start(copyOf(clean));
    const error = await rejection(start(store.dataDir));
    expect(error).toMatchObject({ code: 'STORE_LOCKED' });
    expect(error.message).toContain(`process ${process.pid}`);
    await store.close();
    const { store: second } = await start(store.dataDir);
    await removeStore(second);
  });

  it('of a newer version is left alone', async () => {
    const folder = copyOf(clean);
    const db = new DatabaseSync(log(folder));
    db.exec('PRAGMA user_version = 99');
    db.close();
    const before = readFileSync(log(folder));
    const error = await rejection(start(folder));
    expect(error).toMatchObject({ code: 'SCHEMA_NEWER' });
    expect(error.message).toContain('schema 99');
    expect(readFileSync(log(folder)).equals(before)).toBe(true);
  });

  it('of an older version is verified after its first start, which brings it up to date', async () => {
    const folder = copyOf(clean);
    const db = new DatabaseSync(log(folder));
    db.exec('DROP TABLE category_spans; CREATE INDEX events_by_category ON events (category_id); PRAGMA user_version = 1');
    db.close();
    expect(verifyLog(log(folder)).damage[0]?.problem).toContain('start the store once');
    const { store } = await start(folder);
    const client = connect(store);
    await client.appendToStream('order-1', numbered(1));
    const subscription = client.subscribeToAll({ fromPosition: 'start', filter: streamNameFilter({ prefixes: ['approval-'] }) });
    const history = listen(subscription);
    await history.caughtUp();
    expect(history.seen).toEqual(Array.from({ length: COMMITS }, (_, n) => `approval-${n}@0`));
    await history.stop();
    await client.dispose();
    await store.close();
    expect(verifyLog(log(folder))).toMatchObject({ events: COMMITS + 1, damageCount: 0 });
  });

  it('is not mistaken for another application’s database', async () => {
    const folder = mkdtempSync(join(root, 'other-'));
    const db = new DatabaseSync(log(folder));
    db.exec('CREATE TABLE invoices (id INTEGER)');
    db.close();
    expect((await rejection(start(folder))).message).toContain('not written by this event store');
  });

  it('is backed up while it is written to, and the backup is a store', async () => {
    const { store } = await start(copyOf(clean));
    const client = connect(store);
    const writing = Promise.all(Array.from({ length: 200 }, (_, n) => client.appendToStream(`order-${n}`, numbered(n))));
    const target = join(mkdtempSync(join(root, 'backup-')), LOG_FILE);
    const { endPosition } = await backUp(log(store.dataDir), target);
    await writing;
    expect(endPosition).toBeGreaterThan(0);
    expect(verifyLog(target)).toMatchObject({ damageCount: 0, endPosition });
    expect((await rejection(backUp(log(store.dataDir), target))).message).toContain('never overwritten');
    await client.dispose();
    await removeStore(store);
    const { store: restored } = await start(join(target, '..'));
    const restoredClient = connect(restored);
    expect(await places(restoredClient.readStream('approval-7'))).toEqual(['approval-7@0']);
    await restoredClient.dispose();
    await removeStore(restored);
    expect(existsSync(target)).toBe(false);
  });
});
