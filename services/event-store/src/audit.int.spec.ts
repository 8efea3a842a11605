import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultAuditCategories } from './audit.ts';
import { connect, numbered, numberedUpTo, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';
import { LOG_FILE } from './start-event-store.ts';

let store: SpecStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  store = await startSpecStore();
  client = connect(store);
  for (const category of [...defaultAuditCategories, 'key']) await client.appendToStream(`${category}-1`, numberedUpTo(3));
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

describe.each(defaultAuditCategories.map(category => ({ category })))('the audit category $category', ({ category }) => {
  const stream = `${category}-1`;

  it('cannot be deleted, tombstoned or truncated by a client', async () => {
    expect(await rejection(client.deleteStream(stream))).toMatchObject({ type: 'access-denied' });
    expect(await rejection(client.tombstoneStream(stream))).toMatchObject({ type: 'access-denied' });
    expect(await rejection(client.deleteStream(`$$${stream}`))).toMatchObject({ type: 'access-denied' });
    for (const metadata of [{ maxCount: 1 }, { maxAge: 1 }, { truncateBefore: 2 }]) {
      expect(await rejection(client.setStreamMetadata(stream, metadata))).toMatchObject({ type: 'access-denied' });
    }
    const raw = jsonEvent({ type: '$metadata', data: { $tb: 2 } });
    expect(await rejection(client.appendToStream(`$$${stream}`, raw))).toMatchObject({ type: 'access-denied' });
    expect(await places(client.readStream(stream))).toEqual([`${stream}@0`, `${stream}@1`, `${stream}@2`]);
  });
});

describe('an audit stream', () => {
  it('may carry metadata that hides nothing', async () => {
    await client.setStreamMetadata('approval-1', { owner: 'ops', acl: { readRoles: ['ops'] } });
    expect((await client.getStreamMetadata('approval-1')).metadata).toEqual({ owner: 'ops', acl: { readRoles: ['ops'] } });
    expect(await places(client.readStream('approval-1'))).toHaveLength(3);
  });

  it('is protected as soon as it is named, before its first event', async () => {
    expect(await rejection(client.setStreamMetadata('approval-unborn', { maxCount: 1 }))).toMatchObject({ type: 'access-denied' });
  });
});

describe('the log, to someone with the file open', () => {
  const attempt = (sql: string): string => {
    const db = new DatabaseSync(join(store.dataDir, LOG_FILE));
    try {
      db.exec(sql);
      return 'done';
    } catch (error) {
      return (error as Error).message;
    } finally {
      db.close();
    }
  };

  it('refuses to change or delete events of audit categories', () => {
    expect(attempt("DELETE FROM events WHERE stream = 'approval-1'")).toContain('never deleted');
    expect(attempt("UPDATE events SET data = x'00' WHERE stream = 'approval-1'")).toMatch(/never change|can only be erased/);
    expect(attempt("UPDATE events SET data = NULL, metadata = NULL, erased_bytes = 9 WHERE stream = 'approval-1'")).toContain(
      'never change',
    );
    expect(attempt("UPDATE events SET position = position + 1 WHERE stream = 'approval-1'")).toMatch(/never change|can only be erased/);
  });

  it('lets other categories be erased, never changed, and keeps every row', () => {
    expect(attempt("UPDATE events SET data = x'00' WHERE stream = 'key-1'")).toContain('only be erased');
    expect(attempt("DELETE FROM events WHERE stream = 'key-1'")).toContain('never deleted');
    const erase = "UPDATE events SET erased_bytes = length(data) + length(metadata), data = NULL, metadata = NULL WHERE stream = 'key-1'";
    expect(attempt(erase)).toBe('done');
  });

  it('refuses settings that would hide audit events', () => {
    expect(attempt('UPDATE stream_settings SET truncate_before = 2')).toContain('never truncated');
    expect(
      attempt(
        "INSERT INTO stream_settings (id, name, category_id, max_count) SELECT 9999, 'approval-9', id, 1 FROM categories WHERE name = 'approval'",
      ),
    ).toContain('never truncated');
    expect(attempt('DELETE FROM stream_settings')).toContain('never deleted');
    expect(attempt('DELETE FROM stream_keys')).toContain('never forgotten');
    expect(attempt('UPDATE stream_keys SET id = id + 1')).toContain('keeps its number');
  });
});

describe('audit categories of our own choice', () => {
  it('replace the usual ones', async () => {
    const other = await startSpecStore({ auditCategories: ['ledger'] });
    await client.dispose();
    const otherClient = connect(other);
    await otherClient.appendToStream('approval-1', numbered(1));
    await otherClient.appendToStream('ledger-1', numbered(1));
    await expect(otherClient.deleteStream('approval-1')).resolves.toBeDefined();
    expect(await rejection(otherClient.deleteStream('ledger-1'))).toMatchObject({ type: 'access-denied' });
    await otherClient.dispose();
    await removeStore(other);
  });
});
