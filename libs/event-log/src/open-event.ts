import { EVENTS, schemaVersionOf, UPCASTS, type EventType, type Json, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { openPart, type MasterKey } from '@holdpoint/sealing';
import { EventUnreadable } from './errors.ts';
import type { LoggedEvent } from './log-types.ts';
import type { RecentEvent, RecentEvents } from './recent-events.ts';

/**
 * Reads a stored event: opens `private`, upcasts to the newest version, checks the result. The event given stays as it is, and what is
 * returned may be shared with other readers too.
 * @param recent when the log has delivered the event to this process, its word counts, and it is opened once for all readers
 * @returns a function that throws EventUnreadable
 */
export const eventOpener =
  (key: MasterKey, recent: RecentEvents) =>
  (event: LoggedEvent | WorkItem): RecordedEvent => {
    const known = recent.get(event.id);
    const delivered = known?.delivered?.event;
    if (!known || !delivered || !isSame(delivered, event)) return recorded(event, event, openData(key, event, known));
    known.opened ??= openData(key, delivered, known);
    return recorded(event, delivered, known.opened);
  };

type Stored = Pick<LoggedEvent, 'stream' | 'revision' | 'id' | 'type' | 'metadata'> & { data?: unknown };

const isSame = (one: Stored, other: Stored): boolean =>
  one.stream === other.stream && one.revision === other.revision && one.type === other.type;

const recorded = (asked: LoggedEvent | WorkItem, { type, stream, revision, id, metadata }: Stored, data: unknown): RecordedEvent =>
  ({ type, data, stream, revision, id, metadata, ...('position' in asked && { position: asked.position }) }) as RecordedEvent;

const openData = (key: MasterKey, event: Stored, known: RecentEvent | undefined): NonNullable<RecentEvent['opened']> => {
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
const openPrivate = (key: MasterKey, { stream, type, id }: Stored, box: string, written: RecentEvent['written']): Json =>
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
