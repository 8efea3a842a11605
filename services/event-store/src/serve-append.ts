import type { ServerReadableStream, ServiceError, sendUnaryData } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ChangeOutcome } from './append-queue.ts';
import {
  ANY,
  MissingProperty,
  NO_STREAM,
  STREAM_EXISTS,
  decodeAppend,
  sizeOfEvent,
  type AppendOptions,
  type ProposedEvent,
} from './append-request.ts';
import { ALREADY_WRITTEN, APPEND, WRITTEN, WRONG_REVISION } from './group-wire.ts';
import { eventProblem, failedChange, nameProblem, type ChangeDeps } from './refuse-change.ts';
import * as refusals from './refusals.ts';

type AppendCall = ServerReadableStream<Buffer, AppendResp>;

/** Serves Append: one call per append, for clients that use per-call credentials or know no BatchAppend. */
export const serveAppend = (deps: ChangeDeps) => {
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
