import type { DatabaseSync } from 'node:sqlite';
import { CHECKPOINT_PAGES } from './limits.ts';

/** Raised with every change of the tables below. A store never opens a file of a newer version. */
export const SCHEMA_VERSION = 2;

/** Marks the file as ours ("HPES"), so that another application's database is not taken over by mistake. */
export const APPLICATION_ID = 0x48504553;

export class NewerSchema extends Error {
  code = 'SCHEMA_NEWER';
}

const CATEGORY_SPANS = `
CREATE TABLE category_spans (
  category_id INTEGER NOT NULL,
  span INTEGER NOT NULL,
  PRIMARY KEY (category_id, span)
) WITHOUT ROWID;
`;

/**
 * Tables. `events` is the log in the order of positions; every row names its stream, so that a record explains itself.
 * `stream_keys` turns the hash of a name into the stream's number: the only index with random inserts, kept as small as can be.
 * `stream_settings` has a row only for streams with metadata or a tombstone. Numbers grow with time, so that the index by stream
 * is written where it was written last. `category_spans` lets filtered reads skip what they do not want: it names the stretches of
 * the log that hold a record of a category, so that most appends do not touch it, as they would an index by category.
 * A row whose payload was erased keeps its head and `erased_bytes`, so that the chain of positions stays checkable.
 */
const TABLES = `
CREATE TABLE categories (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  audit INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE stream_keys (
  hash INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (hash, id)
) WITHOUT ROWID;
CREATE TABLE stream_settings (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  category_id INTEGER NOT NULL,
  max_count INTEGER,
  max_age_ms INTEGER,
  truncate_before INTEGER,
  tombstoned INTEGER
);
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream_id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  category_id INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  stream TEXT NOT NULL,
  type TEXT NOT NULL,
  metadata BLOB,
  data BLOB,
  erased_bytes INTEGER
);
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
${CATEGORY_SPANS}
`;

/** Version 1 had an index by category in place of the spans. */
const FROM_1_TO_2 = `
${CATEGORY_SPANS}
INSERT INTO category_spans SELECT DISTINCT category_id, position / 65536 FROM events;
DROP INDEX events_by_category;
`;

/**
 * The last line of defence behind the protocol's own refusals: no event row is ever deleted, no row of an audit category ever
 * changed, and no audit stream ever truncated, whoever holds a connection to the file.
 */
const TRIGGERS = `
CREATE TRIGGER IF NOT EXISTS events_are_never_deleted BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS audit_events_never_change BEFORE UPDATE ON events
  WHEN (SELECT audit FROM categories WHERE id = OLD.category_id) = 1
  BEGIN SELECT RAISE(ABORT, 'events of audit categories never change'); END;
CREATE TRIGGER IF NOT EXISTS events_change_only_by_erasure BEFORE UPDATE ON events
  WHEN NEW.data IS NOT NULL OR NEW.metadata IS NOT NULL OR NEW.erased_bytes IS NULL
    OR NEW.position <> OLD.position OR NEW.stream_id <> OLD.stream_id OR NEW.revision <> OLD.revision
    OR NEW.category_id <> OLD.category_id OR NEW.event_id <> OLD.event_id OR NEW.type <> OLD.type OR NEW.stream <> OLD.stream
  BEGIN SELECT RAISE(ABORT, 'an event can only be erased, not changed'); END;
CREATE TRIGGER IF NOT EXISTS streams_are_never_forgotten BEFORE DELETE ON stream_keys
  BEGIN SELECT RAISE(ABORT, 'streams are never forgotten'); END;
CREATE TRIGGER IF NOT EXISTS streams_keep_their_number BEFORE UPDATE ON stream_keys
  BEGIN SELECT RAISE(ABORT, 'a stream keeps its number'); END;
CREATE TRIGGER IF NOT EXISTS spans_are_never_forgotten BEFORE DELETE ON category_spans
  BEGIN SELECT RAISE(ABORT, 'spans are never forgotten'); END;
CREATE TRIGGER IF NOT EXISTS spans_never_change BEFORE UPDATE ON category_spans
  BEGIN SELECT RAISE(ABORT, 'spans never change'); END;
CREATE TRIGGER IF NOT EXISTS settings_are_never_deleted BEFORE DELETE ON stream_settings
  BEGIN SELECT RAISE(ABORT, 'stream settings are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS audit_streams_start_whole BEFORE INSERT ON stream_settings
  WHEN (SELECT audit FROM categories WHERE id = NEW.category_id) = 1
    AND (NEW.max_count IS NOT NULL OR NEW.max_age_ms IS NOT NULL OR NEW.truncate_before IS NOT NULL OR NEW.tombstoned IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'audit streams are never truncated'); END;
CREATE TRIGGER IF NOT EXISTS audit_streams_stay_whole BEFORE UPDATE ON stream_settings
  WHEN NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.category_id <> OLD.category_id
    OR (SELECT audit FROM categories WHERE id = OLD.category_id) = 1
    AND (NEW.max_count IS NOT NULL OR NEW.max_age_ms IS NOT NULL OR NEW.truncate_before IS NOT NULL OR NEW.tombstoned IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'audit streams are never truncated'); END;
`;

/** Settings of the writing connection: the answer goes out only after COMMIT, and COMMIT returns only after fsync. */
export const configureWriter = (db: DatabaseSync, cacheKib: number): void => {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -${cacheKib};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA foreign_keys = OFF;
    PRAGMA recursive_triggers = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
  `);
};

const pragmaNumber = (db: DatabaseSync, name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);

/** The version of the tables in a file; 0 for an empty file. */
export const schemaVersionOf = (db: DatabaseSync): number => pragmaNumber(db, 'user_version');

/**
 * Creates the tables of a new file, or checks that an existing one is ours and not newer than this program. An older one is
 * brought up to date in one transaction.
 * @throws NewerSchema, or an Error when the file belongs to something else.
 */
export const prepareSchema = (db: DatabaseSync): void => {
  const version = schemaVersionOf(db);
  const application = pragmaNumber(db, 'application_id');
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
  if (version > SCHEMA_VERSION) {
    throw new NewerSchema(
      `The event store was written by a newer version (schema ${version}, this program knows ${SCHEMA_VERSION}). Start the newer program, or restore a backup made before the upgrade.`,
    );
  }
  if (tables > 0 && application !== APPLICATION_ID)
    throw new Error('The database file was not written by this event store. Choose another data folder.');
  const change = version === 0 ? TABLES : version === 1 ? FROM_1_TO_2 : '';
  if (change !== '') {
    db.exec(`BEGIN; ${change} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  }
  db.exec(TRIGGERS);
};

/** Marks which categories are evidence; those of an earlier start that are no longer named lose the mark. */
export const markAuditCategories = (db: DatabaseSync, audit: readonly string[]): void => {
  const wanted = new Set(audit);
  const insert = db.prepare('INSERT INTO categories (name, audit) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET audit = excluded.audit');
  db.exec('BEGIN');
  for (const row of db.prepare('SELECT name, audit FROM categories').all()) {
    const name = String(row['name']);
    const base = name.startsWith('$$') ? name.slice(2) : name;
    const isAudit = wanted.has(base) ? 1 : 0;
    if (Number(row['audit']) !== isAudit) insert.run(name, isAudit);
  }
  for (const name of wanted) {
    insert.run(name, 1);
    insert.run(`$$${name}`, 1);
  }
  db.exec('COMMIT');
};
