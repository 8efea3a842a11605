import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { candidateCategories, matches, type EventFilter } from './event-filter.ts';
import { readEventId } from './event-id.ts';
import { PAGE_BYTES_MAX, PAGE_ROWS, READER_CACHE_KIB, SCAN_ROWS, SPANS_PER_PAGE } from './limits.ts';
import type { LogEvent } from './log-event.ts';
import { IS_JSON, checksumOf, nextPosition, spanOf, startOfSpan } from './record.ts';
import { isMetadataStream } from './stream-name.ts';
import { firstVisibleRevision, isSoftDeleted, type StreamMetadata } from './stream-metadata.ts';
import { prepareStreamLookup, type StoredStream } from './stream-heads.ts';

/** A record whose bytes are not what was written. The store says so and stops reading: it never skips. */
export class DamagedRecord extends Error {
  code = 'RECORD_DAMAGED';
}

/** A stream as a reader finds it. */
export type StreamView = {
  id: number;
  name: string;
  lastRevision: number;
  tombstoned: boolean;
  /** No event may be seen, as if the stream had never been. */
  missing: boolean;
  firstVisible: number;
  /** Events created before this are too old to be seen, milliseconds since the epoch. */
  visibleSinceMs: number;
};

/** A page of events and how far it got. */
export type Page = {
  events: LogEvent[];
  /** Position (of `$all`) or revision (of a stream) of the last row looked at, whether it matched or not. */
  reached: number;
  /** Rows looked at. */
  considered: number;
  /** Nothing more is there. */
  isEnd: boolean;
};

export type LogReader = {
  findStream: (name: string, nowMs: number) => StreamView | undefined;
  /** Events of a stream from a revision on, inclusive, in the given direction. */
  readStream: (stream: StreamView, from: number, backwards: boolean) => Page;
  /** Events of the log after (before, when backwards) a position, exclusive. */
  readAll: (from: number, backwards: boolean, filter: EventFilter | undefined) => Page;
  /** Position of the newest event, 0 when there is none. */
  end: () => number;
  close: () => void;
};

const COLUMNS =
  'e.position, e.stream, e.revision, e.type, e.flags, e.created_ms, e.event_id, e.data, e.metadata, e.checksum, e.erased_bytes';
type Row = [number, string, number, string, number, number, Uint8Array, Uint8Array | null, Uint8Array | null, number, number | null];

/** What a filter looks at. */
type Head = [position: number, stream: string, type: string];

/** How rows follow each other in one kind of read, and which of them may be seen. */
type Walk = {
  cursorOf: (row: Row) => number;
  isVisible: (row: Row) => boolean;
  /** No row stands between these two. */
  adjoin: (before: Row, row: Row) => boolean;
};

const endOf = (row: Row): number => nextPosition(row[0], row[10] ?? row[7]?.length ?? 0, row[10] === null ? (row[8]?.length ?? 0) : 0);

/** Positions leave exactly the room a record takes, so that a record which disappeared leaves a hole. */
const walkOn: Walk = { cursorOf: row => row[0], isVisible: () => true, adjoin: (before, row) => endOf(before) === row[0] };
const walkBack: Walk = { ...walkOn, adjoin: (before, row) => endOf(row) === before[0] };
const walkStream = (stream: StreamView): Walk => ({
  cursorOf: row => row[2],
  isVisible: row => row[2] >= stream.firstVisible && row[5] >= stream.visibleSinceMs,
  adjoin: (before, row) => Math.abs(before[2] - row[2]) === 1,
});

/**
 * Opens the log for reading beside the writer: SQLite's write-ahead log lets both work at the same time.
 * @param file the database; it must exist.
 */
