import type { EventMetadata } from '@holdpoint/contracts';
import type { LoggedEvent } from './log-types.ts';
import type { RecentEvents, WrittenEvent } from './recent-events.ts';
import { decodeUuid, endOf, skip, textOf, varint, varintText, WIRE_BYTES, type Cursor } from './protobuf-cursor.ts';

/** One message of a subscription, as far as the log needs it. */
export type ReadAnswer =
  { kind: 'event'; event: LoggedEvent } | { kind: 'checkpoint'; position: string } | { kind: 'caughtUp' } | { kind: 'other' };

/**
 * Decodes `event_store.client.streams.ReadResp` (streams.proto of the client 6.2.1). By hand, because this runs once per event in every
 * service that follows the log: the generated decoder and the client's conversions cost several times as much. Unknown fields are skipped.
 * @param recent takes an event from here when the process got the same bytes before or wrote them, and remembers it otherwise
 */
export const decodeReadAnswer = (bytes: Buffer, recent: RecentEvents | null = null): ReadAnswer => {
  const cursor: Cursor = { bytes, at: 0 };
  let answer: ReadAnswer = { kind: 'other' };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    if (tag === 0x0a) answer = decodeReadEvent(cursor, endOf(cursor), recent) ?? answer;
    else if (tag === 0x1a) answer = { kind: 'checkpoint', position: commitOf(cursor, endOf(cursor)) };
    else {
      if (tag >>> 3 === 8) answer = { kind: 'caughtUp' };
      skip(cursor, tag & 7);
    }
  }
  return answer;
};

/** ReadEvent: 1 event; links (2) are never asked for, and the position stands in the event itself. */
const decodeReadEvent = (cursor: Cursor, end: number, recent: RecentEvents | null): ReadAnswer | null => {
  let answer: ReadAnswer | null = null;
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x0a) answer = { kind: 'event', event: recordedEvent(cursor, endOf(cursor), recent) };
    else skip(cursor, tag & 7);
  }
  return answer;
};

const recordedEvent = (cursor: Cursor, end: number, recent: RecentEvents | null): LoggedEvent => {
  if (recent === null) return decodeRecordedEvent(cursor, end);
  const { bytes, at } = cursor;
  const known = recent.get(leadingId(cursor, end));
  cursor.at = end;
  const { delivered = null, written = null } = known ?? {};
  if (delivered && delivered.bytes.compare(bytes, at, end) === 0) return delivered.event;
  const event = decodeRecordedEvent({ bytes, at }, end, written);
  recent.delivered(event, bytes.subarray(at, end), written && isAsWritten(event, written) ? written.opened : null);
  return event;
};

/** What this process wrote stands in the log word for word: then what it checked before is what reading it would give. */
const isAsWritten = (event: LoggedEvent, { stream, type, stored, storedMetadata }: WrittenEvent): boolean =>
  event.data === stored && event.metadata === storedMetadata && event.stream === stream && event.type === type;

/** The id, if it stands first, where every store writes it; else empty. */
const leadingId = (cursor: Cursor, end: number): string =>
  varint(cursor) === 0x0a ? decodeUuid(cursor, Math.min(endOf(cursor), end)) : '';

/** RecordedEvent: 1 id, 2 stream, 3 revision, 4 prepare position, 5 commit position, 6 system metadata, 7 our metadata, 8 data. */
const decodeRecordedEvent = (cursor: Cursor, end: number, written: WrittenEvent | null = null): LoggedEvent => {
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
      else if (field === 7) event.metadata = jsonOf(cursor, fieldEnd, written?.metadata, written?.storedMetadata) as EventMetadata;
      else if (field === 8) [dataAt, dataEnd] = [cursor.at, fieldEnd];
      cursor.at = fieldEnd;
    }
  }
  // The content type may come after the data.
  event.data = json ? jsonOf({ bytes, at: dataAt }, dataEnd, written?.data, written?.stored) : bytes.subarray(dataAt, dataEnd);
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

/** @param value what `text` says: the same text need not be parsed. What is not JSON although it says so comes as text, and is found unreadable. */
const jsonOf = ({ bytes, at }: Cursor, end: number, text: string | undefined, value: unknown): unknown => {
  const found = bytes.toString('utf8', at, end);
  if (found === text) return value;
  try {
    return JSON.parse(found);
  } catch {
    return found;
  }
};
