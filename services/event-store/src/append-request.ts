import { eventIdFromHalves, parseEventId } from './event-id.ts';
import { BYTES, MalformedMessage, cursorOver, enter, readBytes, readText, readVarint, skip, type ProtoCursor } from './protobuf.ts';

/** Expected revisions, numbered as EventStoreDB does in its errors; zero and above is an exact revision. */
export const NO_STREAM = -1;
export const ANY = -2;
export const STREAM_EXISTS = -4;

/** An event as a client proposes it. The byte views point into the message that brought it. */
export type ProposedEvent = {
  /** Normalised UUID text. */
  id: string;
  type: string;
  isJson: boolean;
  data: Buffer;
  metadata: Buffer;
};

/** One message of a BatchAppend call. */
export type BatchAppendPart = {
  /** The client's correlation id: its UUID message, kept as bytes and echoed in the answer. */
  correlation: Buffer;
  /** Present in the first part only. */
  options: AppendOptions | undefined;
  events: ProposedEvent[];
  isFinal: boolean;
};

export type AppendOptions = {
  stream: string;
  expected: number;
  /** When the client stops waiting, milliseconds since the epoch; Infinity when it did not say. */
  deadlineMs: number;
};

const readStructuredUuid = (cursor: ProtoCursor): string => {
  let most = '0';
  let least = '0';
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 8) most = readLongText(cursor);
    else if (key === 16) least = readLongText(cursor);
    else skip(cursor, key & 7);
  }
  return eventIdFromHalves(most, least);
};

const readLongText = (cursor: ProtoCursor): string => {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.end) break;
    const byte = cursor.bytes[cursor.at++] as number;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value.toString();
  }
  throw new MalformedMessage('an id ends outside its message');
};

const readUuid = (cursor: ProtoCursor): string => {
  let id: string | undefined;
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 18) id = parseEventId(readText(cursor));
    else if (key === 10) id = readStructuredUuid(enter(cursor));
    else skip(cursor, key & 7);
  }
  if (id === undefined) throw new MalformedMessage('an event id is not a UUID');
  return id;
};

const readStreamName = (cursor: ProtoCursor): string => {
  let stream = '';
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 26) stream = readText(cursor);
    else skip(cursor, key & 7);
  }
  return stream;
};

const readProperty = (cursor: ProtoCursor, event: ProposedEvent): void => {
  let name = '';
  let value = '';
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 10) name = readText(cursor);
    else if (key === 18) value = readText(cursor);
    else skip(cursor, key & 7);
  }
  if (name === 'type') event.type = value;
  else if (name === 'content-type') event.isJson = value === 'application/json';
};

const NOTHING = Buffer.alloc(0);

/** Reads a ProposedMessage, which is the same message in Append and BatchAppend. */
const readProposedEvent = (cursor: ProtoCursor): ProposedEvent => {
  const event: ProposedEvent = { id: '', type: '', isJson: false, data: NOTHING, metadata: NOTHING };
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 10) event.id = readUuid(enter(cursor));
    else if (key === 18) readProperty(enter(cursor), event);
    else if (key === 26) event.metadata = readBytes(cursor);
    else if (key === 34) event.data = readBytes(cursor);
    else skip(cursor, key & 7);
  }
  if (event.id === '') throw new MalformedMessage('an event has no id');
  if (event.type === '') throw new MissingProperty('type');
  return event;
};

/** An event lacks a property the protocol requires. */
export class MissingProperty extends Error {
  property: string;
  constructor(property: string) {
    super(`Required Metadata Property '${property}' is missing`);
    this.property = property;
  }
}

const readTimestampMs = (cursor: ProtoCursor): number => {
  let seconds = 0;
  let nanos = 0;
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 8) seconds = readVarint(cursor);
    else if (key === 16) nanos = readVarint(cursor);
    else skip(cursor, key & 7);
  }
  return seconds * 1000 + nanos / 1e6;
};

/** Options of Append and BatchAppend share fields 1 to 5; 6 is an absolute, 7 a relative deadline (BatchAppend only). */
const readOptions = (cursor: ProtoCursor, nowMs: number): AppendOptions => {
  const options: AppendOptions = { stream: '', expected: ANY, deadlineMs: Infinity };
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 10) options.stream = readStreamName(enter(cursor));
    else if (key === 16) options.expected = readVarint(cursor);
    else if (key === 26) options.expected = (skip(cursor, BYTES), NO_STREAM);
    else if (key === 34) options.expected = (skip(cursor, BYTES), ANY);
    else if (key === 42) options.expected = (skip(cursor, BYTES), STREAM_EXISTS);
    else if (key === 50) options.deadlineMs = readTimestampMs(enter(cursor));
    else if (key === 58) options.deadlineMs = nowMs + readTimestampMs(enter(cursor));
    else skip(cursor, key & 7);
  }
  return options;
};

/**
 * Decodes one BatchAppendReq (streams.proto).
 * @throws MalformedMessage, MissingProperty
 */
export const decodeBatchAppend = (bytes: Buffer, nowMs: number): BatchAppendPart => {
  const cursor = cursorOver(bytes);
  const part: BatchAppendPart = { correlation: NOTHING, options: undefined, events: [], isFinal: false };
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 10) part.correlation = readBytes(cursor);
    else if (key === 18) part.options = readOptions(enter(cursor), nowMs);
    else if (key === 26) part.events.push(readProposedEvent(enter(cursor)));
    else if (key === 32) part.isFinal = readVarint(cursor) !== 0;
    else skip(cursor, key & 7);
  }
  return part;
};

/** The correlation id of a BatchAppendReq that could not be decoded otherwise, so that its sender still gets an answer. */
export const correlationOf = (bytes: Buffer): Buffer | undefined => {
  const cursor = cursorOver(bytes);
  try {
    while (cursor.at < cursor.end) {
      const key = readVarint(cursor);
      if (key === 10) return readBytes(cursor);
      skip(cursor, key & 7);
    }
  } catch {
    return undefined;
  }
  return undefined;
};

/**
 * Decodes one AppendReq (streams.proto): options in the first message, an event in each further one.
 * @throws MalformedMessage, MissingProperty
 */
export const decodeAppend = (bytes: Buffer): { options: AppendOptions | undefined; event: ProposedEvent | undefined } => {
  const cursor = cursorOver(bytes);
  let options: AppendOptions | undefined;
  let event: ProposedEvent | undefined;
  while (cursor.at < cursor.end) {
    const key = readVarint(cursor);
    if (key === 10) options = readOptions(enter(cursor), 0);
    else if (key === 18) event = readProposedEvent(enter(cursor));
    else skip(cursor, key & 7);
  }
  return { options, event };
};

/** What an event counts towards the append size limit, bytes. */
export const sizeOfEvent = (event: ProposedEvent): number => event.type.length + event.data.length + event.metadata.length;
