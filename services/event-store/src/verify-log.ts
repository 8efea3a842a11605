import { DatabaseSync } from 'node:sqlite';
import { checksumOf, nextPosition, spanOf } from './record.ts';
import { SCHEMA_VERSION, schemaVersionOf } from './schema.ts';
import { categoryOf, hashOfStream } from './stream-name.ts';

/** Findings kept in a report; the count goes on. */
const DAMAGE_LISTED_MAX = 100;

/** One thing that is wrong, and where. */
export type Damage = { position: number; stream: string | undefined; problem: string };

export type VerifyReport = {
  events: number;
  firstPosition: number;
  endPosition: number;
  damageCount: number;
  /** The first findings. */
  damage: Damage[];
};

const COLUMNS =
  'position, stream, revision, type, flags, created_ms, event_id, data, metadata, checksum, erased_bytes, category_id, stream_id';
type Row = [
  position: number,
  stream: string,
  revision: number,
  type: string,
  flags: number,
  createdMs: number,
  id: Uint8Array,
  data: Uint8Array | null,
  metadata: Uint8Array | null,
  checksum: number,
  erased: number | null,
  categoryId: number,
  streamId: number,
];

/** Says whether the indexes lead from a name and a category to where a record is. */
type Filing = {
  hasKey: (stream: string, id: number) => boolean;
  categoryIdOf: (stream: string) => number;
  listsSpan: (categoryId: number, position: number) => boolean;
};

const openFiling = (db: DatabaseSync): Filing => {
  const selectKey = db.prepare('SELECT 1 AS found FROM stream_keys WHERE hash = ? AND id = ?');
  const selectSpan = db.prepare('SELECT 1 AS found FROM category_spans WHERE category_id = ? AND span = ?');
  const listed = new Map<number, number>();
  const categories = new Map(
    db
      .prepare('SELECT id, name FROM categories')
      .all()
      .map(row => [String(row['name']), Number(row['id'])]),
  );
  return {
    hasKey: (stream, id) => selectKey.get(hashOfStream(stream), id) !== undefined,
    categoryIdOf: stream => categories.get(categoryOf(stream)) ?? 0,
    listsSpan(categoryId, position) {
      const span = spanOf(position);
      if (listed.get(categoryId) === span) return true;
      if (selectSpan.get(categoryId, span) === undefined) return false;
      listed.set(categoryId, span);
      return true;
    },
  };
};

/** What is wrong with one record by itself. */
const problemOf = (row: Row, filing: Filing): string | undefined => {
  const [position, stream, revision, type, flags, createdMs, id, data, metadata, checksum, erased, categoryId, streamId] = row;
  if (!filing.hasKey(stream, streamId)) return 'its stream cannot be found by name';
  if (categoryId !== filing.categoryIdOf(stream)) return 'it is filed under the wrong category';
  if (!filing.listsSpan(categoryId, position)) return 'filtered reads would not find it';
  if (erased !== null) return data === null && metadata === null ? undefined : 'it is marked as erased but still has a payload';
  if (data === null || metadata === null) return 'its payload is gone';
  return checksumOf({ position, revision, createdMs, flags, id, type, stream }, data, metadata) === checksum
    ? undefined
    : 'it does not match its checksum';
};

const endOf = (row: Row): number => nextPosition(row[0], row[10] ?? row[7]?.length ?? 0, row[10] === null ? (row[8]?.length ?? 0) : 0);

/**
 * Walks records in the order of the log and checks each of them and the chain of positions, which leaves no room for a missing one.
 * @param newest only this many newest records; all of them when not given.
 */
export const checkRecords = (db: DatabaseSync, newest?: number): VerifyReport => {
  const report: VerifyReport = { events: 0, firstPosition: 0, endPosition: 0, damageCount: 0, damage: [] };
  const note = (position: number, stream: string | undefined, problem: string): void => {
    report.damageCount++;
    if (report.damage.length < DAMAGE_LISTED_MAX) report.damage.push({ position, stream, problem });
  };
  const start =
    newest === undefined
      ? -1
      : Number(db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1 OFFSET ?').get(newest)?.['position'] ?? -1);
  const select = db.prepare(`SELECT ${COLUMNS} FROM events WHERE position > ? ORDER BY position`);
  select.setReturnArrays(true);
  const filing = openFiling(db);
  let expected: number | undefined;
  for (const row of select.iterate(start) as unknown as Iterable<Row>) {
    const [position, stream] = row;
    if (report.events === 0) report.firstPosition = position;
    if (expected !== undefined && position !== expected) note(expected, undefined, `records are missing before position ${position}`);
    const problem = problemOf(row, filing);
    if (problem !== undefined) note(position, stream, problem);
    expected = endOf(row);
    report.events++;
    report.endPosition = position;
  }
  return report;
};

/** Streams must count from 0 without holes; the index by stream and the records must say the same. */
const checkStreams = (db: DatabaseSync, report: VerifyReport): void => {
  const holes = db.prepare(
    `SELECT (SELECT stream FROM events WHERE stream_id = found.stream_id LIMIT 1) AS name, position
     FROM (SELECT stream_id, count(*) AS events, max(revision) AS last, min(revision) AS first, min(position) AS position
           FROM events GROUP BY stream_id HAVING first <> 0 OR last <> events - 1) AS found`,
  );
  for (const row of holes.iterate()) {
    report.damageCount++;
    if (report.damage.length < DAMAGE_LISTED_MAX) {
      report.damage.push({
        position: Number(row['position']),
        stream: String(row['name']),
        problem: 'revisions of its stream are missing',
      });
    }
  }
};

/** SQLite's own check: the structure of the file, and every index against its table. */
const checkFile = (db: DatabaseSync, report: VerifyReport): void => {
  for (const row of db.prepare('PRAGMA integrity_check(20)').all()) {
    const problem = String(row['integrity_check']);
    if (problem === 'ok') continue;
    report.damageCount++;
    if (report.damage.length < DAMAGE_LISTED_MAX) report.damage.push({ position: 0, stream: undefined, problem });
  }
};

/**
 * Verifies the whole log: every record, the chain of positions, the revisions of every stream, and the file itself.
 * It reads everything (about 200 000 records a second) and may run beside a store in use.
 */
export const verifyLog = (file: string): VerifyReport => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const version = schemaVersionOf(db);
    if (version < SCHEMA_VERSION) throw new Error(`it has schema ${version}; start the store once, which brings it to ${SCHEMA_VERSION}`);
    const report = checkRecords(db);
    checkStreams(db, report);
    checkFile(db, report);
    return report;
  } catch (error) {
    const problem = `the file cannot be read further: ${error instanceof Error ? error.message : String(error)}`;
    return { events: 0, firstPosition: 0, endPosition: 0, damageCount: 1, damage: [{ position: 0, stream: undefined, problem }] };
  } finally {
    db.close();
  }
};
