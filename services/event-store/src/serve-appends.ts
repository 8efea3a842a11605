import type { Metadata, ServerDuplexStream, ServerReadableStream, ServiceError, sendUnaryData } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { encodeRefusal, encodeSuccess, type AppendRefusal } from './append-answer.ts';
import type { AppendQueue, ChangeOutcome } from './append-queue.ts';
import {
  ANY,
  MissingProperty,
  NO_STREAM,
  STREAM_EXISTS,
  correlationOf,
  decodeAppend,
  decodeBatchAppend,
  sizeOfEvent,
  type AppendOptions,
  type BatchAppendPart,
  type ProposedEvent,
} from './append-request.ts';
import { batchOf, type FrameBatch } from './frames.ts';
import { ALREADY_WRITTEN, APPEND, DISK_FULL, PROTECTED, STREAM_DELETED, TIMED_OUT, WRITTEN, WRONG_REVISION } from './group-wire.ts';
import { NAME_BYTES_MAX, UNFINISHED_APPENDS_MAX, type StoreLimits } from './limits.ts';
import type { OpenCalls } from './open-calls.ts';
import * as refusals from './refusals.ts';

/** What appends work on. */
export type AppendDeps = {
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

/** The name of a stream that can be written to, or what is wrong with it. */
const nameProblem = (stream: string): string | undefined => {
  if (stream === '' || stream === '$$') return 'The append names no stream.';
  if (stream === '$all') return '$all is the whole log; append to a stream.';
  if (stream.startsWith('$$$$')) return 'A metadata stream has no metadata of its own.';
  return Buffer.byteLength(stream) > NAME_BYTES_MAX ? `A stream name takes at most ${NAME_BYTES_MAX} bytes.` : undefined;
};

const eventProblem = (events: readonly ProposedEvent[]): string | undefined =>
  events.some(event => Buffer.byteLength(event.type) > NAME_BYTES_MAX) ? `An event type takes at most ${NAME_BYTES_MAX} bytes.` : undefined;

type BatchCall = ServerDuplexStream<Buffer, FrameBatch>;

/** Serves BatchAppend: one long-lived stream of appends, each answered under its correlation id when it is on disk. */
export const serveBatchAppend = (deps: AppendDeps) => {
  return (call: BatchCall): void => {
    const refusal = deps.refuse(call) ?? deps.calls.admit(call, () => call.emit('error', refusals.cancelled()));
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    const answers = answerInBatches(call);
    const unfinished = new Map<string, { options: AppendOptions; events: ProposedEvent[]; bytes: number }>();

    const finish = (correlation: Buffer, options: AppendOptions, events: ProposedEvent[], bytes: number): void => {
      const { stream, expected } = options;
      const refuse = (reason: AppendRefusal): void => answers.send(encodeRefusal(correlation, stream, expected, reason));
      const nowMs = Date.now();
      const problem = nameProblem(stream) ?? eventProblem(events);
      const noRoom = deps.diskRefusal();
      if (problem !== undefined) return refuse(refusals.badRequestInBatch(problem));
      if (bytes > deps.limits.appendBytesMax) return refuse(refusals.maximumAppendSizeInBatch(deps.limits.appendBytesMax));
      if (noRoom !== undefined) return refuse(refusals.exhaustedInBatch(noRoom));
      const deadlineMs = Math.min(options.deadlineMs, nowMs + deps.limits.appendTimeoutMs);
      if (deadlineMs <= nowMs) return refuse(refusals.timeoutInBatch());
      answers.expect();
      deps.queue.submit({ kind: APPEND, stream, expected, deadlineMs, events }, outcome =>
        answers.settle(frameOfOutcome(correlation, stream, expected, outcome)),
      );
      if (deps.queue.isFull()) {
        call.pause();
        deps.queue.whenRoomy(() => call.resume());
      }
    };

    const gather = (part: BatchAppendPart): void => {
      const key = part.correlation.toString('latin1');
      const bytes = part.events.reduce((sum, event) => sum + sizeOfEvent(event), 0);
      let append = unfinished.get(key);
      if (append === undefined) {
        if (part.options === undefined) return;
        if (part.isFinal) return finish(part.correlation, part.options, part.events, bytes);
        if (unfinished.size >= UNFINISHED_APPENDS_MAX) {
          const tooMany = refusals.badRequestInBatch(`At most ${UNFINISHED_APPENDS_MAX} appends may be unfinished on one call.`);
          return answers.send(encodeRefusal(part.correlation, part.options.stream, part.options.expected, tooMany));
        }
        append = { options: part.options, events: [], bytes: 0 };
        unfinished.set(key, append);
      }
      append.bytes += bytes;
      if (append.bytes <= deps.limits.appendBytesMax) append.events.push(...part.events);
      else append.events = [];
      if (!part.isFinal) return;
      unfinished.delete(key);
      finish(part.correlation, append.options, append.events, append.bytes);
    };

    call.on('data', (bytes: Buffer) => {
      try {
        gather(decodeBatchAppend(bytes, Date.now()));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        answers.send(encodeRefusal(correlationOf(bytes) ?? Buffer.alloc(0), '', ANY, refusals.badRequestInBatch(message)));
      }
    });
    call.on('end', () => answers.endWhenSettled());
  };
};

/** Collects the answers of one turn of the loop and writes them as one: a group commit answers dozens of appends at once. */
const answerInBatches = (call: BatchCall) => {
  let outbox: Buffer[] = [];
  let open = 0;
  let ending = false;
  const flush = (): void => {
    const frames = outbox;
    outbox = [];
    if (!call.cancelled && !call.destroyed) call.write(batchOf(frames));
    if (ending && open === 0) call.end();
  };
  const send = (frame: Buffer): void => {
    if (outbox.push(frame) === 1) queueMicrotask(flush);
  };
  return {
    send,
    expect: (): void => void open++,
    settle(frame: Buffer): void {
      open--;
      send(frame);
    },
    endWhenSettled(): void {
      ending = true;
      if (open === 0 && outbox.length === 0) call.end();
    },
  };
};

const frameOfOutcome = (correlation: Buffer, stream: string, expected: number, outcome: ChangeOutcome): Buffer => {
  const { code, revision, position } = outcome;
  if (code === WRITTEN || code === ALREADY_WRITTEN) return encodeSuccess(correlation, stream, revision, position);
  return encodeRefusal(correlation, stream, expected, refusalInBatch(stream, expected, outcome));
};

const refusalInBatch = (stream: string, expected: number, { code, revision, failure }: ChangeOutcome): AppendRefusal => {
  if (code === WRONG_REVISION) return refusals.wrongExpectedVersionInBatch(expected, revision);
  if (code === STREAM_DELETED) return refusals.streamDeletedInBatch(stream);
  if (code === PROTECTED) return refusals.accessDeniedInBatch(PROTECTED_MESSAGE);
  if (code === TIMED_OUT) return refusals.timeoutInBatch();
  if (code === DISK_FULL) return refusals.exhaustedInBatch(diskFull(failure));
  return refusals.storeFailedInBatch(writeFailed(failure));
};

/** SQLite's words for a write the disk did not take. Nothing of it was stored. */
export const diskFull = (failure: string | undefined): string =>
  `The disk did not take the write (${failure ?? 'full'}); nothing was stored. Free some space and retry.`;

export const writeFailed = (failure: string | undefined): string =>
  `The event store could not write (${failure ?? 'unknown reason'}); nothing was stored. Look at its log before retrying.`;

type AppendCall = ServerReadableStream<Buffer, AppendResp>;

/** Serves Append: one call per append, for clients that use per-call credentials or know no BatchAppend. */
export const serveAppend = (deps: AppendDeps) => {
  return (call: AppendCall, callback: sendUnaryData<AppendResp>): void => {
    const refusal = deps.refuse(call);
    if (refusal !== undefined) return callback(refusal);
    let options: AppendOptions | undefined;
    let bytes = 0;
    let failure: ServiceError | undefined;
    const events: ProposedEvent[] = [];

    call.on('data', (message: Buffer) => {
      try {
        const part = decodeAppend(message);
        options ??= part.options;
        if (part.event === undefined) return;
        bytes += sizeOfEvent(part.event);
        if (bytes <= deps.limits.appendBytesMax) events.push(part.event);
      } catch (error) {
        failure ??=
          error instanceof MissingProperty ? refusals.missingProperty(error.property) : refusals.invalidArgument((error as Error).message);
      }
    });
    call.on('end', () => {
      const problem = nameProblem(options?.stream ?? '') ?? eventProblem(events);
      const noRoom = deps.diskRefusal();
      if (failure !== undefined) return callback(failure);
      if (options === undefined || problem !== undefined)
        return callback(refusals.invalidArgument(problem ?? 'The append has no options.'));
      if (bytes > deps.limits.appendBytesMax) return callback(refusals.maximumAppendSizeExceeded(deps.limits.appendBytesMax));
      if (noRoom !== undefined) return callback(refusals.exhausted(noRoom));
      const { stream, expected } = options;
      const deadlineMs = Math.min(Number(call.getDeadline()), Date.now() + deps.limits.appendTimeoutMs);
      deps.queue.submit({ kind: APPEND, stream, expected, deadlineMs, events }, outcome =>
        answerAppend(stream, expected, outcome, callback),
      );
    });
  };
};

const answerAppend = (stream: string, expected: number, outcome: ChangeOutcome, callback: sendUnaryData<AppendResp>): void => {
  const { code, revision, position } = outcome;
  if (code === WRITTEN || code === ALREADY_WRITTEN) return callback(null, appendSuccess(revision, position));
  if (code === WRONG_REVISION) return callback(null, appendConflict(expected, revision));
  callback(failedChange('Append', stream, expected, outcome));
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

const appendSuccess = (revision: number, position: number): AppendResp => {
  const success = new streams.AppendResp.Success();
  if (revision < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  if (position === 0) success.setNoPosition(new shared.Empty());
  else success.setPosition(new streams.AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position)));
  return new streams.AppendResp().setSuccess(success);
};

/** Append reports a conflict in its answer, not as an error. */
const appendConflict = (expected: number, actual: number): AppendResp => {
  const conflict = new streams.AppendResp.WrongExpectedVersion();
  if (actual < 0) conflict.setCurrentNoStream(new shared.Empty());
  else conflict.setCurrentRevision(String(actual));
  if (expected === NO_STREAM) conflict.setExpectedNoStream(new shared.Empty());
  else if (expected === ANY) conflict.setExpectedAny(new shared.Empty());
  else if (expected === STREAM_EXISTS) conflict.setExpectedStreamExists(new shared.Empty());
  else conflict.setExpectedRevision(String(expected));
  return new streams.AppendResp().setWrongExpectedVersion(conflict);
};
