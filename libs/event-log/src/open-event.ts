import { EVENTS, schemaVersionOf, UPCASTS, type EventType, type Json, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { openPart, type MasterKey } from '@holdpoint/sealing';
import { EventUnreadable } from './errors.ts';
import type { LoggedEvent } from './log-types.ts';

/**
 * Reads a stored event: opens `private`, upcasts to the newest version, checks the result. The event given stays as it is: it may be
 * shared with other readers.
 * @returns a function that throws EventUnreadable
 */
export const eventOpener =
  (key: MasterKey) =>
  (event: LoggedEvent | WorkItem): RecordedEvent => {
    const { stream, revision, id, metadata } = event;
    const unreadable = (why: string, cause?: unknown) => new EventUnreadable(stream, revision, event.type, why, cause);
    if (!Object.hasOwn(EVENTS, event.type)) throw unreadable('its type is not known to this version; run a newer one');
    const type = event.type as EventType;
    if (!isRecord(event.data)) throw unreadable('it carries no data; load it from its stream');
    const opened = { ...event.data };
    if (typeof opened['private'] === 'string') {
      try {
        opened['private'] = openPart(key, opened['private'], { stream, type, id }) as Json;
      } catch (error) {
        throw unreadable(error instanceof Error ? error.message : 'its seal is broken', error);
      }
    }
    const result = EVENTS[type].safeParse(upcast(type, opened, metadata?.schemaVersion ?? 1, unreadable));
    if (!result.success)
      throw unreadable(
        `its data does not fit: ${result.error.issues.map(issue => `/${issue.path.join('/')} ${issue.message}`).join('; ')}`,
      );
    return {
      type,
      data: result.data,
      stream,
      revision,
      id,
      metadata,
      ...('position' in event && { position: event.position }),
    } as RecordedEvent;
  };

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
