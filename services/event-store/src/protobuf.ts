/**
 * The few protobuf primitives the hot paths need. Decoding and encoding by hand costs a fifth of the generated code,
 * which builds an object per message and goes through base64 for bytes.
 * Rules: https://protobuf.dev/programming-guides/encoding/
 */

/** Wire types used here. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** A cursor over one message. `end` is exclusive. */
export type ProtoCursor = { readonly bytes: Buffer; at: number; readonly end: number };

/** A message that is not valid protobuf. */
export class MalformedMessage extends Error {}

export const cursorOver = (bytes: Buffer): ProtoCursor => ({ bytes, at: 0, end: bytes.length });

/** Reads a varint as a number; values above 2^53 lose precision and stay large, which is all that callers need of them. */
export const readVarint = (cursor: ProtoCursor): number => {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < 10; count++) {
    if (cursor.at >= cursor.end) throw new MalformedMessage('a number ends outside its message');
    const byte = cursor.bytes[cursor.at++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw new MalformedMessage('a number is longer than ten bytes');
};

/** Reads a length-delimited field as a view on the message's own bytes. */
export const readBytes = (cursor: ProtoCursor): Buffer => {
  const length = readVarint(cursor);
  const from = cursor.at;
  if (from + length > cursor.end) throw new MalformedMessage('a field is longer than its message');
  cursor.at = from + length;
  return cursor.bytes.subarray(from, from + length);
};

/** Reads a length-delimited field as UTF-8 text. */
export const readText = (cursor: ProtoCursor): string => {
  const length = readVarint(cursor);
  const from = cursor.at;
  if (from + length > cursor.end) throw new MalformedMessage('a field is longer than its message');
  cursor.at = from + length;
  return cursor.bytes.toString('utf8', from, from + length);
};

/** Opens a nested message and moves past it. */
export const enter = (cursor: ProtoCursor): ProtoCursor => {
  const length = readVarint(cursor);
  const from = cursor.at;
  if (from + length > cursor.end) throw new MalformedMessage('a field is longer than its message');
  cursor.at = from + length;
  return { bytes: cursor.bytes, at: from, end: from + length };
};

/** Skips a field of the given wire type: unknown fields are allowed by the format. */
export const skip = (cursor: ProtoCursor, wireType: number): void => {
  if (wireType === VARINT) readVarint(cursor);
  else if (wireType === BYTES) readBytes(cursor);
  else if (wireType === FIXED64) cursor.at += 8;
  else if (wireType === FIXED32) cursor.at += 4;
  else throw new MalformedMessage(`wire type ${wireType} is not known`);
  if (cursor.at > cursor.end) throw new MalformedMessage('a field is longer than its message');
};

/** Bytes a non-negative safe integer takes as a varint. */
export const varintSize = (value: number): number => {
  let size = 1;
  while (value >= 128) {
    value = Math.floor(value / 128);
    size++;
  }
  return size;
};

/** Writes a non-negative safe integer as a varint; returns the offset after it. */
export const writeVarint = (target: Buffer, at: number, value: number): number => {
  while (value >= 128) {
    const rest = Math.floor(value / 128);
    target[at++] = value - rest * 128 + 128;
    value = rest;
  }
  target[at++] = value;
  return at;
};

/** Size of a length-delimited field with a one-byte tag. */
export const fieldSize = (length: number): number => 1 + varintSize(length) + length;

/** One-byte tags only: field numbers up to 15, which is all this protocol has. */
export const tag = (field: number, wireType: number): number => (field << 3) | wireType;
