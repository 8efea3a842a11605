import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import * as fc from 'fast-check';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { describe, expect, it } from 'vitest';
import { encodeRefusal, encodeSuccess } from './append-answer.ts';
import { ANY, NO_STREAM, STREAM_EXISTS, decodeBatchAppend, type ProposedEvent } from './append-request.ts';
import { readEventId } from './event-id.ts';
import { FRAME_PREFIX_BYTES, batchOf, frameOf } from './frames.ts';
import { APPEND, packGroup, sizeOfGroup, unpackGroup, type StreamChange } from './group-wire.ts';
import { MalformedMessage } from './protobuf.ts';
import {
  encodeCaughtUp,
  encodeCheckpoint,
  encodeConfirmation,
  encodeEvent,
  encodeFellBehind,
  encodeStreamNotFound,
} from './read-answer.ts';
import { wrongExpectedVersionInBatch } from './refusals.ts';

/** The hand-written codecs, held against the generated ones. */

const messageOf = (frame: Buffer): Uint8Array => {
  expect(frame.readUInt32BE(1)).toBe(frame.length - FRAME_PREFIX_BYTES);
  return frame.subarray(FRAME_PREFIX_BYTES);
};

const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const position = fc.maxSafeNat();
const proposed: fc.Arbitrary<ProposedEvent> = fc.record({ id: fc.uuid(), type: text, isJson: fc.boolean(), data: bytes, metadata: bytes });
const expectation = fc.oneof(fc.constantFrom(NO_STREAM, ANY, STREAM_EXISTS), position);

const setExpectation = (options: InstanceType<typeof streams.BatchAppendReq.Options>, expected: number): void => {
  if (expected === NO_STREAM) options.setNoStream(new empty.Empty());
  else if (expected === ANY) options.setAny(new empty.Empty());
  else if (expected === STREAM_EXISTS) options.setStreamExists(new empty.Empty());
  else options.setStreamPosition(String(expected));
};

