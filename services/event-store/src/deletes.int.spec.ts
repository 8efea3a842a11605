import { ANY, BACKWARDS, END, NO_STREAM, STREAM_EXISTS, START, type EventStoreDBClient } from '@eventstore/db-client';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, listen, numbered, numberedUpTo, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';
import { LOG_FILE } from './start-event-store.ts';

let store: SpecStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  store = await startSpecStore();
  client = connect(store);
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

const payloadsOnDisk = (stream: string): number => {
  const db = new DatabaseSync(join(store.dataDir, LOG_FILE), { readOnly: true });
  const row = db.prepare('SELECT count(data) AS n FROM events WHERE stream = ?').get(stream);
  db.close();
  return Number(row?.['n']);
};

describe('deleting a stream', () => {
  it('makes it not found, and removes its events from the disk', async () => {
    await client.appendToStream('key-1', numberedUpTo(3));
    const { position } = await client.deleteStream('key-1', { expectedRevision: 2n });
    expect(position?.commit).toBeGreaterThan(0n);
    expect(await rejection(places(client.readStream('key-1')))).toMatchObject({ type: 'stream-not-found' });
    expect(payloadsOnDisk('key-1')).toBe(0);
  });

  it('hides it from reads and subscriptions of the whole log too', async () => {
    const heard = listen(client.subscribeToAll({ fromPosition: START }));
    await heard.caughtUp();
    expect(heard.seen.filter(place => place.startsWith('key-1@'))).toEqual([]);
    expect((await places(client.readAll())).filter(place => place.startsWith('key-1@'))).toEqual([]);
    await heard.stop();
  });

  it('lets it be written again, and continues its numbering', async () => {
    await client.appendToStream('key-2', numberedUpTo(3));
    await client.deleteStream('key-2');
    await client.appendToStream('key-2', numbered(7), { expectedRevision: NO_STREAM });
    await client.appendToStream('key-2', numbered(8), { expectedRevision: 3n });
    expect(await places(client.readStream('key-2'))).toEqual(['key-2@3', 'key-2@4']);
    expect(await places(client.readStream('key-2', { direction: BACKWARDS, fromRevision: END }))).toEqual(['key-2@4', 'key-2@3']);
    await expect(client.getStreamMetadata('key-2')).resolves.toMatchObject({ metadata: { truncateBefore: 3 } });
  });

  it('is refused when it does not exist, unless that was expected', async () => {
    for (const expectedRevision of [ANY, 4n] as const) {
      const error = await rejection(client.deleteStream('key-nobody', { expectedRevision }));
      expect(error).toMatchObject({ type: 'wrong-expected-version', streamName: 'key-nobody', actualVersion: 'no_stream' });
    }
    await expect(client.deleteStream('key-never', { expectedRevision: NO_STREAM })).resolves.toBeDefined();
  });

  it('is refused at another revision', async () => {
    await client.appendToStream('key-3', numberedUpTo(3));
    const error = await rejection(client.deleteStream('key-3', { expectedRevision: 1n }));
    expect(error).toMatchObject({ type: 'wrong-expected-version', expectedVersion: 1n, actualVersion: 2n });
    expect((await rejection(client.deleteStream('key-3', { expectedRevision: NO_STREAM }))).type).toBe('wrong-expected-version');
  });

  it('makes stream_exists fail with stream-deleted', async () => {
    await client.appendToStream('key-4', numbered(1));
    await client.deleteStream('key-4');
    const error = await rejection(client.appendToStream('key-4', numbered(2), { expectedRevision: STREAM_EXISTS }));
    expect(error).toMatchObject({ type: 'stream-deleted', streamName: 'key-4' });
  });
});

