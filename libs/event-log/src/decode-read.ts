import type { EventMetadata } from '@holdpoint/contracts';
import type { LoggedEvent } from './log-types.ts';

/** One message of a subscription, as far as the log needs it. */
export type ReadAnswer =
  { kind: 'event'; event: LoggedEvent } | { kind: 'checkpoint'; position: string } | { kind: 'caughtUp' } | { kind: 'other' };

/** A place in protobuf bytes. */
type Cursor = { bytes: Buffer; at: number };

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_BYTES = 2;
const WIRE_32_BIT = 5;

/**
 * Decodes `event_store.client.streams.ReadResp` (streams.proto of the client 6.2.1). By hand, because this runs once per event in every
 * service that follows the log: the generated decoder and the client's conversions cost several times as much. Unknown fields are skipped.
 */
export const decodeReadAnswer = (bytes: Buffer): ReadAnswer => {
  const cursor: Cursor = { bytes, at: 0 };
  let answer: ReadAnswer = { kind: 'other' };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    if (tag === 0x0a) answer = decodeReadEvent(cursor, endOf(cursor)) ?? answer;
    else if (tag === 0x1a) answer = { kind: 'checkpoint', position: commitOf(cursor, endOf(cursor)) };
    else {
      if (tag >>> 3 === 8) answer = { kind: 'caughtUp' };
      skip(cursor, tag & 7);
    }
  }
  return answer;
};

/** ReadEvent: 1 event; links (2) are never asked for, and the position stands in the event itself. */
const decodeReadEvent = (cursor: Cursor, end: number): ReadAnswer | null => {
  let answer: ReadAnswer | null = null;
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x0a) answer = { kind: 'event', event: decodeRecordedEvent(cursor, endOf(cursor)) };
    else skip(cursor, tag & 7);
  }
  return answer;
};

/** RecordedEvent: 1 id, 2 stream, 3 revision, 4 prepare position, 5 commit position, 6 system metadata, 7 our metadata, 8 data. */
const decodeRecordedEvent = (cursor: Cursor, end: number): LoggedEvent => {
  const { bytes } = cursor;
  const event: LoggedEvent = {
    stream: '',
    revision: 0,
    id: '',
    type: '',
    data: undefined,
    metadata: {} as EventMetadata,
    position: '0',
    createdMs: 0,
  };
  let json = false;
  let dataAt = 0;
  let dataEnd = 0;
  while (cursor.at < end) {
    const tag = varint(cursor);
    const field = tag >>> 3;
    if (field === 3) event.revision = varint(cursor);
    else if (field === 5) event.position = varintText(cursor);
    else if ((tag & 7) !== WIRE_BYTES || field > 8) skip(cursor, tag & 7);
    else {
      const fieldEnd = endOf(cursor);
      if (field === 1) event.id = decodeUuid(cursor, fieldEnd);
      else if (field === 2) event.stream = textOf(cursor, fieldEnd, 3);
      else if (field === 6) json = decodeSystemMetadata(cursor, fieldEnd, event) || json;
      else if (field === 7) event.metadata = jsonOf(bytes.toString('utf8', cursor.at, fieldEnd)) as EventMetadata;
      else if (field === 8) [dataAt, dataEnd] = [cursor.at, fieldEnd];
      cursor.at = fieldEnd;
    }
  }
  // The content type may come after the data.
  event.data = json ? jsonOf(bytes.toString('utf8', dataAt, dataEnd)) : bytes.subarray(dataAt, dataEnd);
  return event;
};

/** One entry of the map with type, content type and creation time. @returns whether it says that the data is JSON */
const decodeSystemMetadata = (cursor: Cursor, end: number, event: LoggedEvent): boolean => {
  const start = cursor.at;
  const key = textOf(cursor, end, 1);
  cursor.at = start;
  const value = textOf(cursor, end, 2);
  if (key === 'type') event.type = value;
  // 100 ns ticks since 1970, beyond what a number holds: the last four digits are parts of a millisecond.
  else if (key === 'created') event.createdMs = Number(value.slice(0, -4));
  else return key === 'content-type' && value === 'application/json';
  return false;
};

/** UUID: 2 as text (what is asked for), or 1 as two signed 64-bit halves. */
const decodeUuid = (cursor: Cursor, end: number): string => {
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

/** Checkpoint: 1 commit position. */
const commitOf = (cursor: Cursor, end: number): string => {
  let position = '0';
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag >>> 3 === 1) position = varintText(cursor);
    else skip(cursor, tag & 7);
  }
  return position;
};

/** Text of one field of a message; empty when it is not there. */
const textOf = (cursor: Cursor, end: number, field: number): string => {
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

/** What is not JSON although it says so comes as text; the one who opens the event finds it unreadable. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const skip = (cursor: Cursor, wireType: number): void => {
  if (wireType === WIRE_VARINT) varintBig(cursor);
  else if (wireType === WIRE_BYTES) cursor.at = endOf(cursor);
  else if (wireType === WIRE_64_BIT) cursor.at += 8;
  else if (wireType === WIRE_32_BIT) cursor.at += 4;
  else throw new RangeError(`the event store sent a message that cannot be read (wire type ${wireType})`);
};

const endOf = (cursor: Cursor): number => {
  const length = varint(cursor);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new RangeError('the event store sent a message that is cut short');
  return end;
};

const varint = (cursor: Cursor): number => {
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
const varintText = (cursor: Cursor): string => {
  const start = cursor.at;
  const value = varint(cursor);
  if (Number.isSafeInteger(value)) return String(value);
  cursor.at = start;
  return String(varintBig(cursor));
};
