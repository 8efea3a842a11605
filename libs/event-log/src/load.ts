import { StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client';
import { drainRead } from './drain-read.ts';
import { StreamGone } from './errors.ts';
import { failureOf, unavailableError } from './failure.ts';
import type { Loaded, LoadOptions, LoggedEvent } from './log-types.ts';
import { loggedEventOf } from './logged-event.ts';
import { sleep } from './out-of-time.ts';

/** A read that brings nothing for this long is lost, milliseconds: the client gives reads no deadline. */
const STALL_MS = 5_000;
/** Pauses before a failed read is repeated, milliseconds. Reading again changes nothing. */
const RETRY_DELAYS_MS = [20, 100, 400];

/**
 * Reads a stream forwards, as stored.
 * @returns its events and the revision of the last one; without events, `fromRevision` − 1 for a stream that exists and −1 for one that does not
 */
export const loader =
  (client: EventStoreDBClient) =>
  async (stream: string, options: LoadOptions = {}): Promise<Loaded<LoggedEvent>> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await readOnce(client, stream, options);
      } catch (error) {
        if (error instanceof StreamNotFoundError) return { events: [], revision: -1 };
        const failure = failureOf(error);
        if (failure.kind === 'gone') throw new StreamGone(stream);
        if (failure.kind !== 'unavailable') throw error;
        const delayMs = RETRY_DELAYS_MS[attempt];
        // A store that is silent for seconds is not asked again: the caller has waited long enough.
        if (delayMs === undefined || failure.settled || failure.reason === 'timeout') throw unavailableError(failure);
        await sleep(delayMs);
      }
    }
  };

const readOnce = async (
  client: EventStoreDBClient,
  stream: string,
  { fromRevision = 0, maxCount }: LoadOptions,
): Promise<Loaded<LoggedEvent>> => {
  const read = client.readStream(stream, { fromRevision: BigInt(fromRevision), ...(maxCount !== undefined && { maxCount }) });
  const events = (await drainRead(read, STALL_MS)).flatMap(({ event }) => (event ? [loggedEventOf(event)] : []));
  return { events, revision: events.at(-1)?.revision ?? fromRevision - 1 };
};
