import { START, streamNameFilter, type EventStoreDBClient } from '@eventstore/db-client';
import { batcher } from './batcher.ts';
import { loggedEventOf } from './logged-event.ts';
import type { LoggedEvent } from './log-types.ts';

/** Events taken from the connection that no batch has taken yet, before the connection is held back. */
const WAITING_EVENTS_MAX = 1_024;
/** A checkpoint comes every 32 × this many searched events (32 is the store's default search window). */
const CHECKPOINT_INTERVAL = 32;

export type FollowOptions = {
  prefixes: string[];
  /** `start` or a position, exclusive. */
  from: string;
  onEvents(events: LoggedEvent[]): void | Promise<void>;
  /** After the events before it were handled; so is `onCheckpoint`. */
  onCaughtUp(): void | Promise<void>;
  onCheckpoint(position: string): void | Promise<void>;
  /** Ends it from outside. */
  signal: AbortSignal;
};

/** How it ended: stopped from outside, the connection broke, or a callback threw. */
export type FollowEnd = { why: 'stopped' } | { why: 'broken' | 'callback'; error: unknown };

/**
 * Follows the log over one connection until it breaks. The client's subscription emits `error` once and is dead, and without a listener it
 * would end the process: the listener is always there, and starting again is for the caller.
 */
export const followOnce = async (client: EventStoreDBClient, options: FollowOptions): Promise<FollowEnd> => {
  const ended = Promise.withResolvers<FollowEnd>();
  const batches = batcher<LoggedEvent>({
    handle: events => options.onEvents(events),
    onTaken: () => void (live.isPaused() && live.resume()),
    onFailure: error => ended.resolve({ why: 'callback', error }),
  });
  // Caught-up and checkpoints overtake events that wait in the stream's own buffer: they count for after those.
  const mark = (reach: () => void | Promise<void>): void => batches.mark(reach, live.readableLength);
  const live = client.subscribeToAll({
    fromPosition: options.from === 'start' ? START : { commit: BigInt(options.from), prepare: BigInt(options.from) },
    filter: streamNameFilter({
      prefixes: options.prefixes,
      checkpointInterval: CHECKPOINT_INTERVAL,
      // The client awaits this inside its stream, where a rejection would end the process: it only takes note.
      checkpointReached: (_subscription, { commit }) => mark(() => options.onCheckpoint(String(commit))),
    }),
  });
  live.on('error', (error: unknown) => ended.resolve({ why: 'broken', error }));
  live.on('close', () => ended.resolve({ why: 'broken', error: new Error('the subscription was closed') }));
  live.on('end', () => ended.resolve({ why: 'broken', error: new Error('the subscription ended') }));
  live.on('caughtUp', () => mark(() => options.onCaughtUp()));
  live.on('data', ({ event }) => {
    if (event) batches.add(loggedEventOf(event));
    if (batches.waiting() >= WAITING_EVENTS_MAX) live.pause();
  });
  const onAbort = (): void => ended.resolve({ why: 'stopped' });
  options.signal.addEventListener('abort', onAbort);
  if (options.signal.aborted) onAbort();

  const end = await ended.promise;
  options.signal.removeEventListener('abort', onAbort);
  live.removeAllListeners('data').removeAllListeners('caughtUp');
  live.unsubscribe().catch(() => undefined);
  await batches.stop();
  return end;
};
