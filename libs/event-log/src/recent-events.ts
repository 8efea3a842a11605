import type { EventData, EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from './log-types.ts';

/** Events remembered: what a busy process has in hand between an append and its last reader, many times over. */
const EVENTS_MAX = 4_096;
/** What they may weigh together, bytes as stored: one context of the largest inline size must not push the memory up by thousands of them. */
const BYTES_MAX = 8 * 1024 * 1024;

/** One event of which something is known already. */
export type RecentEvent = {
  /** The box that this process sealed, and what is in it: it need not be opened again. */
  sealed: { stream: string; type: string; box: string; text: string } | null;
  /** As the log delivered it: the bytes, and what they say. */
  delivered: { bytes: Buffer; event: LoggedEvent } | null;
  /** The data of `delivered`, opened and checked. */
  opened: EventData<EventType> | null;
};

/**
 * What this process lately wrote and read, by event id. Several followers and workers of one process meet the same event: it is decoded,
 * opened and checked for the first of them only. They share the objects, so nobody may change an event.
 */
export type RecentEvents = {
  get(id: string): RecentEvent | undefined;
  sealed(id: string, sealed: NonNullable<RecentEvent['sealed']>): void;
  delivered(event: LoggedEvent, bytes: Buffer): void;
};

export const recentEvents = ({ eventsMax = EVENTS_MAX, bytesMax = BYTES_MAX } = {}): RecentEvents => {
  /** In order of their first appearance. */
  const events = new Map<string, RecentEvent>();
  let bytes = 0;

  const remember = (id: string, known: Partial<RecentEvent>): void => {
    let entry = events.get(id);
    if (entry === undefined) events.set(id, (entry = { sealed: null, delivered: null, opened: null }));
    bytes -= weightOf(entry);
    Object.assign(entry, known);
    bytes += weightOf(entry);
    if (events.size > eventsMax || bytes > bytesMax) forgetOldest();
  };
  const forgetOldest = (): void => {
    for (const [id, entry] of events) {
      if (events.size <= eventsMax && bytes <= bytesMax) return;
      events.delete(id);
      bytes -= weightOf(entry);
    }
  };

  return {
    get: id => events.get(id),
    sealed: (id, sealed) => remember(id, { sealed }),
    delivered: (event, raw) => remember(event.id, { delivered: { bytes: raw, event }, opened: null }),
  };
};

const weightOf = ({ sealed, delivered }: RecentEvent): number => (sealed?.box.length ?? 0) + (delivered?.bytes.length ?? 0);
