import { randomUUID } from 'node:crypto';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import { ANY, NO_STREAM, STREAM_EXISTS, type ProposedEvent } from './append-request.ts';
import type { ChangeOutcome } from './append-queue.ts';
import { DELETE, TOMBSTONE, WRITTEN } from './group-wire.ts';
import { invalidArgument } from './refusals.ts';
import { failedChange, type ChangeDeps } from './refuse-change.ts';
import { METADATA_TYPE, TOMBSTONE_TYPE } from './stream-name.ts';
import { SOFT_DELETE_JSON } from './stream-metadata.ts';

type Options = DeleteReq.Options | TombstoneReq.Options;

const expectedOf = (options: Options): number => {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return NO_STREAM;
  return options.hasStreamExists() ? STREAM_EXISTS : ANY;
};

/** The event a delete leaves behind: `$tb` in the metadata stream, or the tombstone. */
const traceOf = (permanent: boolean): ProposedEvent => ({
  id: randomUUID(),
  type: permanent ? TOMBSTONE_TYPE : METADATA_TYPE,
  isJson: true,
  data: Buffer.from(permanent ? '{}' : SOFT_DELETE_JSON),
  metadata: Buffer.alloc(0),
});

/** Queues the delete and hands its position, or the refusal, to the caller. A full disk does not stop deletes. */
const change = (
  deps: ChangeDeps,
  call: ServerUnaryCall<DeleteReq | TombstoneReq, unknown>,
  options: Options | undefined,
  permanent: boolean,
  answer: (error: Error | null, position: string) => void,
): void => {
  const refusal = deps.refuse(call);
  if (refusal !== undefined) return answer(refusal, '');
  const stream = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  if (options === undefined || stream === '') return answer(invalidArgument('The delete names no stream.'), '');
  const expected = expectedOf(options);
  const deadlineMs = Math.min(Number(call.getDeadline()), Date.now() + deps.limits.appendTimeoutMs);
  const done = (outcome: ChangeOutcome): void =>
    outcome.code === WRITTEN
      ? answer(null, String(outcome.position))
      : answer(failedChange(permanent ? 'Tombstone' : 'Delete', stream, expected, outcome), '');
  deps.queue.submit({ kind: permanent ? TOMBSTONE : DELETE, stream, expected, deadlineMs, events: [traceOf(permanent)] }, done);
};

/** Serves Delete: the stream is empty from now on and may be written to again. */
export const serveDelete =
  (deps: ChangeDeps) =>
  (call: ServerUnaryCall<DeleteReq, DeleteResp>, callback: sendUnaryData<DeleteResp>): void =>
    change(deps, call, call.request.getOptions(), false, (error, position) => {
      if (error !== null) return callback(error);
      const at = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
      callback(null, new streams.DeleteResp().setPosition(at));
    });

/** Serves Tombstone: the stream is ended for ever. */
export const serveTombstone =
  (deps: ChangeDeps) =>
  (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, callback: sendUnaryData<TombstoneResp>): void =>
    change(deps, call, call.request.getOptions(), true, (error, position) => {
      if (error !== null) return callback(error);
      const at = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
      callback(null, new streams.TombstoneResp().setPosition(at));
    });
