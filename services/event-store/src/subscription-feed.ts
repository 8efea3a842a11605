import { matches, type EventFilter } from './event-filter.ts';
import { PAGE_ROWS } from './limits.ts';
import { collectFrames, type LiveTail } from './live-tail.ts';
import { encodeCheckpoint, encodeEvent } from './read-answer.ts';
import type { LogReader } from './read-log.ts';
import type { Start } from './read-request.ts';
import { streamDeleted } from './refusals.ts';
import { TOMBSTONE_TYPE } from './stream-name.ts';

/** The next part of a subscription. */
export type FeedStep = {
  frames: Buffer[];
  /** Nothing more is there for now. */
  isEnd: boolean;
  /** Read from disk because the tail in memory no longer reaches back. */
  fromDisk: boolean;
};

/** Where the events of one subscription come from. It keeps the subscriber's place; each call moves it on. */
export type Feed = {
  next: () => FeedStep;
  /** A checkpoint for a filtered subscription that just caught up; undefined when the last one still says it all. */
  checkpoint: () => Buffer | undefined;
};

/** Feeds a subscription to `$all`: from disk while it is behind, then from memory. */
export const feedAll = (
  tail: LiveTail,
  reader: LogReader,
  from: Start,
  filter: EventFilter | undefined,
  checkpointInterval: number,
): Feed => {
  let position = from === 'start' ? 0 : from === 'end' ? tail.end() : from;
  let considered = 0;
  let checkpointed = position;

  const checkpointDue = (put: (frame: Buffer) => void): void => {
    if (filter === undefined || considered < checkpointInterval) return;
    considered %= checkpointInterval;
    checkpointed = position;
    put(encodeCheckpoint(position));
  };

  const fromTail = (): FeedStep => {
    const entries = tail.after(position, PAGE_ROWS);
    const run = collectFrames();
    for (const entry of entries) {
      position = entry.position;
      considered++;
      if (filter === undefined || matches(filter, entry.stream, entry.type)) run.add(entry);
      checkpointDue(run.put);
    }
    return { frames: run.frames(), isEnd: entries.length < PAGE_ROWS, fromDisk: false };
  };

  /** Of the rows between two matches only their number is known, so they count at the end of the page. */
  const fromDisk = (): FeedStep => {
    const page = reader.readAll(position, false, filter);
    const frames: Buffer[] = [];
    const put = (frame: Buffer): void => void frames.push(frame);
    for (const event of page.events) {
      position = event.position;
      considered++;
      frames.push(encodeEvent(event));
      checkpointDue(put);
    }
    position = Math.max(position, page.reached);
    considered += page.considered - page.events.length;
    checkpointDue(put);
    return { frames, isEnd: false, fromDisk: true };
  };

  return {
    next: () => (tail.reaches(position) ? fromTail() : fromDisk()),
    checkpoint() {
      if (filter === undefined || position <= checkpointed) return undefined;
      checkpointed = position;
      considered = 0;
      return encodeCheckpoint(position);
    },
  };
};

/** Feeds a subscription to one stream, which may not exist yet. */
export const feedStream = (tail: LiveTail, reader: LogReader, stream: string, from: Start): Feed => {
  let nextRevision = from === 'start' || from === 'end' ? 0 : from + 1;
  /** Position up to which the tail was searched; undefined while events come from disk. */
  let searched: number | undefined;
  if (from === 'end') {
    searched = tail.end();
    nextRevision = (reader.findStream(stream, 0)?.lastRevision ?? -1) + 1;
  }

  const fromDisk = (): FeedStep => {
    const endBefore = tail.end();
    const view = reader.findStream(stream, Date.now());
    if (view?.tombstoned === true) throw streamDeleted(stream);
    const frames: Buffer[] = [];
    if (view !== undefined) {
      const page = reader.readStream(view, nextRevision, false);
      for (const event of page.events) frames.push(encodeEvent(event));
      if (page.considered > 0) nextRevision = page.reached + 1;
      if (!page.isEnd) return { frames, isEnd: false, fromDisk: true };
    }
    searched = endBefore;
    return { frames, isEnd: false, fromDisk: true };
  };

  const fromTail = (after: number): FeedStep => {
    const entries = tail.after(after, PAGE_ROWS);
    const run = collectFrames();
    for (const entry of entries) {
      searched = entry.position;
      if (entry.stream !== stream || entry.revision < nextRevision) continue;
      if (entry.type === TOMBSTONE_TYPE) throw streamDeleted(stream);
      nextRevision = entry.revision + 1;
      run.add(entry);
    }
    return { frames: run.frames(), isEnd: entries.length < PAGE_ROWS, fromDisk: false };
  };

  return {
    next() {
      if (searched !== undefined && !tail.reaches(searched)) searched = undefined;
      return searched === undefined ? fromDisk() : fromTail(searched);
    },
    checkpoint: () => undefined,
  };
};
