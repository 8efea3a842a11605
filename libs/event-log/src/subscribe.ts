import { BACKWARDS, END, type EventStoreDBClient } from '@eventstore/db-client';
import { drainRead } from './drain-read.ts';
import { followOnce, type FollowEnd } from './follow-once.ts';
import { followTail } from './follow-tail.ts';
import type { LoggedEvent, LogLogger, SubscribeOptions, Subscription } from './log-types.ts';
import { comparePositions } from './position.ts';
import type { RecentEvents } from './recent-events.ts';
import type { Tail } from './tail.ts';

/** Pause before a subscription starts again, milliseconds: first, and longest. */
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 5_000;
/** How long to wait for the head of the log, milliseconds. */
const HEAD_TIMEOUT_MS = 5_000;

/**
 * Follows the log for ever: from its own position, through broken connections and restarts of the store, and through callbacks that throw
 * (the same events come again). Nothing is thrown out of it; what goes wrong is logged. As soon as it is where the tail of the process is,
 * it follows by that; when the tail is lost to it, by a feed of its own.
 */
export const subscribe = (
  client: EventStoreDBClient,
  recent: RecentEvents,
  tail: Tail,
  options: SubscribeOptions,
  logger: LogLogger,
): Subscription => {
  const { prefixes } = options;
  const stop = new AbortController();
  const leave = tail.announce(prefixes);
  let position = options.from;
  let failures = 0;
  const advance = (to: string): void => {
    failures = 0;
    if (position === 'end' || comparePositions(to, position) > 0) position = to;
  };
  const callbacks = {
    onEvents: async (events: LoggedEvent[]) => {
      await options.onEvents(events);
      advance(events.at(-1)!.position);
    },
    onCaughtUp: () => {
      failures = 0;
      return options.onCaughtUp?.();
    },
    onCheckpoint: async (checkpoint: string) => {
      await options.onCheckpoint?.(checkpoint);
      advance(checkpoint);
    },
  };

  const followAlone = async (): Promise<FollowEnd> => {
    const joined = new AbortController();
    const joinIfThere = (): void => {
      if (tail.readerAt(position, prefixes) !== null) joined.abort();
    };
    const end = await followOnce(client, {
      prefixes,
      recent,
      from: position,
      signal: AbortSignal.any([stop.signal, joined.signal]),
      onEvents: async events => {
        await callbacks.onEvents(events);
        joinIfThere();
      },
      onCaughtUp: async () => {
        await callbacks.onCaughtUp();
        tail.openFrom(position, prefixes);
        joinIfThere();
      },
      onCheckpoint: async checkpoint => {
        await callbacks.onCheckpoint(checkpoint);
        joinIfThere();
      },
    });
    return end.why === 'stopped' && joined.signal.aborted ? { why: 'elsewhere' } : end;
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        // "From now on" must not mean "from the reconnection on": the head is taken once and followed from there.
        if (position === 'end') position = await headPosition(client);
        const reader = tail.readerAt(position, prefixes);
        const end = await (reader ? followTail(tail, reader, { ...callbacks, signal: stop.signal }) : followAlone());
        if (end.why === 'stopped') return;
        if (end.why === 'elsewhere') continue;
        report(end.error, end.why === 'callback' ? 'a follower failed; it gets the same events again' : 'a subscription broke; it resumes');
      } catch (error) {
        report(error, 'the head of the log cannot be read; trying again');
      }
      await pause(backoffMs(failures++), stop.signal);
    }
  };
  const report = (error: unknown, message: string): void =>
    logger.warn({ subscription: options.name, position, error: error instanceof Error ? error.message : String(error) }, message);

  const running = run();
  return {
    position: () => position,
    close: async () => {
      stop.abort();
      tail.wake();
      leave();
      await running;
    },
  };
};

/** Doubles up to the longest pause, and spreads, so that all followers of a restarted store do not come at once. */
const backoffMs = (failures: number): number =>
  Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 16)) * (0.5 + Math.random() / 2);

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** Position of the newest event, `start` in an empty log. */
const headPosition = async (client: EventStoreDBClient): Promise<string> => {
  const read = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
  const [newest] = await drainRead(read, HEAD_TIMEOUT_MS);
  return newest?.event ? String(newest.event.position.commit) : 'start';
};
