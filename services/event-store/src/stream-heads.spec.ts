import { DatabaseSync } from 'node:sqlite';
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY } from './append-request.ts';
import { APPEND, WRITTEN, ANSWER_COLUMNS, type PackedChange } from './group-wire.ts';
import { rememberRecentEvents } from './recent-events.ts';
import { prepareSchema } from './schema.ts';
import { prepareStreamLookup } from './stream-heads.ts';
import { hashOfStream } from './stream-name.ts';
import { openGroupWriter } from './write-group.ts';

const changeOf = (stream: string): PackedChange => ({
  kind: APPEND,
  stream,
  expected: ANY,
  deadlineMs: Infinity,
  events: [
    {
      id: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
      type: 'Happened',
      isJson: true,
      data: Buffer.from('{}'),
      metadata: Buffer.alloc(0),
    },
  ],
});

const openLog = () => {
  const db = new DatabaseSync(':memory:');
  prepareSchema(db);
  return { db, writer: openGroupWriter(db, [], Date.now, randomUUID) };
};

describe('looking a stream up', () => {
  it('tells names with the same hash apart', () => {
    const { db, writer } = openLog();
    writer.write([changeOf('order-1'), changeOf('order-1')]);
    const [, id] = Object.values(db.prepare('SELECT hash, id FROM stream_keys').get() ?? {}) as [number, number];
    // The two names now share a hash, as one pair in billions does.
    db.prepare('INSERT INTO stream_keys (hash, id) VALUES (?, ?)').run(hashOfStream('invoice-7'), id);
    const lookUp = prepareStreamLookup(db);
    expect(lookUp('order-1')).toMatchObject({ id, lastRevision: 1 });
    expect(lookUp('invoice-7')).toBeUndefined();
    const { answers } = writer.write([changeOf('invoice-7')]);
    expect([answers[0], answers[1]]).toEqual([WRITTEN, 0]);
    expect(lookUp('invoice-7')).toMatchObject({ lastRevision: 0 });
    expect(lookUp('order-1')).toMatchObject({ id, lastRevision: 1 });
  });

  it('spreads similar names over the whole range of hashes', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `approval-apr_${n.toString(36).padStart(26, '0')}`);
    expect(new Set(names.map(hashOfStream)).size).toBe(names.length);
    const halves = names.filter(name => hashOfStream(name) > 2 ** 51).length;
    expect(halves / names.length).toBeGreaterThan(0.45);
    expect(halves / names.length).toBeLessThan(0.55);
  });

  it('never fails on a name, and stays below 2^52', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), name => {
        const hash = hashOfStream(name);
        expect(Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 52).toBe(true);
      }),
    );
  });
});

describe('a group whose transaction fails', () => {
  it('is answered as failed, leaves nothing behind, and the next one starts from what is stored', () => {
    const { db, writer } = openLog();
    writer.write([changeOf('order-1')]);
    db.exec("CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.stream = 'order-bad' BEGIN SELECT RAISE(ABORT, 'no room'); END");
    const failed = writer.write([changeOf('order-2'), changeOf('order-1'), changeOf('order-bad')]);
    expect(failed.failure).toBe('no room');
    expect([0, 1, 2].map(at => failed.answers[at * ANSWER_COLUMNS])).not.toContain(WRITTEN);
    expect(prepareStreamLookup(db)('order-2')).toBeUndefined();
    const { answers } = writer.write([changeOf('order-1'), changeOf('order-2')]);
    expect([answers[1], answers[ANSWER_COLUMNS + 1]]).toEqual([1, 0]);
  });
});

describe('recently written events', () => {
  it('are remembered by id and stream, at least one generation long and at most two', () => {
    const recent = rememberRecentEvents(3);
    for (let n = 0; n < 10; n++) recent.remember(`id-${n}`, 'order-1', n);
    expect(recent.revisionOf('id-9', 'order-1')).toBe(9);
    expect(recent.revisionOf('id-7', 'order-1')).toBe(7);
    expect(recent.revisionOf('id-9', 'order-2')).toBeUndefined();
    expect(recent.revisionOf('id-0', 'order-1')).toBeUndefined();
    recent.forget();
    expect(recent.revisionOf('id-9', 'order-1')).toBeUndefined();
  });
});
