import { TAIL_BYTES_MAX, TAIL_EVENTS_MAX } from './limits.ts';
import type { LogEvent } from './log-event.ts';
import { encodeEvent } from './read-answer.ts';

/** An event in memory, with the bytes every subscriber gets. */
export type TailEvent = { readonly event: LogEvent; frame: Buffer | undefined };

/** The encoded event, encoded once for all who read it. */
export const frameOfTail = (entry: TailEvent): Buffer => (entry.frame ??= encodeEvent(entry.event));

export type LiveTail = {
  /**
   * Adds the events of one commit and wakes the listeners.
   * @param hidesOlder the commit may have hidden older events: whoever has not read them yet must ask the disk what is left.
   */
  push: (events: readonly LogEvent[], hidesOlder: boolean) => void;
  /** Says whether all events after `position` are in memory. */
  reaches: (position: number) => boolean;
  /** Up to `max` events after `position`, oldest first. Only meaningful where `reaches` is true. */
  after: (position: number, max: number) => TailEvent[];
  /** Position of the newest event written; 0 in an empty log. */
  end: () => number;
  /** Calls back after every commit, until the returned function is called. */
  listen: (listener: () => void) => () => void;
  stats: () => { events: number; bytes: number; listeners: number };
};

/**
 * Keeps the newest events in memory, so that live subscribers never touch the disk.
 * @param end position of the newest event on disk at the start, 0 when there is none.
 */
export const openLiveTail = (end: number): LiveTail => {
  let entries: TailEvent[] = [];
  let dropped = 0;
  let bytes = 0;
  /** Everything after this position is in memory. */
  let floor = end;
  let last = end;
  const listeners = new Set<() => void>();
  const weigh = (event: LogEvent): number => 2 * (event.data.length + event.metadata.length) + 300;

  const trim = (): void => {
    while (entries.length - dropped > TAIL_EVENTS_MAX || (bytes > TAIL_BYTES_MAX && entries.length - dropped > 1)) {
      const { event } = entries[dropped] as TailEvent;
      bytes -= weigh(event);
      floor = event.position;
      dropped++;
    }
    if (dropped > TAIL_EVENTS_MAX) {
      entries = entries.slice(dropped);
      dropped = 0;
    }
  };

  const firstAfter = (position: number): number => {
    let low = dropped;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle] as TailEvent).event.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const forget = (): void => {
    entries = [];
    dropped = 0;
    bytes = 0;
    floor = last;
  };

  return {
    push(events, hidesOlder) {
      if (hidesOlder) forget();
      for (const event of events) {
        entries.push({ event, frame: undefined });
        bytes += weigh(event);
        last = event.position;
      }
      trim();
      if (events.length > 0) for (const listener of listeners) listener();
    },
    reaches: position => position >= floor,
    after(position, max) {
      const from = firstAfter(position);
      return entries.slice(from, from + max);
    },
    end: () => last,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stats: () => ({ events: entries.length - dropped, bytes, listeners: listeners.size }),
  };
};
