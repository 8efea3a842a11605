import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, listen, numbered, numberedUpTo, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';
import { LOG_FILE } from './start-event-store.ts';

/** A writer that cannot go on: another connection holds the file's write lock, as a stalled disk would. */

let store: SpecStore;
let client: EventStoreDBClient;
beforeAll(async () => {
  store = await startSpecStore({ limits: { appendTimeoutMs: 400 } });
  client = connect(store);
  await client.appendToStream('order-1', numberedUpTo(5));
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

const stall = (): (() => void) => {
  const db = new DatabaseSync(join(store.dataDir, LOG_FILE));
  db.exec('BEGIN IMMEDIATE');
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
};

describe('while the writer is stalled', () => {
  it('reads, subscriptions and new calls go on', async () => {
    const release = stall();
    const waiting = rejection(client.appendToStream('order-stalled', numbered(1)));
    expect(await places(client.readStream('order-1'))).toHaveLength(5);
    const heard = listen(client.subscribeToAll());
    await heard.caughtUp();
    expect(heard.seen).toHaveLength(5);
    await heard.stop();
    expect(await waiting).toMatchObject({ type: 'deadline-exceeded' });
    release();
  });

  it('appends are answered at their deadline, and then never written', async () => {
    const release = stall();
    const started = performance.now();
    const late = Array.from({ length: 20 }, (_, n) =>
      rejection(client.appendToStream(`order-late-${n}`, numbered(n), { expectedRevision: NO_STREAM })),
    );
    const error = await rejection(client.appendToStream('order-alone', numbered(1), { credentials: { username: 'a', password: 'b' } }));
    expect(error).toMatchObject({ type: 'timeout', code: 10 });
    for (const refusal of await Promise.all(late)) expect(refusal).toMatchObject({ type: 'deadline-exceeded' });
    expect(performance.now() - started).toBeLessThan(3_000);
    release();
    await expect.poll(() => store.stats().queuedAppends, { timeout: 10_000 }).toBe(0);
    await client.appendToStream('order-after', numbered(1));
    expect((await places(client.readAll())).filter(place => /late|alone/.test(place))).toEqual([]);
  });
});
