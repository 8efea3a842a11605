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
    const entry: RecentEvent = { sealed: null, delivered: null, opened: null };
    young.set(id, entry);
    return entry;
  };

  return {
    get: id => young.get(id) ?? old.get(id),
    sealed: (id, sealed) => {
      entryOf(id, sealed.box.length).sealed = sealed;
    },
    delivered: (event, raw) => {
      const entry = entryOf(event.id, raw.length);
      entry.delivered = { bytes: raw, event };
      entry.opened = null;
    },
  };
};
