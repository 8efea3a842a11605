import { NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { eventIdOf } from '@holdpoint/sealing';
import { failureOf, unavailableError } from './failure.ts';
import { within } from './within.ts';

const PROBE_STREAM = 'probe-log';
const PROBE = { id: eventIdOf('probe-log', 0), type: 'LogProbed', contentType: 'application/json', data: {}, metadata: undefined } as const;

/**
 * Asks whether the log can be written, without growing it: the same event is appended at "no stream" each time, so the store goes the way of
 * an append (its leader, its disk watermark, its rights) and answers that it is there already.
 */
export const pinger = (client: EventStoreDBClient, timeoutMs: number) => async (): Promise<void> => {
  try {
    await within(timeoutMs, client.appendToStream(PROBE_STREAM, { ...PROBE }, { expectedRevision: NO_STREAM, deadline: timeoutMs }));
  } catch (error) {
    const failure = failureOf(error);
    throw failure.kind === 'unavailable' ? unavailableError(failure) : error;
  }
};
