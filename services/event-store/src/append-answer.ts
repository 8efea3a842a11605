import { ANY, NO_STREAM, STREAM_EXISTS } from './append-request.ts';
import { FRAME_PREFIX_BYTES, allocateFrame } from './frames.ts';
import { fieldSize, varintSize, writeVarint } from './protobuf.ts';

/** Encodes the answers of BatchAppend (streams.proto, BatchAppendResp) as frames. */

/**
 * A success: the revision and position of the last event written.
 * @param correlation the request's own UUID message, echoed.
 * @param position 0 when nothing was written (an append without events).
 */
export const encodeSuccess = (correlation: Buffer, stream: string, revision: number, position: number): Buffer => {
  const nameBytes = Buffer.byteLength(stream);
  const positionSize = 2 * (1 + varintSize(position));
  const revisionSize = revision < 0 ? 2 : 1 + varintSize(revision);
  const success = revisionSize + (position === 0 ? 2 : fieldSize(positionSize));
  const identifier = fieldSize(nameBytes);
  const frame = allocateFrame(fieldSize(correlation.length) + fieldSize(success) + fieldSize(identifier));
  let at = writeCorrelation(frame, correlation);
  frame[at++] = 0x1a; // success
  at = writeVarint(frame, at, success);
  if (revision < 0) {
    frame[at++] = 0x12; // no_stream
    frame[at++] = 0;
  } else {
    frame[at++] = 0x08; // current_revision
    at = writeVarint(frame, at, revision);
  }
  if (position === 0) {
    frame[at++] = 0x22; // no_position
    frame[at++] = 0;
  } else {
    frame[at++] = 0x1a; // position
    at = writeVarint(frame, at, positionSize);
    frame[at++] = 0x08;
    at = writeVarint(frame, at, position);
    frame[at++] = 0x10;
    at = writeVarint(frame, at, position);
  }
  writeStream(frame, at, stream, nameBytes);
  return frame;
};

const writeCorrelation = (frame: Buffer, correlation: Buffer): number => {
  frame[FRAME_PREFIX_BYTES] = 0x0a;
  const at = writeVarint(frame, FRAME_PREFIX_BYTES + 1, correlation.length);
  return at + correlation.copy(frame, at);
};

const writeStream = (frame: Buffer, at: number, stream: string, nameBytes: number): void => {
  frame[at++] = 0x22; // stream_identifier
  at = writeVarint(frame, at, fieldSize(nameBytes));
  frame[at++] = 0x1a;
  at = writeVarint(frame, at, nameBytes);
  frame.write(stream, at, 'utf8');
};

/** A refusal inside a BatchAppend stream: a google.rpc.Status whose `details` the client switches on; it must always be there. */
export type AppendRefusal = { code: number; message: string; typeUrl: string; details: Buffer };

/** @param expected the request's expected revision, which goes back with the refusal. */
export const encodeRefusal = (correlation: Buffer, stream: string, expected: number, refusal: AppendRefusal): Buffer => {
  const nameBytes = Buffer.byteLength(stream);
  const message = Buffer.from(refusal.message);
  const typeUrl = Buffer.from(refusal.typeUrl);
  const any = Buffer.concat([lengthDelimited(0x0a, typeUrl), lengthDelimited(0x12, refusal.details)]);
  const status = Buffer.concat([Buffer.from([0x08, refusal.code]), lengthDelimited(0x12, message), lengthDelimited(0x1a, any)]);
  const expectation = encodeExpectation(expected);
  const frame = allocateFrame(
    fieldSize(correlation.length) + fieldSize(status.length) + fieldSize(fieldSize(nameBytes)) + expectation.length,
  );
  let at = writeCorrelation(frame, correlation);
  at += lengthDelimited(0x12, status).copy(frame, at);
  writeStream(frame, at, stream, nameBytes);
  expectation.copy(frame, frame.length - expectation.length);
  return frame;
};

const lengthDelimited = (tag: number, bytes: Uint8Array): Buffer => {
  const field = Buffer.allocUnsafe(fieldSize(bytes.length));
  field[0] = tag;
  field.set(bytes, writeVarint(field, 1, bytes.length));
  return field;
};

const encodeExpectation = (expected: number): Buffer => {
  if (expected === NO_STREAM) return Buffer.from([0x32, 0]);
  if (expected === ANY) return Buffer.from([0x3a, 0]);
  if (expected === STREAM_EXISTS) return Buffer.from([0x42, 0]);
  const field = Buffer.allocUnsafe(1 + varintSize(expected));
  field[0] = 0x28;
  writeVarint(field, 1, expected);
  return field;
};