describe('the decoder of BatchAppend', () => {
  it('reads what the generated encoder writes', () => {
    fc.assert(
      fc.property(
        text,
        expectation,
        fc.uuid(),
        fc.array(proposed, { maxLength: 4 }),
        fc.boolean(),
        (stream, expected, correlation, events, isFinal) => {
          const options = new streams.BatchAppendReq.Options();
          options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
          setExpectation(options, expected);
          options.setDeadline(timestamp.Timestamp.fromDate(new Date(1_700_000_000_123)));
          const request = new streams.BatchAppendReq();
          request.setCorrelationId(new shared.UUID().setString(correlation));
          request.setOptions(options);
          request.setIsFinal(isFinal);
          for (const event of events) {
            const message = new streams.BatchAppendReq.ProposedMessage();
            message.setId(new shared.UUID().setString(event.id.toUpperCase()));
            message.getMetadataMap().set('type', event.type);
            message.getMetadataMap().set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
            message.setData(event.data);
            message.setCustomMetadata(event.metadata);
            request.addProposedMessages(message);
          }
          const part = decodeBatchAppend(Buffer.from(request.serializeBinary()), 0);
          expect(part.options).toEqual({ stream, expected, deadlineMs: 1_700_000_000_123 });
          expect(part.isFinal).toBe(isFinal);
          expect(part.events).toEqual(events);
          expect(shared.UUID.deserializeBinary(part.correlation).getString()).toBe(correlation);
        },
      ),
    );
  });

  it('never reads outside its message: any bytes give a message or an error that says so', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), array => {
        try {
          decodeBatchAppend(Buffer.from(array), 0);
        } catch (error) {
          expect(error instanceof MalformedMessage || (error as Error).constructor.name === 'MissingProperty').toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the encoders', () => {
  it('write events the generated decoder reads', () => {
    const event = fc.record({
      position,
      stream: text,
      revision: position,
      type: text,
      isJson: fc.boolean(),
      createdMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      id: fc.uuid(),
      data: bytes,
      metadata: bytes,
    });
    fc.assert(
      fc.property(event, given => {
        const read = streams.ReadResp.deserializeBinary(messageOf(encodeEvent(given))).getEvent();
        const record = read?.getEvent();
        expect(read?.getCommitPosition()).toBe(String(given.position));
        expect(record?.getCommitPosition()).toBe(String(given.position));
        expect(record?.getPreparePosition()).toBe(String(given.position));
        expect(record?.getStreamRevision()).toBe(String(given.revision));
        expect(record?.getId()?.getString()).toBe(given.id);
        expect(Buffer.from(record?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(given.stream);
        expect(record?.getMetadataMap().get('type')).toBe(given.type);
        expect(record?.getMetadataMap().get('content-type')).toBe(given.isJson ? 'application/json' : 'application/octet-stream');
        expect(record?.getMetadataMap().get('created')).toBe(`${given.createdMs}0000`);
        expect(Buffer.from(record?.getData_asU8() ?? [])).toEqual(given.data);
        expect(Buffer.from(record?.getCustomMetadata_asU8() ?? [])).toEqual(given.metadata);
      }),
    );
  });

  it('write the other messages of a read', () => {
    const decode = (frame: Buffer) => streams.ReadResp.deserializeBinary(messageOf(frame));
    expect(decode(encodeConfirmation('4711')).getConfirmation()?.getSubscriptionId()).toBe('4711');
    expect(
      decode(encodeCheckpoint(2 ** 40))
        .getCheckpoint()
        ?.toObject(),
    ).toEqual({ commitPosition: String(2 ** 40), preparePosition: String(2 ** 40) });
    expect(decode(encodeStreamNotFound('ü-1')).getStreamNotFound()?.getStreamIdentifier()?.getStreamName_asU8()).toEqual(
      new Uint8Array(Buffer.from('ü-1')),
    );
    expect(decode(encodeCaughtUp()).hasCaughtUp()).toBe(true);
    expect(decode(encodeFellBehind()).hasFellBehind()).toBe(true);
  });

  it('write the answers of BatchAppend', () => {
    const correlation = Buffer.from(new shared.UUID().setString('c').serializeBinary());
    fc.assert(
      fc.property(
        text,
        position,
        position.filter(at => at > 0),
        expectation,
        (stream, revision, at, expected) => {
          const success = streams.BatchAppendResp.deserializeBinary(messageOf(encodeSuccess(correlation, stream, revision, at)));
          expect(success.getSuccess()?.getCurrentRevision()).toBe(String(revision));
          expect(success.getSuccess()?.getPosition()?.getCommitPosition()).toBe(String(at));
          expect(success.getCorrelationId()?.getString()).toBe('c');
          const frame = encodeRefusal(correlation, stream, expected, wrongExpectedVersionInBatch(expected, revision));
          const refusal = streams.BatchAppendResp.deserializeBinary(messageOf(frame));
          const details = refusal.getError()?.getDetails();
          expect(Buffer.from(refusal.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
          expect(details?.getTypeName()).toBe('event_store.client.WrongExpectedVersion');
          const conflict = shared.WrongExpectedVersion.deserializeBinary(details?.getValue_asU8() as Uint8Array);
          expect(conflict.getCurrentStreamRevision()).toBe(String(revision));
          if (expected >= 0) expect(conflict.getExpectedStreamPosition()).toBe(String(expected));
          if (expected >= 0) expect(refusal.getStreamPosition()).toBe(String(expected));
          expect([refusal.hasNoStream(), refusal.hasAny(), refusal.hasStreamExists()]).toEqual([
            expected === NO_STREAM,
            expected === ANY,
            expected === STREAM_EXISTS,
          ]);
        },
      ),
    );
  });
});

describe('a group on its way to the writer', () => {
  it('arrives as it was sent', () => {
    const change: fc.Arbitrary<StreamChange> = fc.record({
      kind: fc.constant(APPEND),
      stream: text,
      expected: expectation,
      deadlineMs: fc.oneof(fc.constant(Infinity), position),
      events: fc.array(proposed, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), changes => {
        const packed = Buffer.alloc(sizeOfGroup(changes));
        packGroup(changes, packed);
        const arrived = unpackGroup(packed).map(({ events, ...rest }) => ({
          ...rest,
          events: events.map(event => ({ ...event, id: readEventId(event.id) })),
        }));
        expect(arrived).toEqual(changes);
      }),
    );
  });
});

describe('a batch of frames', () => {
  it('puts all of them behind each other, whatever prefix was written for it', () => {
    const frames = ['one', 'two', 'three'].map(word => frameOf(Buffer.from(word)));
    const batch = batchOf(frames);
    const target = Buffer.alloc(batch.byteLength + FRAME_PREFIX_BYTES, 0xff);
    batch.copy(target, FRAME_PREFIX_BYTES);
    expect(target).toEqual(Buffer.concat(frames));
  });
});
