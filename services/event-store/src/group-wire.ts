import { writeEventId } from './event-id.ts';
import type { ProposedEvent } from './append-request.ts';

/**
 * What crosses between the protocol thread and the writer thread. A group is packed into one piece of memory:
 * cloning a few hundred small objects would cost more than the transaction.
 */

export const APPEND = 0;
export const DELETE = 1;
export const TOMBSTONE = 2;

/** One change of one stream. A delete carries the event it leaves behind. */
export type StreamChange = {
  kind: typeof APPEND | typeof DELETE | typeof TOMBSTONE;
  stream: string;
  expected: number;
  /** Not written any more after this time, milliseconds since the epoch. */
  deadlineMs: number;
  events: ProposedEvent[];
};

/** How a change ended. */
export const WRITTEN = 0;
export const ALREADY_WRITTEN = 1;
export const WRONG_REVISION = 2;
export const STREAM_DELETED = 3;
export const PROTECTED = 4;
export const TIMED_OUT = 5;
export const DISK_FULL = 6;
export const STORE_FAILED = 7;

/** Columns of one change in the answer: code, revision (last written, or current), first and last position. */
export const ANSWER_COLUMNS = 4;

/** An event the writer added by itself: the metadata that undeletes a stream. */
export type AddedEvent = { change: number; stream: string; revision: number; position: number; event: ProposedEvent };

export type GroupAnswer = {
  /** `ANSWER_COLUMNS` numbers for each change. */
  answers: Float64Array;
  /** Time of the transaction, milliseconds since the epoch. */
  createdMs: number;
  added: AddedEvent[];
  /** Why the whole group failed, when it did. */
  failure: string | undefined;
};

const HEADER_BYTES = 1 + 8 + 8 + 2 + 4;
const EVENT_BYTES = 16 + 1 + 2 + 4 + 4;

/** Upper bound of the bytes a change takes in a group. */
export const sizeOfChange = (change: StreamChange): number => {
  let size = HEADER_BYTES + change.stream.length * 3;
  for (const event of change.events) size += EVENT_BYTES + event.type.length * 3 + event.data.length + event.metadata.length;
  return size;
};

const writeText = (target: Buffer, at: number, text: string): number => {
  const length = target.write(text, at + 2, 'utf8');
  target.writeUInt16LE(length, at);
  return at + 2 + length;
};

/** Upper bound of the bytes of a packed group. */
export const sizeOfGroup = (changes: readonly StreamChange[]): number => {
  let size = 4;
  for (const change of changes) size += sizeOfChange(change);
  return size;
};

/** Packs changes into memory the writer thread can read, at least `sizeOfGroup` bytes of it. */
export const packGroup = (changes: readonly StreamChange[], target: Buffer): void => {
  let at = target.writeUInt32LE(changes.length, 0);
  for (const change of changes) {
    at = target.writeUInt8(change.kind, at);
    at = target.writeDoubleLE(change.expected, at);
    at = target.writeDoubleLE(change.deadlineMs, at);
    at = writeText(target, at, change.stream);
    at = target.writeUInt32LE(change.events.length, at);
    for (const event of change.events) at = packEvent(target, at, event);
  }
};

const packEvent = (target: Buffer, at: number, event: ProposedEvent): number => {
  writeEventId(target, at, event.id);
  at = target.writeUInt8(event.isJson ? 1 : 0, at + 16);
  at = writeText(target, at, event.type);
  at = target.writeUInt32LE(event.data.length, at);
  at += event.data.copy(target, at);
  at = target.writeUInt32LE(event.metadata.length, at);
  return at + event.metadata.copy(target, at);
};

/** An event as the writer sees it: ready for the statement. */
export type PackedEvent = { id: Buffer; type: string; isJson: boolean; data: Buffer; metadata: Buffer };

export type PackedChange = Omit<StreamChange, 'events'> & { events: PackedEvent[] };

/** Unpacks a group; the events are views on the buffer. */
export const unpackGroup = (source: Buffer): PackedChange[] => {
  const changes: PackedChange[] = [];
  let at = 4;
  const text = (): string => {
    const length = source.readUInt16LE(at);
    at += 2 + length;
    return source.toString('utf8', at - length, at);
  };
  const bytes = (): Buffer => {
    const length = source.readUInt32LE(at);
    at += 4 + length;
    return source.subarray(at - length, at);
  };
  for (let left = source.readUInt32LE(0); left > 0; left--) {
    const kind = source.readUInt8(at) as StreamChange['kind'];
    const expected = source.readDoubleLE(at + 1);
    const deadlineMs = source.readDoubleLE(at + 9);
    at += 17;
    const stream = text();
    const events: PackedEvent[] = [];
    const count = source.readUInt32LE(at);
    at += 4;
    for (let index = 0; index < count; index++) {
      const id = source.subarray(at, at + 16);
      const isJson = source.readUInt8(at + 16) === 1;
      at += 17;
      const type = text();
      const data = bytes();
      events.push({ id, type, isJson, data, metadata: bytes() });
    }
    changes.push({ kind, stream, expected, deadlineMs, events });
  }
  return changes;
};