describe('a tombstone', () => {
  it('ends a stream for ever', async () => {
    await client.appendToStream('key-5', numberedUpTo(2));
    await client.tombstoneStream('key-5', { expectedRevision: 1n });
    for (const attempt of [
      () => places(client.readStream('key-5')),
      () => client.appendToStream('key-5', numbered(1)),
      () => client.appendToStream('key-5', numbered(1), { expectedRevision: NO_STREAM }),
      () => client.deleteStream('key-5'),
      () => client.tombstoneStream('key-5'),
    ]) {
      expect(await rejection(attempt())).toMatchObject({ type: 'stream-deleted', streamName: 'key-5' });
    }
    expect(payloadsOnDisk('key-5')).toBe(1);
  });

  it('may be set on a stream that never was', async () => {
    await client.tombstoneStream('key-6', { expectedRevision: NO_STREAM });
    expect(await rejection(client.appendToStream('key-6', numbered(1)))).toMatchObject({ type: 'stream-deleted' });
  });

  it('stands in the log as the last event of its stream', async () => {
    const seen = [];
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })) seen.push(event);
    expect(seen[0]).toMatchObject({ streamId: 'key-6', type: '$streamDeleted', revision: 9223372036854775807n });
  });

  it('is refused at another revision', async () => {
    await client.appendToStream('key-7', numberedUpTo(2));
    expect(await rejection(client.tombstoneStream('key-7', { expectedRevision: 0n }))).toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 0n,
      actualVersion: 1n,
    });
  });
});

describe('stream metadata', () => {
  it('is stored and given back, access control included', async () => {
    const acl = { readRoles: ['ops'], writeRoles: ['ops', 'admin'] };
    await client.setStreamMetadata('relay-1', { maxCount: 3, maxAge: 60, cacheControl: 5, acl, owner: 'us' });
    const { metadata } = await client.getStreamMetadata('relay-1');
    expect(metadata).toEqual({ maxCount: 3, maxAge: 60, cacheControl: 5, acl, owner: 'us' });
    await expect(client.getStreamMetadata('relay-none')).resolves.toEqual({ streamName: 'relay-none' });
  });

  it('has a revision of its own', async () => {
    await client.setStreamMetadata('relay-2', { maxCount: 3 }, { expectedRevision: NO_STREAM });
    const error = await rejection(client.setStreamMetadata('relay-2', { maxCount: 4 }, { expectedRevision: NO_STREAM }));
    expect(error).toMatchObject({ type: 'wrong-expected-version' });
    await client.setStreamMetadata('relay-2', { maxCount: 4 }, { expectedRevision: 0n });
    expect((await client.getStreamMetadata('relay-2')).metadata).toEqual({ maxCount: 4 });
  });

  it('keeps only the newest events with $maxCount, also on the disk', async () => {
    await client.setStreamMetadata('relay-3', { maxCount: 2 });
    for (let n = 0; n < 6; n++) await client.appendToStream('relay-3', numbered(n));
    expect(await places(client.readStream('relay-3'))).toEqual(['relay-3@4', 'relay-3@5']);
    expect(await places(client.readStream('relay-3', { fromRevision: 1n }))).toEqual(['relay-3@4', 'relay-3@5']);
    expect(payloadsOnDisk('relay-3')).toBe(2);
    await client.setStreamMetadata('relay-3', { maxCount: 1 });
    expect(payloadsOnDisk('relay-3')).toBe(1);
  });

  it('hides events older than $maxAge', async () => {
    await client.appendToStream('relay-4', numbered(0));
    await client.setStreamMetadata('relay-4', { maxAge: 1 });
    expect(await places(client.readStream('relay-4'))).toEqual(['relay-4@0']);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    await client.appendToStream('relay-4', numbered(1));
    expect(await places(client.readStream('relay-4'))).toEqual(['relay-4@1']);
    expect(await places(client.readStream('relay-4', { direction: BACKWARDS, fromRevision: END }))).toEqual(['relay-4@1']);
  });

  it('hides events before $tb', async () => {
    await client.appendToStream('relay-5', numberedUpTo(5));
    await client.setStreamMetadata('relay-5', { truncateBefore: 3 });
    expect(await places(client.readStream('relay-5'))).toEqual(['relay-5@3', 'relay-5@4']);
    const heard = listen(client.subscribeToStream('relay-5', { fromRevision: START }));
    await heard.caughtUp();
    expect(heard.seen).toEqual(['relay-5@3', 'relay-5@4']);
    await heard.stop();
  });
});