export const openLogReader = (file: string): LogReader => {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  const asArrays = (sql: string): StatementSync => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const lookUp = prepareStreamLookup(db);
  const selectEnd = db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1');
  const from = 'FROM events e';
  const streamForwards = asArrays(
    `SELECT ${COLUMNS} ${from} WHERE e.stream_id = ? AND e.revision >= ? ORDER BY e.revision LIMIT ${PAGE_ROWS}`,
  );
  const streamBackwards = asArrays(
    `SELECT ${COLUMNS} ${from} WHERE e.stream_id = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ${PAGE_ROWS}`,
  );
  const allForwards = asArrays(`SELECT ${COLUMNS} ${from} WHERE e.position > ? ORDER BY e.position LIMIT ${PAGE_ROWS}`);
  const allBackwards = asArrays(`SELECT ${COLUMNS} ${from} WHERE e.position < ? ORDER BY e.position DESC LIMIT ${PAGE_ROWS}`);
  const scanForwards = asArrays(`SELECT e.position, e.stream, e.type ${from} WHERE e.position > ? ORDER BY e.position LIMIT ${SCAN_ROWS}`);
  const scanBackwards = asArrays(
    `SELECT e.position, e.stream, e.type ${from} WHERE e.position < ? ORDER BY e.position DESC LIMIT ${SCAN_ROWS}`,
  );
  const spanForwards = asArrays('SELECT position, stream, type FROM events WHERE position > ? AND position < ? ORDER BY position');
  const spanBackwards = asArrays('SELECT position, stream, type FROM events WHERE position < ? AND position >= ? ORDER BY position DESC');
  const spansForwards = asArrays(
    `SELECT span FROM category_spans WHERE category_id = ? AND span >= ? ORDER BY span LIMIT ${SPANS_PER_PAGE}`,
  );
  const spansBackwards = asArrays(
    `SELECT span FROM category_spans WHERE category_id = ? AND span <= ? ORDER BY span DESC LIMIT ${SPANS_PER_PAGE}`,
  );
  const selectOne = asArrays(`SELECT ${COLUMNS} ${from} WHERE e.position = ?`);
  const selectCategories = db.prepare('SELECT id, name FROM categories');
  const readCategories = (): Map<number, string> => new Map(selectCategories.all().map(row => [Number(row['id']), String(row['name'])]));

  const end = (): number => Number(selectEnd.get()?.['position'] ?? 0);

  /** Collects rows into a page, until the query or the page's byte limit ends. */
  const collect = (rows: Iterable<unknown>, walk: Walk): Page => {
    const page: Page = { events: [], reached: -1, considered: 0, isEnd: false };
    let bytes = 0;
    let before: Row | undefined;
    for (const row of rows as Iterable<Row>) {
      if (before !== undefined && !walk.adjoin(before, row))
        throw new DamagedRecord(damageAt(row[0], `a record beside ${row[1]}@${row[2]} is gone`));
      before = row;
      page.considered++;
      page.reached = walk.cursorOf(row);
      if (row[10] !== null || !walk.isVisible(row)) continue;
      page.events.push(checked(row));
      bytes += (row[7]?.length ?? 0) + (row[8]?.length ?? 0);
      if (bytes > PAGE_BYTES_MAX) return page;
    }
    page.isEnd = page.considered < PAGE_ROWS;
    return page;
  };

  const fetch = (positions: readonly number[], page: Page): Page => {
    let bytes = 0;
    for (const position of positions) {
      page.reached = position;
      page.considered++;
      const row = selectOne.get(position) as unknown as Row | undefined;
      if (row === undefined) throw new DamagedRecord(damageAt(position, 'an index names a record that is not there'));
      if (row[10] !== null) continue;
      page.events.push(checked(row));
      bytes += (row[7]?.length ?? 0) + (row[8]?.length ?? 0);
      if (bytes > PAGE_BYTES_MAX) {
        page.isEnd = false;
        return page;
      }
    }
    return page;
  };

  /** Finds the rows a filter has to look at, from the spans that hold one of the categories, or row by row without those. */
  const candidates = (start: number, backwards: boolean, categories: readonly number[] | undefined): { rows: Head[]; isEnd: boolean } => {
    if (categories === undefined) {
      const rows = (backwards ? scanBackwards : scanForwards).all(start) as unknown as Head[];
      return { rows, isEnd: rows.length < SCAN_ROWS };
    }
    const listed = categories.flatMap(id => (backwards ? spansBackwards : spansForwards).all(id, spanOf(Math.max(0, start))));
    const spans = [...new Set(listed.map(row => (row as unknown as [number])[0]))];
    spans.sort((left, right) => (backwards ? right - left : left - right));
    const rows = spans.slice(0, SPANS_PER_PAGE).flatMap(span => {
      const [from, to] = [startOfSpan(span), startOfSpan(span + 1)];
      return backwards ? spanBackwards.all(Math.min(start, to), from) : spanForwards.all(Math.max(start, from - 1), to);
    });
    return { rows: rows as unknown as Head[], isEnd: spans.length < SPANS_PER_PAGE };
  };

  const readFiltered = (start: number, backwards: boolean, filter: EventFilter): Page => {
    const logEnd = end();
    const { rows, isEnd } = candidates(start, backwards, candidateCategories(filter, readCategories()));
    const matching = rows.filter(row => matches(filter, row[1], row[2])).map(row => row[0]);
    const wanted = matching.slice(0, PAGE_ROWS);
    const page = fetch(wanted, { events: [], reached: start, considered: 0, isEnd: true });
    const complete = page.isEnd && wanted.length === matching.length;
    if (complete && rows.length > 0) page.reached = rows.at(-1)?.[0] ?? start;
    page.considered = complete ? rows.length : rows.findIndex(row => row[0] === page.reached) + 1;
    page.isEnd = complete && isEnd;
    if (page.isEnd && !backwards) page.reached = Math.max(page.reached, logEnd);
    return page;
  };

  return {
    end,
    close: () => db.close(),
    findStream(name, nowMs) {
      const stored = lookUp(name);
      return stored === undefined ? undefined : viewOf(stored, name, nowMs);
    },
    readStream(stream, start, backwards) {
      const statement = backwards ? streamBackwards : streamForwards;
      const bound = backwards ? Math.min(start, stream.lastRevision) : Math.max(start, stream.firstVisible);
      const page = collect(statement.iterate(stream.id, Math.min(bound, Number.MAX_SAFE_INTEGER)), walkStream(stream));
      if (backwards && page.reached <= stream.firstVisible) page.isEnd = true;
      return page;
    },
    readAll(start, backwards, filter) {
      const bound = Math.min(start, Number.MAX_SAFE_INTEGER);
      if (filter === undefined) {
        return collect((backwards ? allBackwards : allForwards).iterate(bound), backwards ? walkBack : walkOn);
      }
      return readFiltered(bound, backwards, filter);
    },
  };
};

