import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rmSync } from 'node:fs';
import { NO_STREAM } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { connect, numbered, startSpecStore } from './spec-store.ts';
import { LOG_FILE } from './start-event-store.ts';

describe('a store that is stopped under load', () => {
  it('has answered every append it wrote, and cancels the others', async () => {
    const store = await startSpecStore();
    const client = connect(store);
    await client.appendToStream('order-first', numbered(0));
    const appends = Array.from({ length: 2_000 }, (_, n) =>
      client.appendToStream(`order-${n}`, numbered(n), { expectedRevision: NO_STREAM }),
    );
    const settled = Promise.allSettled(appends);
    await Promise.race(appends);
    await store.close();
    const results = await settled;
    const answered = results.filter(result => result.status === 'fulfilled').length;
    const refusals = results.filter(result => result.status === 'rejected').map(({ reason }) => String((reason as { type?: string }).type));
    const db = new DatabaseSync(join(store.dataDir, LOG_FILE), { readOnly: true });
    const written = Number(db.prepare('SELECT count(*) AS n FROM events').get()?.['n']) - 1;
    db.close();
    expect(written).toBe(answered);
    for (const refusal of new Set(refusals)) expect(['cancelled', 'unavailable']).toContain(refusal);
    await client.dispose();
    rmSync(store.dataDir, { recursive: true });
  });

  it('says when it is open to more than this machine', async () => {
    const notices: string[] = [];
    const store = await startSpecStore({ host: '0.0.0.0', onNotice: notice => notices.push(notice) });
    expect(notices.join()).toContain('without TLS');
    await store.close();
    rmSync(store.dataDir, { recursive: true });
  });
});
