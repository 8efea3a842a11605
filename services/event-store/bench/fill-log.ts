import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultAuditCategories } from '../src/audit.ts';
import { NO_STREAM } from '../src/append-request.ts';
import { APPEND, type PackedChange } from '../src/group-wire.ts';
import { WRITER_CACHE_KIB } from '../src/limits.ts';
import { configureWriter, markAuditCategories, prepareSchema } from '../src/schema.ts';
import { LOG_FILE } from '../src/start-event-store.ts';
import { openGroupWriter } from '../src/write-group.ts';

/** Events in one transaction while filling. */
const GROUP = 2_000;

/** One event in this many belongs to a settings category, as in a real installation: few, and spread over the whole log. */
const SETTINGS_EVERY = 1_000;

const SETTINGS = ['organization', 'operator', 'agent', 'gatePolicy'];
const WORK = ['approval', 'approval', 'approval', 'notification', 'callback'];

/** A body of about 500 bytes, as an approval's events are. */
export const bodyOf = (index: number): Record<string, unknown> => ({
  approvalId: `apr_${index.toString(36).padStart(26, '0')}`,
  status: 'pending',
  amount: index % 1_000,
  summary: 'The customer asks for a refund of an order that arrived damaged; photographs are attached to the ticket. '.repeat(3),
});

const idBytes = Buffer.alloc(16 * GROUP);

/** Streams have random names and one event each: the worst case for every index. */
const changeOf = (index: number): PackedChange => {
  const category = index % SETTINGS_EVERY === 0 ? SETTINGS[(index / SETTINGS_EVERY) % SETTINGS.length] : WORK[index % WORK.length];
  const id = idBytes.subarray((index % GROUP) * 16, (index % GROUP) * 16 + 16);
  const data = Buffer.from(JSON.stringify(bodyOf(index)));
  const metadata = Buffer.from(`{"$correlationId":"run_${index}","tenant":"org_bench","schemaVersion":1}`);
  return {
    kind: APPEND,
    stream: `${category}-${randomUUID()}`,
    expected: NO_STREAM,
    deadlineMs: Infinity,
    events: [{ id, type: 'ApprovalRequested', isJson: true, data, metadata }],
  };
};

/**
 * Fills a log up to a number of events, straight through the store's own writer.
 * @param from events it has already.
 */
export const fillLog = (dataDir: string, from: number, upTo: number): void => {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, LOG_FILE));
  configureWriter(db, 4 * WRITER_CACHE_KIB);
  prepareSchema(db);
  markAuditCategories(db, defaultAuditCategories);
  db.exec('PRAGMA synchronous = OFF');
  const writer = openGroupWriter(db, defaultAuditCategories, Date.now, randomUUID);
  for (let at = from; at < upTo; at += GROUP) {
    randomFillSync(idBytes);
    const group = Array.from({ length: Math.min(GROUP, upTo - at) }, (_, offset) => changeOf(at + offset));
    const { failure } = writer.write(group);
    if (failure !== undefined) throw new Error(`The log could not be filled: ${failure}`);
  }
  db.close();
};
