import type { DatabaseSync } from 'node:sqlite';
import { CATEGORIES_MAX, STREAM_HEADS_MAX } from './limits.ts';
import { categoryOf, hashOfStream } from './stream-name.ts';
import type { StreamMetadata } from './stream-metadata.ts';

/** The newest state of one stream, as the writer knows it. */
export type StreamHead = {
  /** Row of the stream, 0 while it has none. */
  id: number;
  name: string;
  categoryId: number;
  lastRevision: number;
  metadata: StreamMetadata;
  tombstoned: boolean;
};

export type StreamHeads = {
  /** The head of a stream, remembered or read. */
  find: (name: string) => StreamHead;
  /** Gives the stream a row when it has none. */
  ensureRow: (head: StreamHead) => void;
  /** Stores metadata and the tombstone mark. */
  saveMetadata: (head: StreamHead) => void;
  /** Forgets everything: after a rolled-back transaction the rows decide. */
  forget: () => void;
};

/** Opens the heads of all streams; the least recently used beyond `STREAM_HEADS_MAX` are read again when needed. */
export const openStreamHeads = (db: DatabaseSync): StreamHeads => {
  const select = db.prepare(
    'SELECT id, name, category_id, max_count, max_age_ms, CAST(truncate_before AS REAL) AS truncate_before, tombstoned FROM streams WHERE hash = ?',
  );
  const selectLast = db.prepare('SELECT revision FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO streams (id, name, hash, category_id) VALUES (?, ?, ?, ?)');
  const update = db.prepare('UPDATE streams SET max_count = ?, max_age_ms = ?, truncate_before = ?, tombstoned = ? WHERE id = ?');
  const readNextId = (): number => Number(db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM streams').get()?.['id']);
  const categories = openCategories(db);
  const heads = new Map<string, StreamHead>();
  let nextId = readNextId();

  const read = (name: string): StreamHead => {
    for (const row of select.all(hashOfStream(name))) {
      if (row['name'] !== name) continue;
      const id = Number(row['id']);
      return {
        id,
        name,
        categoryId: Number(row['category_id']),
        lastRevision: Number(selectLast.get(id)?.['revision'] ?? -1),
        metadata: metadataOfRow(row),
        tombstoned: row['tombstoned'] === 1,
      };
    }
    return { id: 0, name, categoryId: categories.idOf(categoryOf(name)), lastRevision: -1, metadata: {}, tombstoned: false };
  };

  return {
    find(name) {
      let head = heads.get(name);
      if (head === undefined) {
        head = read(name);
        if (heads.size >= STREAM_HEADS_MAX) heads.delete(heads.keys().next().value as string);
      } else {
        heads.delete(name);
      }
      heads.set(name, head);
      return head;
    },
    ensureRow(head) {
      if (head.id !== 0) return;
      head.id = nextId++;
      insert.run(head.id, head.name, hashOfStream(head.name), head.categoryId);
    },
    saveMetadata(head) {
      const { maxCount, maxAgeMs, truncateBefore } = head.metadata;
      const storedTruncation =
        truncateBefore === undefined ? null : BigInt(truncateBefore) > MAX_INT64 ? MAX_INT64 : BigInt(truncateBefore);
      update.run(maxCount ?? null, maxAgeMs ?? null, storedTruncation, head.tombstoned ? 1 : null, head.id);
    },
    forget() {
      heads.clear();
      categories.reload();
      nextId = readNextId();
    },
  };
};

const MAX_INT64 = 9_223_372_036_854_775_807n;

/** Visibility settings of a row of `streams`; `truncate_before` is cast to a float by the queries that may see the largest number. */
export const metadataOfRow = (row: Record<string, unknown>): StreamMetadata => ({
  ...(row['max_count'] === null ? {} : { maxCount: Number(row['max_count']) }),
  ...(row['max_age_ms'] === null ? {} : { maxAgeMs: Number(row['max_age_ms']) }),
  ...(row['truncate_before'] === null ? {} : { truncateBefore: Number(row['truncate_before']) }),
});

/** Numbers of the stream categories; 0 is "no category". */
const openCategories = (db: DatabaseSync): { idOf: (name: string) => number; reload: () => void } => {
  const ids = new Map<string, number>();
  const insert = db.prepare('INSERT INTO categories (id, name) VALUES (?, ?)');
  let nextId = 1;
  const reload = (): void => {
    ids.clear();
    nextId = 1;
    for (const row of db.prepare('SELECT id, name FROM categories').all()) {
      ids.set(String(row['name']), Number(row['id']));
      nextId = Math.max(nextId, Number(row['id']) + 1);
    }
  };
  reload();
  return {
    reload,
    idOf(name) {
      if (name === '') return 0;
      const known = ids.get(name);
      if (known !== undefined) return known;
      if (ids.size >= CATEGORIES_MAX) return 0;
      const id = nextId++;
      insert.run(id, name);
      ids.set(name, id);
      return id;
    },
  };
};
