import type { DatabaseSync } from 'node:sqlite';
import { protectedCategoryOf, truncates } from './audit.ts';
import { decideAppend, decideDelete, type StreamState } from './decide-append.ts';
import { writeEventId } from './event-id.ts';
import { emptyQuietly, foldQuietly } from './fold-now.ts';
import {
  ALREADY_WRITTEN,
  ANSWER_COLUMNS,
  DELETE,
  DISK_FULL,
  PROTECTED,
  STORE_FAILED,
  STREAM_DELETED,
  TIMED_OUT,
  TOMBSTONE,
  WRITTEN,
  WRONG_REVISION,
  type AddedEvent,
  type GroupAnswer,
  type PackedChange,
  type PackedEvent,
} from './group-wire.ts';
import { rememberRecentEvents } from './recent-events.ts';
import { IS_JSON, checksumOf, nextPosition, spanOf } from './record.ts';
import { openStreamHeads, type StreamHead } from './stream-heads.ts';
import { describedStreamOf, isMetadataStream, metadataStreamOf, METADATA_TYPE } from './stream-name.ts';
import { SOFT_DELETED, firstVisibleRevision, parseStreamMetadata, withTruncateBefore, type StreamMetadata } from './stream-metadata.ts';

/** The first event stands here, so that position 0 always means "before everything". */
const FIRST_POSITION = 64;

/** SQLite result codes (sqlite.org/rescode.html): the disk is full, or did not take the bytes. */
const SQLITE_FULL = 13;
const SQLITE_IOERR_WRITE = 778;
const SQLITE_IOERR_FSYNC = 1034;
const SQLITE_IOERR_TRUNCATE = 1546;

type Outcome = { code: number; revision: number; first: number; last: number };

const refused = (code: number, revision = -1): Outcome => ({ code, revision, first: 0, last: 0 });

export type GroupWriter = {
  /** Writes a group in one transaction; returns after COMMIT, when everything is on disk. Never throws. */
  write: (changes: PackedChange[]) => GroupAnswer;
  /** Folds the write-ahead log into the file as far as readers allow. */
  checkpoint: () => void;
};

/**
 * The only writer of the log.
 * @param audit categories whose events are never changed, deleted or hidden.
 * @param newEventId makes ids for the events the store adds by itself.
 */
