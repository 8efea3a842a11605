import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js';
import { UnknownError } from '@eventstore/db-client';
import { decodeUuid, endOf, skip, varint, varintText, type Cursor } from './protobuf-cursor.ts';

/** The answer to one append: what happened, under the correlation id of its request. */
export type AppendAnswer = { correlationId: string; outcome: { revision: number; position: string | null } | { error: Error } };

/**
 * Decodes `event_store.client.streams.BatchAppendResp`: 1 correlation id, 2 error, 3 success (1 revision, 3 position with 1 commit).
 * Success by hand, as it comes for every append; an error by the client's own code, which knows the classes.
 */
export const decodeAppendAnswer = (bytes: Buffer): AppendAnswer => {
  const cursor: Cursor = { bytes, at: 0 };
  let correlationId = '';
  let success: { revision: number; position: string | null } | null = null;
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    if (tag === 0x0a) {
      const end = endOf(cursor);
      correlationId = decodeUuid(cursor, end);
      cursor.at = end;
    } else if (tag === 0x1a) success = decodeSuccess(cursor, endOf(cursor));
    else skip(cursor, tag & 7);
  }
  return { correlationId, outcome: success ?? { error: errorOf(bytes) } };
};

const decodeSuccess = (cursor: Cursor, end: number): { revision: number; position: string | null } => {
  const success: { revision: number; position: string | null } = { revision: 0, position: null };
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x08) success.revision = varint(cursor);
    else if (tag === 0x1a) success.position = decodePosition(cursor, endOf(cursor));
    else skip(cursor, tag & 7);
  }
  return success;
};

const decodePosition = (cursor: Cursor, end: number): string => {
  let commit = '0';
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x08) commit = varintText(cursor);
    else skip(cursor, tag & 7);
  }
  return commit;
};

const errorOf = (bytes: Buffer): Error => {
  const answer = streamsMessages.BatchAppendResp.deserializeBinary(bytes);
  const status = answer.getError();
  // The client's own code would stumble over an error without details.
  if (!status?.getDetails())
    return new UnknownError(undefined, status?.getMessage() ?? 'the event store sent an answer without an outcome');
  return unpackToCommandError(status, Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')) as Error;
};
