import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ReadAnswer } from './decode-read.ts';
import type { LoggedEvent } from './log-types.ts';
import { openFeed, type Feed } from './open-feed.ts';
import { comparePositions } from './position.ts';
import type { RecentEvents } from './recent-events.ts';

/** What a reader finds next: events and the position up to which these are all; or nothing yet; or why it cannot go on here. */
export type TailNews = { events: LoggedEvent[]; upTo: string } | 'nothing' | 'behind' | { broken: unknown };

/** One follower's place in the tail. */
export type TailReader = {
  next(): TailNews;
  /** Whether the tail has brought all that was in the log when it was opened. */
  caughtUp(): boolean;
};

/**
 * The newest events of the log, received once for all followers of the process that want them. Each reads on at its own pace; the tail waits
 * for nobody. A follower that is further back than the tail reaches follows by a feed of its own until it gets here.
 */
export type Tail = {
  /** Announces a follower. @returns a function that takes it back; without followers the tail is closed */
  announce(prefixes: readonly string[]): () => void;
  /** Opens the tail behind this position if other followers want the same streams and it is not open: one feed for one follower saves nothing. */
  openFrom(position: string, prefixes: readonly string[]): void;
  /** A place behind this position, or null when the tail does not reach back to it or does not have these streams. */
  readerAt(position: string, prefixes: readonly string[]): TailReader | null;
  /** Resolves after the turn of the loop in which something came, or the tail broke, or `wake` was called. */
  more(): Promise<void>;
  wake(): void;
};

/** Events kept at least, once as many came: as many as a feed of its own lets wait for a follower. */
const KEPT_EVENTS = 1_024;

type Opened = {
  prefixes: readonly string[];
  feed: Promise<Feed>;
  events: LoggedEvent[];
  /** How many events were let go before those; the position of the last of them, or where the tail began. */
  gone: number;
  floor: string;
  /** Everything up to here was received. */
  head: string;
  caughtUp: boolean;
  broken: { error: unknown } | null;
};

export const openTail = (client: EventStoreDBClient, recent: RecentEvents): Tail => {
  const followers = new Set<readonly string[]>();
  let current: Opened | null = null;
  let pulse = Promise.withResolvers<void>();
  let waking = false;

  const wake = (): void => {
    if (waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      const { resolve } = pulse;
      pulse = Promise.withResolvers();
      resolve();
    });
  };
  const close = (tail: Opened, error: unknown): void => {
    if (current === tail) current = null;
    tail.broken ??= { error };
    tail.feed.then(
      feed => feed.cancel(),
      () => undefined,
    );
    wake();
  };

  const open = (from: string, prefixes: string[]): void => {
    const listen = (feed: Feed): void => {
      feed.on('error', (error: unknown) => close(tail, error));
      feed.on('close', () => close(tail, new Error('the subscription was closed')));
      feed.on('end', () => close(tail, new Error('the subscription ended')));
      feed.on('data', (answer: ReadAnswer) => {
        if (answer.kind === 'event') push(tail, answer.event);
        else if (answer.kind === 'checkpoint') tail.head = comparePositions(answer.position, tail.head) > 0 ? answer.position : tail.head;
        else if (answer.kind === 'caughtUp') tail.caughtUp = true;
        wake();
      });
    };
    const feed = openFeed(client, from, prefixes, recent, listen);
    const tail: Opened = { prefixes, feed, events: [], gone: 0, floor: from, head: from, caughtUp: false, broken: null };
    feed.catch((error: unknown) => close(tail, error));
    current = tail;
  };

  return {
    announce: prefixes => {
      followers.add(prefixes);
      return () => {
        followers.delete(prefixes);
        if (followers.size === 0 && current) close(current, new Error('nobody follows the log any more'));
      };
    },
    openFrom: (position, prefixes) => {
      const sharing = [...followers].filter(others => others.some(other => prefixes.some(prefix => overlap(other, prefix))));
      if (current === null && sharing.length > 1) open(position, [...new Set(sharing.flat())]);
    },
    readerAt: (position, prefixes) =>
      current && comparePositions(position, current.floor) >= 0 && prefixes.every(prefix => isIn(prefix, current!.prefixes))
        ? readerOf(current, position, prefixes)
        : null,
    more: () => pulse.promise,
    wake,
  };
};

const overlap = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
const isIn = (text: string, prefixes: readonly string[]): boolean => prefixes.some(prefix => text.startsWith(prefix));

const push = (tail: Opened, event: LoggedEvent): void => {
  tail.events.push(event);
  tail.head = event.position;
  if (tail.events.length < 2 * KEPT_EVENTS) return;
  tail.floor = tail.events[KEPT_EVENTS - 1]!.position;
  tail.gone += KEPT_EVENTS;
  tail.events = tail.events.slice(KEPT_EVENTS);
};

const readerOf = (tail: Opened, position: string, prefixes: readonly string[]): TailReader => {
  let upTo = position;
  let next = tail.gone + tail.events.length;
  while (next > tail.gone && comparePositions(tail.events[next - tail.gone - 1]!.position, position) > 0) next -= 1;
  return {
    next: () => {
      if (tail.broken) return { broken: tail.broken.error };
      if (next < tail.gone) return 'behind';
      if (comparePositions(tail.head, upTo) <= 0) return 'nothing';
      const events = tail.events.slice(next - tail.gone).filter(({ stream }) => isIn(stream, prefixes));
      next = tail.gone + tail.events.length;
      upTo = tail.head;
      return { events, upTo };
    },
    caughtUp: () => tail.caughtUp,
  };
};