export const openGroupWriter = (db: DatabaseSync, audit: readonly string[], now: () => number, newEventId: () => string): GroupWriter => {
  const protectedCategories = new Set(audit);
  const heads = openStreamHeads(db);
  const recent = rememberRecentEvents();
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const insert = db.prepare(
    'INSERT INTO events (position, stream_id, revision, category_id, created_ms, flags, checksum, event_id, stream, type, metadata, data) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
  );
  const insertSpan = db.prepare('INSERT OR IGNORE INTO category_spans (category_id, span) VALUES (?, ?)');
  const selectEvent = db.prepare('SELECT event_id, position FROM events WHERE stream_id = ? AND revision = ?');
  const selectMetadata = db.prepare('SELECT data FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1');
  const erase = db.prepare(
    'UPDATE events SET erased_bytes = length(data) + length(metadata), data = NULL, metadata = NULL WHERE stream_id = ? AND revision < ? AND erased_bytes IS NULL',
  );
  const readEnd = (): { position: number; createdMs: number } => {
    const row = db
      .prepare(
        'SELECT position, created_ms, coalesce(erased_bytes, length(data) + length(metadata)) AS bytes FROM events ORDER BY position DESC LIMIT 1',
      )
      .get();
    if (row === undefined) return { position: FIRST_POSITION, createdMs: 0 };
    return { position: nextPosition(Number(row['position']), Number(row['bytes']), 0), createdMs: Number(row['created_ms']) };
  };

  let { position, createdMs } = readEnd();
  let added: AddedEvent[] = [];
  let erased = false;
  /** The newest span each category is listed with. */
  const spans = new Map<number, number>();

  const listSpan = (categoryId: number): void => {
    const span = spanOf(position);
    if (spans.get(categoryId) === span) return;
    insertSpan.run(categoryId, span);
    spans.set(categoryId, span);
  };

  const isProtected = (stream: string): boolean => protectedCategories.has(protectedCategoryOf(stream));

  const insertEvent = (head: StreamHead, event: PackedEvent): number => {
    const at = position;
    const revision = head.lastRevision + 1;
    const flags = event.isJson ? IS_JSON : 0;
    const checksum = checksumOf(
      { position: at, revision, createdMs, flags, id: event.id, type: event.type, stream: head.name },
      event.data,
      event.metadata,
    );
    insert.run(
      at,
      head.id,
      revision,
      head.categoryId,
      createdMs,
      flags,
      checksum,
      event.id,
      head.name,
      event.type,
      event.metadata,
      event.data,
    );
    listSpan(head.categoryId);
    head.lastRevision = revision;
    position = nextPosition(at, event.data.length, event.metadata.length);
    return at;
  };

  /** Removes the payload of events nobody may see any more; heads of rows stay, so that the log has no holes. */
  const eraseHidden = (head: StreamHead): void => {
    if (head.id === 0 || isProtected(head.name)) return;
    const first = firstVisibleRevision(head.metadata, head.lastRevision);
    if (first > 0) erase.run(head.id, Math.min(first, head.lastRevision + 1));
  };

  const applyMetadata = (stream: string, metadata: StreamMetadata): void => {
    const head = heads.find(stream);
    heads.ensureNumber(head);
    head.metadata = metadata;
    heads.saveMetadata(head);
    if (!truncates(metadata)) return;
    eraseHidden(head);
    erased = true;
  };

  /** Writing to a soft-deleted stream continues its numbering and makes only the new events visible. */
  const undelete = (head: StreamHead, change: number): void => {
    const metadataHead = heads.find(metadataStreamOf(head.name));
    heads.ensureNumber(metadataHead);
    const current = selectMetadata.get(metadataHead.id)?.['data'];
    const truncateBefore = head.lastRevision + 1;
    const body = Buffer.from(withTruncateBefore(current instanceof Uint8Array ? current : Buffer.from('{}'), truncateBefore));
    const id = Buffer.alloc(16);
    const idText = newEventId();
    writeEventId(id, 0, idText);
    const event: PackedEvent = { id, type: METADATA_TYPE, isJson: true, data: body, metadata: Buffer.alloc(0) };
    const at = insertEvent(metadataHead, event);
    added.push({ change, stream: metadataHead.name, revision: metadataHead.lastRevision, position: at, event: { ...event, id: idText } });
    head.metadata = { ...head.metadata, truncateBefore };
    heads.saveMetadata(head);
  };

  const stateOf = (head: StreamHead): StreamState => ({
    lastRevision: head.lastRevision,
    metadata: head.metadata,
    tombstoned: head.tombstoned,
    hasMetadata: head.id !== 0,
  });

  const append = (change: PackedChange, index: number): Outcome => {
    const head = heads.find(change.stream);
    const ids = change.events.map(event => keyOf(event.id));
    const decision = decideAppend(stateOf(head), change.expected, ids, {
      idAt: revision => {
        const row = head.id === 0 ? undefined : selectEvent.get(head.id, revision);
        return row === undefined ? undefined : keyOf(row['event_id'] as Uint8Array);
      },
      recentRevisionOf: id => recent.revisionOf(id, change.stream),
    });
    if (decision.outcome === 'wrongRevision') return refused(WRONG_REVISION, head.lastRevision);
    if (decision.outcome === 'streamDeleted') return refused(STREAM_DELETED);
    if (decision.outcome === 'alreadyWritten') {
      const at = Number(selectEvent.get(head.id, decision.lastRevision)?.['position'] ?? 0);
      return { code: ALREADY_WRITTEN, revision: decision.lastRevision, first: at, last: at };
    }
    const metadata = isMetadataStream(change.stream) ? newestMetadata(change.events) : undefined;
    if (metadata !== undefined && truncates(metadata) && isProtected(change.stream)) return refused(PROTECTED);
    if (change.events.length === 0) return { code: WRITTEN, revision: head.lastRevision, first: 0, last: 0 };
    heads.ensureNumber(head);
    if (decision.undelete) undelete(head, index);
    const first = position;
    let last = position;
    for (const [at, event] of change.events.entries()) {
      last = insertEvent(head, event);
      recent.remember(ids[at] as string, change.stream, head.lastRevision);
    }
    if (metadata !== undefined) applyMetadata(describedStreamOf(change.stream), metadata);
    if (head.metadata.maxCount !== undefined) eraseHidden(head);
    return { code: WRITTEN, revision: head.lastRevision, first, last };
  };

  const remove = (change: PackedChange): Outcome => {
    if (isProtected(change.stream)) return refused(PROTECTED);
    const head = heads.find(change.stream);
    const permanent = change.kind === TOMBSTONE;
    const decision = decideDelete(stateOf(head), change.expected, permanent);
    if (decision === 'wrongRevision') return refused(WRONG_REVISION, head.lastRevision);
    if (decision === 'streamDeleted') return refused(STREAM_DELETED);
    const event = change.events[0] as PackedEvent;
    heads.ensureNumber(head);
    const target = permanent ? head : heads.find(metadataStreamOf(change.stream));
    heads.ensureNumber(target);
    const hiddenBelow = head.lastRevision + 1;
    const at = insertEvent(target, event);
    if (permanent) head.tombstoned = true;
    else head.metadata = { ...head.metadata, truncateBefore: SOFT_DELETED };
    heads.saveMetadata(head);
    erase.run(head.id, hiddenBelow);
    erased = true;
    return { code: WRITTEN, revision: target.lastRevision, first: at, last: at };
  };

  const rollBack = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK');
    // Starts a fresh write-ahead log: frames of the failed commit must not look like commits after the next crash.
    emptyQuietly(db);
    heads.forget();
    recent.forget();
    spans.clear();
    ({ position, createdMs } = readEnd());
  };

  return {
    write(changes) {
      const answers = new Float64Array(changes.length * ANSWER_COLUMNS);
      added = [];
      erased = false;
      let startedMs = 0;
      try {
        begin.run();
        // After the lock was granted: what became overdue while waiting for it was answered as such, and must not be written.
        startedMs = now();
        createdMs = Math.max(createdMs, startedMs);
        for (const [index, change] of changes.entries()) {
          const outcome =
            change.deadlineMs <= startedMs
              ? refused(TIMED_OUT)
              : change.kind === DELETE || change.kind === TOMBSTONE
                ? remove(change)
                : append(change, index);
          putAnswer(answers, index, outcome);
        }
        commit.run();
      } catch (error) {
        return failedGroup(changes.length, error, rollBack);
      }
      if (erased) emptyQuietly(db);
      return { answers, createdMs, added, failure: undefined };
    },
    checkpoint: () => foldQuietly(db),
  };
};

