import { TAIL_BYTES_MAX, TAIL_EVENTS_MAX } from './limits.ts';
import type { LogEvent } from './log-event.ts';
import { encodeEvents } from './read-answer.ts';

/**
 * An event in memory: what feeds look at, and where its frame lies among the bytes of its commit. Nothing else is kept, so
 * that the message which brought the event is free as soon as it is answered.
 */
export type TailEvent = {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
};

/** What an entry takes beside its frame, bytes: the object, and the stream's name. */
const ENTRY_BYTES = 200;

const weigh = (entry: TailEvent): number => entry.to - entry.from + ENTRY_BYTES;

export type LiveTail = {
  /**
   * Adds the events of one commit, encoded once for all who read them, and wakes the listeners.
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

  const trim = (): void => {
    while (entries.length - dropped > TAIL_EVENTS_MAX || (bytes > TAIL_BYTES_MAX && entries.length - dropped > 1)) {
      const entry = entries[dropped] as TailEvent;
      bytes -= weigh(entry);
      floor = entry.position;
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
      if ((entries[middle] as TailEvent).position <= position) low = middle + 1;
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
      if (events.length === 0) return;
      const frames = encodeEvents(events);
      for (const [index, { position, stream, revision, type }] of events.entries()) {
        const from = frames.ends[index - 1] ?? 0;
        const entry = { position, stream, revision, type, bytes: frames.bytes, from, to: frames.ends[index] as number };
        entries.push(entry);
        bytes += weigh(entry);
        last = position;
      }
      trim();
      for (const listener of listeners) listener();
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

/** Collects the frames of a step. Frames that lie side by side become one piece: a commit that passes whole is copied once. */
export type FrameRun = { add: (entry: TailEvent) => void; put: (frame: Buffer) => void; frames: () => Buffer[] };

export const collectFrames = (): FrameRun => {
  const frames: Buffer[] = [];
  let bytes: Buffer | undefined;
  let from = 0;
  let to = 0;
  const cut = (): void => {
    if (bytes !== undefined) frames.push(bytes.subarray(from, to));
    bytes = undefined;
  };
  return {
    add(entry) {
      if (entry.bytes !== bytes || entry.from !== to) {
        cut();
        ({ bytes, from } = entry);
      }
      to = entry.to;
    },
    put(frame) {
      cut();
      frames.push(frame);
    },
    frames() {
      cut();
      return frames;
    },
  };
};
