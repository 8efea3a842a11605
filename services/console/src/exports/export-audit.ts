import { schemaVersionOf, type auditQuery, type EventType, type Json, type RecordedEvent } from '@holdpoint/contracts';
import { EventErased, type EventLog, type LoggedEvent } from '@holdpoint/event-log';
import type { z } from 'zod';
import { CursorUnreadable, readCursor, writeCursor } from '../read-model/paging.ts';
import { historyWords, type NameOf } from '../review/history-words.ts';
import { settingsWords } from '../settings/settings-words.ts';
import type { Export, ExportRecord } from './export-format.ts';
import { replayed } from './replayed.ts';

/** Streams that say what happened in an organisation. What only the machine keeps for itself (relay, contexts, budgets) is left out. */
const AUDITED = [
  ...(['approval-', 'notification-', 'callback-', 'view-', 'digest-', 'gatePolicy-', 'organization-', 'operator-'] as const),
  ...(['agent-', 'schedule-', 'grant-'] as const),
];
const COLUMNS = ['position', 'at', 'type', 'stream', 'revision', 'actor', 'summary', 'data', 'id', 'cursor'];
/** A log position: a decimal number of at most 20 digits. */
const POSITION = /^\d{1,20}$/;

type Deps = { eventLog: Pick<EventLog, 'replay' | 'open'>; nameOf: NameOf };

/**
 * Every event of a tenant in log order, with its actor, a sentence about it, and the open part of its data: what is sealed in the log stays sealed.
 * @throws CursorUnreadable with the first record when `cursor` is not one this export gave out
 */
export const exportAudit = (deps: Deps, tenant: string, query: z.output<typeof auditQuery>): Export => ({
  columns: COLUMNS,
  records: auditRecords(deps, tenant, query),
});

async function* auditRecords(
  { eventLog, nameOf }: Deps,
  tenant: string,
  { from, to, cursor }: z.output<typeof auditQuery>,
): AsyncGenerator<ExportRecord> {
  for await (const event of replayed(eventLog, { prefixes: AUDITED, from: cursor === undefined ? 'start' : positionOf(cursor) })) {
    const { tenant: of, recordedAt } = event.metadata;
    if (of !== tenant || (from !== undefined && recordedAt < from) || (to !== undefined && recordedAt >= to)) continue;
    yield {
      position: event.position,
      at: recordedAt,
      type: event.type,
      stream: event.stream,
      revision: event.revision,
      actor: event.metadata.actor,
      summary: wordsOf(event, eventLog, nameOf),
      data: openPartOf(event.data as Json),
      id: event.id,
      cursor: writeCursor(event.position),
    };
  }
}

const positionOf = (cursor: string): string => {
  const position = readCursor(cursor);
  if (!POSITION.test(position)) throw new CursorUnreadable();
  return position;
};

/** An event this version cannot read is in the file all the same, by its type. */
const wordsOf = (event: LoggedEvent, { open }: Deps['eventLog'], nameOf: NameOf): string => {
  const readable = readableOf(event, open);
  return readable === null ? event.type : (settingsWords(readable, nameOf) ?? historyWords(readable, nameOf));
};

/** Sentences quote nothing that is sealed, so an erased event still has its own. */
const readableOf = (event: LoggedEvent, open: EventLog['open']): RecordedEvent | null => {
  try {
    return open(event);
  } catch (error) {
    const isWhole = error instanceof EventErased && event.metadata.schemaVersion === schemaVersionOf(event.type as EventType);
    return isWhole ? (event as unknown as RecordedEvent) : null;
  }
};

/** Sealed parts, and hashes by which the gate knows its secrets again, are nobody's to read. */
const NEVER_SHOWN = new Set(['private', 'hash']);
const openPartOf = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(openPartOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, of]) => (NEVER_SHOWN.has(name) ? [] : [[name, openPartOf(of)]])));
};
