import type { EventStoreDBClient } from '@eventstore/db-client';
import { batcher } from './batcher.ts';
import type { ReadAnswer } from './decode-read.ts';
import type { LoggedEvent } from './log-types.ts';
import { openFeed, type Feed } from './open-feed.ts';
import type { RecentEvents } from './recent-events.ts';

/** Events taken from the connection that no batch has taken yet, before the connection is held back. */
const WAITING_EVENTS_MAX = 1_024;

export type FollowOptions = {
  prefixes: string[];
  recent: RecentEvents;
  /** `start` or a position, exclusive. */
  from: string;
  onEvents(events: LoggedEvent[]): void | Promise<void>;
  /** After the events before it were handled; so is `onCheckpoint`. */
  onCaughtUp(): void | Promise<void>;
  onCheckpoint(position: string): void | Promise<void>;
  /** Ends it from outside. */
  signal: AbortSignal;
};

/** How it ended: stopped from outside, to be followed elsewhere, the connection broke, or a callback threw. */
export type FollowEnd = { why: 'stopped' } | { why: 'elsewhere' } | { why: 'broken' | 'callback'; error: unknown };

/**
 * Follows the log over one connection until it breaks. A broken subscription emits `error` once and is dead, and without a listener it
 * would end the process: the listener is always there, and starting again is for the caller.
 */
export const followOnce = async (client: EventStoreDBClient, options: FollowOptions): Promise<FollowEnd> => {
  if (options.signal.aborted) return { why: 'stopped' };
  const ended = Promise.withResolvers<FollowEnd>();
  const onAbort = (): void => ended.resolve({ why: 'stopped' });
  options.signal.addEventListener('abort', onAbort);
  const broken = (error: unknown): void => ended.resolve({ why: 'broken', error });

  let held: Feed | null = null;
  const batches = batcher<LoggedEvent>({
    handle: events => options.onEvents(events),
    onTaken: () => {
      held?.resume();
      held = null;
    },
    onFailure: error => ended.resolve({ why: 'callback', error }),
  });
  const opening = openFeed(client, options.from, options.prefixes, options.recent, feed => {
    feed.on('error', broken);
    feed.on('close', () => broken(new Error('the subscription was closed')));
    feed.on('end', () => broken(new Error('the subscription ended')));
    feed.on('data', (answer: ReadAnswer) => {
      if (answer.kind === 'event') batches.add(answer.event);
      else if (answer.kind === 'checkpoint') batches.mark(() => options.onCheckpoint(answer.position));
      else if (answer.kind === 'caughtUp') batches.mark(() => options.onCaughtUp());
      if (batches.waiting() >= WAITING_EVENTS_MAX) held = feed.pause();
    });
  });
  opening.catch(broken);

  const end = await ended.promise;
  options.signal.removeEventListener('abort', onAbort);
  // Also when it opens only now.
  opening.then(feed => feed.cancel(), broken);
  await batches.stop();
  return end;
};
