import { EVENTS, schemaVersionOf, UPCASTS, type EventType, type Json, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { dataKeyIdOf, openPart, type MasterKey, type Sealer } from '@holdpoint/sealing';
import { EventErased, EventUnreadable } from './errors.ts';
import type { KeyBlocks } from './key-blocks.ts';
import type { LoggedEvent } from './log-types.ts';
import type { RecentEvent, RecentEvents } from './recent-events.ts';

/**
 * Reads a stored event: opens `private`, upcasts to the newest version, checks the result. The event given stays as it is, and what is
 * returned may be shared with other readers too.
 * @param keys the data keys in memory; once one is destroyed, what it sealed is not given out any more, even if it was opened before
 * @param recent when the log has delivered the event to this process, its word counts, and it is opened once for all readers
 * @returns a function that throws EventErased, EventUnreadable
 */
export const eventOpener =
  (masterKey: MasterKey, keys: Pick<KeyBlocks, 'at'>, recent: RecentEvents) =>
  (event: LoggedEvent | WorkItem): RecordedEvent => {
    const known = recent.get(event.id);
    const delivered = known?.delivered?.event;
    const stored = delivered && isSame(delivered, event) ? delivered : null;
    const key = keyOf(masterKey, keys, stored ?? event);
    if (!known || !stored) return recorded(event, event, openData(key, event, known));
    known.opened ??= openData(key, stored, known);
    return recorded(event, stored, known.opened);
  };

/** What sealed an event. @throws EventErased; EventUnreadable while the key is not in memory */
const keyOf = (masterKey: MasterKey, keys: Pick<KeyBlocks, 'at'>, { stream, revision, type, data }: Stored): Sealer => {
  const box = isRecord(data) ? data['private'] : undefined;
  const keyId = typeof box === 'string' ? dataKeyIdOf(box) : null;
  if (keyId === null) return masterKey;
  const key = keys.at(keyId);
  if (key === null) throw new EventErased(stream, revision, type);
  if (key === undefined) throw new EventUnreadable(stream, revision, type, 'its data key is not in memory; it has to be fetched first');
  return key;
};

type Stored = Pick<LoggedEvent, 'stream' | 'revision' | 'id' | 'type' | 'metadata'> & { data?: unknown };

const isSame = (one: Stored, other: Stored): boolean =>
  one.stream === other.stream && one.revision === other.revision && one.type === other.type;

const recorded = (asked: LoggedEvent | WorkItem, { type, stream, revision, id, metadata }: Stored, data: unknown): RecordedEvent =>
  ({ type, data, stream, revision, id, metadata, ...('position' in asked && { position: asked.position }) }) as RecordedEvent;

const openData = (key: Sealer, event: Stored, known: RecentEvent | undefined): NonNullable<RecentEvent['opened']> => {
  const unreadable = (why: string, cause?: unknown) => new EventUnreadable(event.stream, event.revision, event.type, why, cause);
  if (!Object.hasOwn(EVENTS, event.type)) throw unreadable('its type is not known to this version; run a newer one');
  const type = event.type as EventType;
  if (!isRecord(event.data)) throw unreadable('it carries no data; load it from its stream');
  const opened = { ...event.data };
  if (typeof opened['private'] === 'string') {
    try {
      opened['private'] = openPrivate(key, event, opened['private'], known?.written ?? null);
    } catch (error) {
      throw unreadable(error instanceof Error ? error.message : 'its seal is broken', error);
    }
  }
  const result = EVENTS[type].safeParse(upcast(type, opened, event.metadata?.schemaVersion ?? 1, unreadable));
  if (result.success) return result.data;
  throw unreadable(`its data does not fit: ${result.error.issues.map(issue => `/${issue.path.join('/')} ${issue.message}`).join('; ')}`);
};

/** The very box that this process sealed for this place holds what it put in. */
const openPrivate = (key: Sealer, { stream, type, id }: Stored, box: string, written: RecentEvent['written']): Json =>
  written && written.stored['private'] === box && written.stream === stream && written.type === type
    ? ((written.opened as { private?: unknown }).private as Json)
    : (openPart(key, box, { stream, type, id }) as Json);

/** Climbs from the version written to the newest, one step at a time. */
const upcast = (
  type: EventType,
  data: Record<string, Json>,
  from: number,
  unreadable: (why: string) => EventUnreadable,
): Record<string, Json> => {
  const newest = schemaVersionOf(type);
  if (from > newest) throw unreadable(`it was written in version ${from}, this program knows ${newest}; run a newer one`);
  let current = data;
  for (let version = from; version < newest; version++) {
    const step = UPCASTS[type]?.[version];
    if (!step) throw unreadable(`there is no upcast from version ${version}`);
    current = step(current);
  }
  return current;
};

const isRecord = (value: unknown): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);
