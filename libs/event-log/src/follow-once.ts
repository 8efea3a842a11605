import { END, START, streamNameFilter, type EventStoreDBClient } from '@eventstore/db-client';
import { loggedEventOf } from './logged-event.ts';
import type { LoggedEvent } from './log-types.ts';

/** Events taken from the connection and not yet handled, before it is held back. */
const BUFFER_EVENTS_MAX = 1_024;
/** A checkpoint comes at least every 32 × this many searched events (the store's search window is 32). */
const CHECKPOINT_INTERVAL = 32;

export type FollowOptions = {
  prefixes: string[];
  from: string;
  onEvents(events: LoggedEvent[]): void | Promise<void>;
  /** After the events before it were handled. */
  onCaughtUp(): void | Promise<void>;
  onCheckpoint(position: string): void | Promise<void>;
  /** Ends it from outside. */
  signal: AbortSignal;
};

/** How it ended: stopped from outside, the connection broke, or a callback threw. */
export type FollowEnd = { why: 'stopped' } | { why: 'broken' | 'callback'; error: unknown };

type Mark = { afterEvents: number; checkpoint: string | null };

/**
 * Follows the log over one connection until it breaks. The client's subscription emits `error` once and is dead, so the listener is always
 * there; starting again is for the caller. Everything that arrived in one turn of the loop is one batch; while a batch is being handled the
 * next one gathers, and beyond {@link BUFFER_EVENTS_MAX} the connection is held back.
 */
export const followOnce = (client: EventStoreDBClient, options: FollowOptions): Promise<FollowEnd> =>
  new Promise(resolve => {
    let buffer: LoggedEvent[] = [];
    const marks: Mark[] = [];
    let received = 0;
    let handled = 0;
    let pumping = false;
    let end: FollowEnd | null = null;

    const live = client.subscribeToAll({
      fromPosition: fromPosition(options.from),
      filter: streamNameFilter({
        prefixes: options.prefixes,
        checkpointInterval: CHECKPOINT_INTERVAL,
        // The client awaits this inside its stream, where a rejection would end the process: it only takes note.
        checkpointReached: (_subscription, position) => mark(String(position.commit)),
      }),
    });
    const mark = (checkpoint: string | null): void => {
      // Caught-up and checkpoints overtake events that wait in the stream's buffer: they count for after those.
      marks.push({ afterEvents: received + live.readableLength, checkpoint });
      pump();
    };
    const stop = (how: FollowEnd): void => {
      if (end) return;
      end = how;
      options.signal.removeEventListener('abort', onAbort);
      live.removeAllListeners('data').removeAllListeners('caughtUp');
      live.unsubscribe().catch(() => undefined);
      if (!pumping) resolve(end);
    };
    const onAbort = (): void => stop({ why: 'stopped' });

    const pump = (): void => {
      if (pumping || end) return;
      pumping = true;
      // Runs after the input of this turn was read, so that one turn's events are one batch.
      setImmediate(() => void drain());
    };
    const drain = async (): Promise<void> => {
      try {
        while (!end && (buffer.length > 0 || (marks[0] && marks[0].afterEvents <= handled))) {
          const events = buffer;
          buffer = [];
          if (live.isPaused()) live.resume();
          if (events.length > 0) await options.onEvents(events);
          handled += events.length;
          while (!end && marks[0] && marks[0].afterEvents <= handled) await reach(marks.shift()!);
        }
      } catch (error) {
        stop({ why: 'callback', error });
      }
      pumping = false;
      if (end) resolve(end);
    };
    const reach = (reached: Mark): void | Promise<void> =>
      reached.checkpoint === null ? options.onCaughtUp() : options.onCheckpoint(reached.checkpoint);

    live.on('error', (error: unknown) => stop({ why: 'broken', error }));
    live.on('close', () => stop({ why: 'broken', error: new Error('the subscription was closed') }));
    live.on('end', () => stop({ why: 'broken', error: new Error('the subscription ended') }));
    live.on('caughtUp', () => mark(null));
    live.on('data', resolved => {
      received++;
      if (resolved.event) buffer.push(loggedEventOf(resolved.event));
      if (buffer.length >= BUFFER_EVENTS_MAX) live.pause();
      pump();
    });
    options.signal.addEventListener('abort', onAbort);
    if (options.signal.aborted) onAbort();
  });

const fromPosition = (from: string): typeof START | typeof END | { commit: bigint; prepare: bigint } =>
  from === 'start' ? START : { commit: BigInt(from), prepare: BigInt(from) };
