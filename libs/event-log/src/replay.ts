import type { EventStoreDBClient } from '@eventstore/db-client';
import { failureOf, unavailableError } from './failure.ts';
import { followOnce } from './follow-once.ts';
import type { ReplayOptions } from './log-types.ts';
import type { RecentEvents } from './recent-events.ts';
import { sleep } from './out-of-time.ts';

/** Broken connections in a row, without any event between them, before a replay gives up. */
const BREAKS_MAX = 5;
const BREAK_PAUSE_MS = 200;

/**
 * Delivers what the log holds behind `from`, and ends at the point where it is caught up. `readAll` of the client cannot filter, so this is
 * a filtered subscription that stops at caught-up; a broken connection goes on from the last event handled.
 * @returns the position to go on from
 */
export const replay = async (
  client: EventStoreDBClient,
  recent: RecentEvents,
  { prefixes, from, onEvents }: ReplayOptions,
): Promise<string> => {
  let position = from;
  for (let breaks = 0; ; breaks++) {
    const done = new AbortController();
    let caughtUp = false;
    const end = await followOnce(client, {
      prefixes,
      recent,
      from: position,
      signal: done.signal,
      onEvents: async events => {
        await onEvents(events);
        position = events.at(-1)!.position;
        breaks = 0;
      },
      onCheckpoint: checkpoint => {
        position = checkpoint;
      },
      onCaughtUp: () => {
        caughtUp = true;
        done.abort();
      },
    });
    if (caughtUp) return position;
    if (end.why === 'callback') throw end.error;
    if (breaks === BREAKS_MAX && end.why === 'broken') throw breakError(end.error);
    await sleep(BREAK_PAUSE_MS);
  }
};

const breakError = (error: unknown): unknown => {
  const failure = failureOf(error);
  return failure.kind === 'unavailable' ? unavailableError(failure) : error;
};