/** An event id as a short key: 16 characters, one for each byte, compare and hash faster than the UUID's text. */
const keyOf = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');

const putAnswer = (answers: Float64Array, index: number, { code, revision, first, last }: Outcome): void => {
  const at = index * ANSWER_COLUMNS;
  answers[at] = code;
  answers[at + 1] = revision;
  answers[at + 2] = first;
  answers[at + 3] = last;
};

/** The metadata a metadata stream will have after these events: the last one counts, and only if it is a `$metadata` event. */
const newestMetadata = (events: readonly PackedEvent[]): StreamMetadata => {
  const last = events.at(-1);
  return last?.type === METADATA_TYPE ? (parseStreamMetadata(last.data) ?? {}) : {};
};

/** Nothing of a failed group is on disk; everybody in it is told so. */
const failedGroup = (count: number, error: unknown, rollBack: () => void): GroupAnswer => {
  let failure = error instanceof Error ? error.message : String(error);
  const result = (error as { errcode?: number }).errcode ?? 0;
  const full = [SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE].includes(result);
  try {
    rollBack();
  } catch (second) {
    failure += `; rolling back failed too: ${second instanceof Error ? second.message : String(second)}`;
  }
  const answers = new Float64Array(count * ANSWER_COLUMNS);
  for (let index = 0; index < count; index++) answers[index * ANSWER_COLUMNS] = full ? DISK_FULL : STORE_FAILED;
  return { answers, createdMs: 0, added: [], failure };
};
