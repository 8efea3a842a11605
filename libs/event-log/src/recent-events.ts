import type { EventData, EventMetadata, EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from './log-types.ts';

/** Events remembered: what a busy process has in hand between an append and its last reader, many times over. */
const EVENTS_MAX = 4_096;
/** What they may weigh together, bytes as stored: one context of the largest inline size must not push the memory up by thousands of them. */
const BYTES_MAX = 8 * 1024 * 1024;

/** An event that this process proposed: the texts that go into the log, and what reading them again would give. */
export type WrittenEvent = {
  stream: string;
  type: string;
  /** JSON texts, and the values they were written from; in `stored` the private part is sealed. */
  data: string;
  stored: Record<string, unknown>;
  metadata: string;
  storedMetadata: EventMetadata;
  /** The data before its private part was sealed, checked against the schema. */
  opened: EventData<EventType>;
};

/** One event of which something is known already. */
export type RecentEvent = {
  /** As this process wrote it, until the log delivers it: then it need not be read again, if it says the same. */
  written: WrittenEvent | null;
  /** As the log delivered it: the bytes, and what they say. */
  delivered: { bytes: Buffer; event: LoggedEvent } | null;
  /** The data of `delivered`, opened and checked. */
  opened: EventData<EventType> | null;
};

/**
 * What this process lately wrote and read, by event id. Several followers and workers of one process meet the same event: it is decoded,
 * opened and checked for the first of them only, and for none of them when the process wrote it itself. They share the objects, so nobody
 * may change an event.
 */
export type RecentEvents = {
  get(id: string): RecentEvent | undefined;
  written(id: string, written: WrittenEvent): void;
  /** @param opened what is known to be in it */
  delivered(event: LoggedEvent, bytes: Buffer, opened?: EventData<EventType> | null): void;
};

/**
 * Two generations: when the younger holds half of what may be held, the older is let go as a whole. A map that loses its oldest entry for
 * each new one would search the places of those it has lost already, which costs more than all the rest here.
 */
export const recentEvents = ({ eventsMax = EVENTS_MAX, bytesMax = BYTES_MAX } = {}): RecentEvents => {
  let young = new Map<string, RecentEvent>();
  let old = new Map<string, RecentEvent>();
  let bytes = 0;

  const entryOf = (id: string, weight: number): RecentEvent => {
    if (young.size >= eventsMax / 2 || bytes + weight > bytesMax / 2) {
      old = young;
      young = new Map();
      bytes = 0;
    }
    bytes += weight;
    const known = young.get(id) ?? old.get(id);
    if (known) return known;
    const entry: RecentEvent = { written: null, delivered: null, opened: null };
    young.set(id, entry);
    return entry;
  };

  return {
    get: id => young.get(id) ?? old.get(id),
    written: (id, written) => {
      entryOf(id, written.data.length).written = written;
    },
    delivered: (event, raw, opened = null) => {
      // What was written is as long as what is delivered, and takes its place.
      const known = young.get(event.id)?.written ?? old.get(event.id)?.written;
      const entry = entryOf(event.id, raw.length - (known?.data.length ?? 0));
      entry.written = null;
      entry.delivered = { bytes: raw, event };
      entry.opened = opened;
    },
  };
};
