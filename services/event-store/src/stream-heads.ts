import type { DatabaseSync } from 'node:sqlite';
import { CATEGORIES_MAX, STREAM_HEADS_MAX } from './limits.ts';
import { categoryOf, hashOfStream } from './stream-name.ts';
import type { StreamMetadata } from './stream-metadata.ts';

/** The newest state of one stream, as the writer knows it. */
export type StreamHead = {
  /** Number of the stream, 0 while it has none. */
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
  /** Gives the stream a number when it has none. */
  ensureNumber: (head: StreamHead) => void;
  /** Stores metadata and the tombstone mark. */
  saveMetadata: (head: StreamHead) => void;
  /** Forgets everything: after a rolled-back transaction the rows decide. */
  forget: () => void;
};

/** Opens the heads of all streams; the least recently used beyond `STREAM_HEADS_MAX` are read again when needed. */
export const openStreamHeads = (db: DatabaseSync): StreamHeads => {
  const select = prepareStreamLookup(db);
  const insertKey = db.prepare('INSERT INTO stream_keys (hash, id) VALUES (?, ?)');
  const save = db.prepare(
    `INSERT INTO stream_settings (id, name, category_id, max_count, max_age_ms, truncate_before, tombstoned) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET max_count = excluded.max_count, max_age_ms = excluded.max_age_ms,
       truncate_before = excluded.truncate_before, tombstoned = excluded.tombstoned`,
  );
  const selectHighest = db.prepare(
    'SELECT max((SELECT coalesce(max(stream_id), 0) FROM events), (SELECT coalesce(max(id), 0) FROM stream_settings)) AS id',
  );
  const readNextId = (): number => Number(selectHighest.get()?.['id']) + 1;
  const categories = openCategories(db);
  const heads = new Map<string, StreamHead>();
  let nextId = readNextId();

  const read = (name: string): StreamHead => {
    const categoryId = categories.idOf(categoryOf(name));
    const found = select(name);
    return found === undefined
      ? { id: 0, name, categoryId, lastRevision: -1, metadata: {}, tombstoned: false }
      : { ...found, name, categoryId };
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
    ensureNumber(head) {
      if (head.id !== 0) return;
      head.id = nextId++;
      insertKey.run(hashOfStream(head.name), head.id);
    },
    saveMetadata(head) {
      const { maxCount, maxAgeMs, truncateBefore } = head.metadata;
      const storedTruncation =
        truncateBefore === undefined ? null : BigInt(truncateBefore) > MAX_INT64 ? MAX_INT64 : BigInt(truncateBefore);
      save.run(head.id, head.name, head.categoryId, maxCount ?? null, maxAgeMs ?? null, storedTruncation, head.tombstoned ? 1 : null);
    },
    forget() {
      heads.clear();
      categories.reload();
      nextId = readNextId();
    },
  };
};

const MAX_INT64 = 9_223_372_036_854_775_807n;

/** A stream as it is stored. */
export type StoredStream = { id: number; lastRevision: number; metadata: StreamMetadata; tombstoned: boolean };

/**
 * Prepares the lookup of a stream by name. Names with the same hash are told apart by the name in their newest event, or in
 * their settings while they have no event.
 * @returns a function that gives undefined for a stream that was never written to.
 */
export const prepareStreamLookup = (db: DatabaseSync): ((name: string) => StoredStream | undefined) => {
  const selectKeys = db.prepare('SELECT id FROM stream_keys WHERE hash = ?');
  const selectNewest = db.prepare('SELECT revision, stream FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1');
  const selectSettings = db.prepare(
    'SELECT name, max_count, max_age_ms, CAST(truncate_before AS REAL) AS truncate_before, tombstoned FROM stream_settings WHERE id = ?',
  );
  return name => {
    for (const key of selectKeys.all(hashOfStream(name))) {
      const id = Number(key['id']);
      const newest = selectNewest.get(id);
      const settings = selectSettings.get(id);
      if ((newest?.['stream'] ?? settings?.['name']) !== name) continue;
      return {
        id,
        lastRevision: Number(newest?.['revision'] ?? -1),
        metadata: settings === undefined ? {} : metadataOfRow(settings),
        tombstoned: settings?.['tombstoned'] === 1,
      };
    }
    return undefined;
  };
};

/** Visibility settings of a row; `truncate_before` comes as a float, which its largest value needs. */
const metadataOfRow = (row: Record<string, unknown>): StreamMetadata => ({
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
