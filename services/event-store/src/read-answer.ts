import { FRAME_PREFIX_BYTES, allocateFrame, writePrefix } from './frames.ts';
import type { LogEvent } from './log-event.ts';
import { fieldSize, varintSize, writeVarint } from './protobuf.ts';
import { TOMBSTONE_TYPE } from './stream-name.ts';

/** Encodes the messages of a Read call (streams.proto, ReadResp) as frames, by hand: it is the store's hottest code. */

const UUID_CHARS = 36;
const UUID_BYTES = 2 + UUID_CHARS;

/** Map entries that never change: key and value of the content type. */
const contentType = (value: string): Buffer => {
  const entry = Buffer.from(`\x0a\x0ccontent-type\x12${String.fromCharCode(value.length)}${value}`, 'latin1');
  return Buffer.concat([Buffer.from([0x32, entry.length]), entry]);
};
const JSON_CONTENT = contentType('application/json');
const BINARY_CONTENT = contentType('application/octet-stream');

/** The revision of a tombstone is the largest signed 64-bit number: nine bytes as a varint. */
const LARGEST_REVISION = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

/** A second is 10^7 ticks of .NET; `created` counts ticks since 1970. */
const ticksOf = (createdMs: number): string => `${createdMs}0000`;

/** The lengths inside the message of an event, bytes. */
type EventSizes = { nameBytes: number; typeBytes: number; record: number; readEvent: number };

const measureEvent = (event: LogEvent): EventSizes => {
  const nameBytes = Buffer.byteLength(event.stream);
  const typeBytes = Buffer.byteLength(event.type);
  const content = event.isJson ? JSON_CONTENT : BINARY_CONTENT;
  const revisionBytes = event.type === TOMBSTONE_TYPE ? LARGEST_REVISION.length : varintSize(event.revision);
  const positionBytes = varintSize(event.position);
  const record =
    2 +
    UUID_BYTES +
    fieldSize(fieldSize(nameBytes)) +
    1 +
    revisionBytes +
    2 * (1 + positionBytes) +
    fieldSize(6 + fieldSize(typeBytes)) +
    content.length +
    (2 + 9 + 2 + ticksOf(event.createdMs).length) +
    fieldSize(event.metadata.length) +
    fieldSize(event.data.length);
  return { nameBytes, typeBytes, record, readEvent: fieldSize(record) + 1 + positionBytes };
};

const frameBytesOf = (sizes: EventSizes): number => FRAME_PREFIX_BYTES + fieldSize(sizes.readEvent);

/** Encodes an event with its position. Every subscriber and reader gets the same bytes. */
export const encodeEvent = (event: LogEvent): Buffer => {
  const sizes = measureEvent(event);
  const frame = Buffer.allocUnsafe(frameBytesOf(sizes));
  writeEvent(frame, 0, event, sizes);
  return frame;
};

/**
 * Encodes events one behind the other.
 * @returns the bytes and where each frame ends in them.
 */
export const encodeEvents = (events: readonly LogEvent[]): { bytes: Buffer; ends: number[] } => {
  const sizes = events.map(measureEvent);
  let end = 0;
  const ends = sizes.map(size => (end += frameBytesOf(size)));
  // Not from the pool: these bytes stay while others of a shared slab are long gone.
  const bytes = Buffer.allocUnsafeSlow(end);
  for (const [index, event] of events.entries()) writeEvent(bytes, ends[index - 1] ?? 0, event, sizes[index] as EventSizes);
  return { bytes, ends };
};

