/** A place in protobuf bytes (protobuf.dev/programming-guides/encoding). Reading moves it on. */
export type Cursor = { bytes: Buffer; at: number };

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
export const WIRE_BYTES = 2;
const WIRE_32_BIT = 5;

/** UUID: 2 as text (what is asked for), or 1 as two signed 64-bit halves. */
export const decodeUuid = (cursor: Cursor, end: number): string => {
  const start = cursor.at;
  const text = textOf(cursor, end, 2);
  if (text !== '') return text;
  cursor.at = start;
  const halves: [bigint, bigint] = [0n, 0n];
  while (cursor.at < end) {
    const tag = varint(cursor);
    // Into Structured (field 1), whose own fields are 1 and 2; its length is passed over.
    if ((tag & 7) === WIRE_BYTES) varint(cursor);
    else halves[tag >>> 3 === 1 ? 0 : 1] = BigInt.asUintN(64, varintBig(cursor));
  }
  const hex = halves.map(half => half.toString(16).padStart(16, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Text of one field of a message; empty when it is not there. */
export const textOf = (cursor: Cursor, end: number, field: number): string => {
  let text = '';
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag >>> 3 === field && (tag & 7) === WIRE_BYTES) {
      const textEnd = endOf(cursor);
      text = cursor.bytes.toString('utf8', cursor.at, textEnd);
      cursor.at = textEnd;
    } else skip(cursor, tag & 7);
  }
  return text;
};

export const skip = (cursor: Cursor, wireType: number): void => {
  if (wireType === WIRE_VARINT) varintBig(cursor);
  else if (wireType === WIRE_BYTES) cursor.at = endOf(cursor);
  else if (wireType === WIRE_64_BIT) cursor.at += 8;
  else if (wireType === WIRE_32_BIT) cursor.at += 4;
  else throw new RangeError(`the event store sent a message that cannot be read (wire type ${wireType})`);
};

export const endOf = (cursor: Cursor): number => {
  const length = varint(cursor);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new RangeError('the event store sent a message that is cut short');
  return end;
};

export const varint = (cursor: Cursor): number => {
  const { bytes } = cursor;
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new RangeError('the event store sent a message that is cut short');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
};

const varintBig = (cursor: Cursor): bigint => {
  let value = 0n;
  let shift = 0n;
  for (;;) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new RangeError('the event store sent a message that is cut short');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
    shift += 7n;
  }
};

/** An unsigned 64-bit number in decimal; numbers beyond 2^53 are read again exactly. */
export const varintText = (cursor: Cursor): string => {
  const start = cursor.at;
  const value = varint(cursor);
  if (Number.isSafeInteger(value)) return String(value);
  cursor.at = start;
  return String(varintBig(cursor));
};
