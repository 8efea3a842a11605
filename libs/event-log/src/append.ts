import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Event } from '@holdpoint/contracts';
import type { AppendLine } from './append-line.ts';
import type { DataKeys } from './data-keys.ts';
import type { ProposedEvent } from './encode-append.ts';
import { EventRejected, RevisionConflict, StreamGone } from './errors.ts';
import { failureOf, unavailableError, type Failure } from './failure.ts';
import type { Appended, AppendOptions } from './log-types.ts';
import { proposeEvents } from './propose-events.ts';
import { readBack } from './read-back.ts';
import type { RecentEvents } from './recent-events.ts';
import { sleep } from './out-of-time.ts';

/** Pauses before an append with unknown outcome is repeated, milliseconds: a reconnection takes one, a restart of the store some. */
const RETRY_DELAYS_MS = [20, 100, 400];
/** Share of the time that one attempt may take; the rest is for repeating it and for reading back. */
const ATTEMPT_SHARE = 0.5;
/** Largest append, bytes: gRPC servers take messages of 4 MiB, and a larger one would break the call that all appends share. */
const APPEND_BYTES_MAX = 3 * 1024 * 1024;
/** A server may leave out the position of an append that it had done before: it is read back. */
const UNPLACED: Failure = { kind: 'unavailable', reason: 'unreachable', settled: false, message: 'it did not say where the events are' };

/**
 * Appends events to a stream at an exact revision, and settles unknown outcomes.
 *
 * When the answer is lost, the same ids are appended again at the same revision, which a store answers as done if they are there. If that
 * stays without answer too, the stream is read: the ids are there, or another append is, or the outcome stays unknown and the caller
 * repeats the command.
 */
export const appender =
  (client: EventStoreDBClient, send: AppendLine, keys: Pick<DataKeys, 'sealerFor'>, recent: RecentEvents, defaultTimeoutMs: number) =>
  async (stream: string, events: Event[], options: AppendOptions): Promise<Appended> => {
    if (events.length === 0) throw new EventRejected('nothing', [{ path: '', message: 'an append needs at least one event' }]);
    const sealer = keys.sealerFor(stream, events, options);
    const proposed = await proposeEvents(stream, events, options, sealer instanceof Promise ? await sealer : sealer, recent);
    if (proposed.reduce((sum, event) => sum + Buffer.byteLength(event.data), 0) > APPEND_BYTES_MAX)
      throw errorOf({ kind: 'rejected', message: `is larger than the ${APPEND_BYTES_MAX} bytes of one append` }, stream, proposed, -1);
    const expected = options.expectedRevision === 'none' ? -1 : options.expectedRevision;
    const endMs = performance.now() + (options.timeoutMs ?? defaultTimeoutMs);
    for (let attempt = 0; ; attempt++) {
      const leftMs = endMs - performance.now();
      const outcome = await attemptAppend(send, stream, proposed, expected, leftMs * ATTEMPT_SHARE);
      if ('position' in outcome) return outcome;
      const placed = outcome !== UNPLACED;
      const uncertain = placed && outcome.kind === 'unavailable' && !outcome.settled;
      const delayMs = RETRY_DELAYS_MS[attempt];
      if (uncertain && delayMs !== undefined && performance.now() + delayMs < endMs) {
        await sleep(delayMs);
        continue;
      }
      if (placed && !uncertain && attempt === 0) throw errorOf(outcome, stream, proposed, expected);
      return settle(client, stream, proposed, expected, outcome, endMs - performance.now());
    }
  };

const attemptAppend = async (
  send: AppendLine,
  stream: string,
  proposed: ProposedEvent[],
  expected: number,
  limitMs: number,
): Promise<Appended | Failure> => {
  try {
    const { revision, position } = await send(stream, proposed, expected, limitMs);
    return position === null ? UNPLACED : { revision, position };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'bug') throw error;
    return failure;
  }
};

/** After an attempt whose outcome was lost: what stands in the stream decides. */
const settle = async (
  client: EventStoreDBClient,
  stream: string,
  proposed: ProposedEvent[],
  expected: number,
  outcome: Failure,
  leftMs: number,
): Promise<Appended> => {
  const ids = proposed.map(event => event.id);
  const found = await readBack(client, stream, expected, ids, leftMs);
  if (found.state === 'ours') return found.appended;
  if (found.state === 'others') throw new RevisionConflict(stream, expected, found.actual);
  throw errorOf(outcome, stream, proposed, expected);
};

const errorOf = (failure: Failure, stream: string, proposed: ProposedEvent[], expected: number): Error => {
  switch (failure.kind) {
    case 'conflict':
      return new RevisionConflict(stream, expected, failure.actual);
    case 'gone':
      return new StreamGone(stream);
    case 'rejected':
      return new EventRejected(proposed.map(event => event.type).join(', '), [{ path: '', message: failure.message }]);
    case 'unavailable':
      return unavailableError(failure);
    case 'bug':
      return new Error('unreachable');
  }
};