const writeEvent = (frame: Buffer, start: number, event: LogEvent, sizes: EventSizes): void => {
  const { nameBytes, typeBytes, record, readEvent } = sizes;
  const ticks = ticksOf(event.createdMs);
  const createdEntry = 9 + 2 + ticks.length;
  let at = writePrefix(frame, start, fieldSize(readEvent));
  frame[at++] = 0x0a; // ReadResp.event
  at = writeVarint(frame, at, readEvent);
  frame[at++] = 0x0a; // ReadEvent.event
  at = writeVarint(frame, at, record);
  frame[at++] = 0x0a; // id
  frame[at++] = UUID_BYTES;
  frame[at++] = 0x12; // UUID.string
  frame[at++] = UUID_CHARS;
  at += frame.write(event.id, at, 'latin1');
  frame[at++] = 0x12; // stream_identifier
  at = writeVarint(frame, at, fieldSize(nameBytes));
  frame[at++] = 0x1a; // stream_name
  at = writeVarint(frame, at, nameBytes);
  at += frame.write(event.stream, at, 'utf8');
  frame[at++] = 0x18; // stream_revision
  if (event.type === TOMBSTONE_TYPE) at += LARGEST_REVISION.copy(frame, at);
  else at = writeVarint(frame, at, event.revision);
  frame[at++] = 0x20; // prepare_position
  at = writeVarint(frame, at, event.position);
  frame[at++] = 0x28; // commit_position
  at = writeVarint(frame, at, event.position);
  frame[at++] = 0x32; // metadata: type
  at = writeVarint(frame, at, 6 + fieldSize(typeBytes));
  at += frame.write('\x0a\x04type\x12', at, 'latin1');
  at = writeVarint(frame, at, typeBytes);
  at += frame.write(event.type, at, 'utf8');
  at += (event.isJson ? JSON_CONTENT : BINARY_CONTENT).copy(frame, at);
  frame[at++] = 0x32; // metadata: created
  frame[at++] = createdEntry;
  at += frame.write('\x0a\x07created\x12', at, 'latin1');
  frame[at++] = ticks.length;
  at += frame.write(ticks, at, 'latin1');
  frame[at++] = 0x3a; // custom_metadata
  at = writeVarint(frame, at, event.metadata.length);
  frame.set(event.metadata, at);
  at += event.metadata.length;
  frame[at++] = 0x42; // data
  at = writeVarint(frame, at, event.data.length);
  frame.set(event.data, at);
  at += event.data.length;
  frame[at++] = 0x18; // ReadEvent.commit_position
  writeVarint(frame, at, event.position);
};

/** A message whose only field is `field`, itself a message of `size` bytes; returns the frame and where the inner message starts. */
const nested = (field: number, size: number): { frame: Buffer; at: number } => {
  const frame = allocateFrame(fieldSize(size));
  frame[FRAME_PREFIX_BYTES] = (field << 3) | 2;
  return { frame, at: writeVarint(frame, FRAME_PREFIX_BYTES + 1, size) };
};

/** "Your subscription exists": the first message of every subscription. */
export const encodeConfirmation = (subscriptionId: string): Buffer => {
  const { frame, at } = nested(2, fieldSize(subscriptionId.length));
  frame[at] = 0x0a;
  frame.write(subscriptionId, writeVarint(frame, at + 1, subscriptionId.length), 'latin1');
  return frame;
};

/** "All matching events up to here were sent." */
export const encodeCheckpoint = (position: number): Buffer => {
  const { frame, at } = nested(3, 2 * (1 + varintSize(position)));
  frame[at] = 0x08;
  const next = writeVarint(frame, at + 1, position);
  frame[next] = 0x10;
  writeVarint(frame, next + 1, position);
  return frame;
};

/** The only answer to a read of a stream that does not exist. */
export const encodeStreamNotFound = (stream: string): Buffer => {
  const nameBytes = Buffer.byteLength(stream);
  const identifier = fieldSize(nameBytes);
  const { frame, at } = nested(4, fieldSize(identifier));
  frame[at] = 0x0a;
  let to = writeVarint(frame, at + 1, identifier);
  frame[to++] = 0x1a;
  frame.write(stream, writeVarint(frame, to, nameBytes), 'utf8');
  return frame;
};

/** "From here on you get events as they are written." */
export const encodeCaughtUp = (): Buffer => nested(8, 0).frame;

/** "You were too slow for the tail in memory; what follows comes from disk." */
export const encodeFellBehind = (): Buffer => nested(9, 0).frame;
