import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { AppendRefusal } from './append-answer.ts';
import type { AppendQueue, ChangeOutcome } from './append-queue.ts';
import type { AppendOptions, ProposedEvent } from './append-request.ts';
import { DISK_FULL, PROTECTED, STREAM_DELETED, TIMED_OUT, WRONG_REVISION } from './group-wire.ts';
import { NAME_BYTES_MAX, type StoreLimits } from './limits.ts';
import type { OpenCalls } from './open-calls.ts';
import * as refusals from './refusals.ts';

/** What appends and deletes work on. */
export type ChangeDeps = {
  queue: AppendQueue;
  calls: OpenCalls;
  limits: StoreLimits;
  /** Why appends are refused for lack of disk space; undefined while there is enough. */
  diskRefusal: () => string | undefined;
  /** Answers a call that may not write; undefined when it may. */
  refuse: (call: { metadata: Metadata }) => ServiceError | undefined;
};

const PROTECTED_MESSAGE =
  'This stream belongs to an audit category: its events can never be hidden or deleted. Remove $maxAge, $maxCount and $tb from the metadata.';

/** What is wrong with the name of a stream that is to be written; undefined when nothing is. */
export const nameProblem = (stream: string): string | undefined => {
  if (stream === '' || stream === '$$') return 'The append names no stream.';
  if (stream === '$all') return '$all is the whole log; append to a stream.';
  if (stream.startsWith('$$$$')) return 'A metadata stream has no metadata of its own.';
  return Buffer.byteLength(stream) > NAME_BYTES_MAX ? `A stream name takes at most ${NAME_BYTES_MAX} bytes.` : undefined;
};

/** What is wrong with proposed events; undefined when nothing is. */
export const eventProblem = (events: readonly ProposedEvent[]): string | undefined =>
  events.some(event => Buffer.byteLength(event.type) > NAME_BYTES_MAX) ? `An event type takes at most ${NAME_BYTES_MAX} bytes.` : undefined;

/** Why an append is refused before it is queued; undefined when it may be written. */
export const refusalBeforehand = (
  deps: ChangeDeps,
  { stream }: AppendOptions,
  events: readonly ProposedEvent[],
  bytes: number,
  isLate: boolean,
): AppendRefusal | undefined => {
  const problem = nameProblem(stream) ?? eventProblem(events);
  if (problem !== undefined) return refusals.badRequestInBatch(problem);
  if (bytes > deps.limits.appendBytesMax) return refusals.maximumAppendSizeInBatch(deps.limits.appendBytesMax);
  const noRoom = deps.diskRefusal();
  if (noRoom !== undefined) return refusals.exhaustedInBatch(noRoom);
  return isLate ? refusals.timeoutInBatch() : undefined;
};

/** The refusal of a change inside a BatchAppend stream. */
export const refusalInBatch = (stream: string, expected: number, { code, revision, failure }: ChangeOutcome): AppendRefusal => {
  if (code === WRONG_REVISION) return refusals.wrongExpectedVersionInBatch(expected, revision);
  if (code === STREAM_DELETED) return refusals.streamDeletedInBatch(stream);
  if (code === PROTECTED) return refusals.accessDeniedInBatch(PROTECTED_MESSAGE);
  if (code === TIMED_OUT) return refusals.timeoutInBatch();
  if (code === DISK_FULL) return refusals.exhaustedInBatch(diskFull(failure));
  return refusals.storeFailedInBatch(writeFailed(failure));
};

/** The failed call for a change that was refused, whatever kind it was. */
export const failedChange = (
  operation: string,
  stream: string,
  expected: number,
  { code, revision, failure }: ChangeOutcome,
): ServiceError => {
  if (code === WRONG_REVISION) return refusals.wrongExpectedVersion(operation, stream, expected, revision);
  if (code === STREAM_DELETED) return refusals.streamDeleted(stream);
  if (code === PROTECTED) return refusals.accessDenied(PROTECTED_MESSAGE);
  if (code === TIMED_OUT) return refusals.timedOut();
  if (code === DISK_FULL) return refusals.exhausted(diskFull(failure));
  return refusals.storeFailed(writeFailed(failure));
};

/** SQLite's words for a write the disk did not take. Nothing of it was stored. */
const diskFull = (failure: string | undefined): string =>
  `The disk did not take the write (${failure ?? 'full'}); nothing was stored. Free some space and retry.`;

const writeFailed = (failure: string | undefined): string =>
  `The event store could not write (${failure ?? 'unknown reason'}); nothing was stored. Look at its log before retrying.`;