const viewOf = ({ id, lastRevision, tombstoned, ...stored }: StoredStream, name: string, nowMs: number): StreamView => {
  const metadata: StreamMetadata = isMetadataStream(name) ? { maxCount: 1 } : stored.metadata;
  return {
    id,
    name,
    lastRevision,
    tombstoned,
    missing: lastRevision < 0 || isSoftDeleted(metadata),
    firstVisible: Math.max(0, firstVisibleRevision(metadata, lastRevision)),
    visibleSinceMs: metadata.maxAgeMs === undefined ? -Infinity : nowMs - metadata.maxAgeMs,
  };
};

const damageAt = (position: number, what: string): string =>
  `The event store is damaged at position ${position}: ${what}. Run its verify mode, and restore a backup; nothing was skipped.`;

/** Turns a row into an event after checking every byte of it. */
const checked = (row: Row): LogEvent => {
  const [position, stream, revision, type, flags, createdMs, id, data, metadata, checksum] = row;
  if (data === null || metadata === null) throw new DamagedRecord(damageAt(position, `the record of stream ${stream} has no payload`));
  if (checksumOf({ position, revision, createdMs, flags, id, type, stream }, data, metadata) !== checksum) {
    throw new DamagedRecord(damageAt(position, `the record ${stream}@${revision} does not match its checksum`));
  }
  return { position, stream, revision, type, isJson: (flags & IS_JSON) !== 0, createdMs, id: readEventId(id), data, metadata };
};
