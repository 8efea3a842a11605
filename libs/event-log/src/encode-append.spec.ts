import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAppend, type AppendRequest } from './encode-append.ts';

const utf8 = (base64: Uint8Array) => Buffer.from(base64).toString('utf8');

/** The request as the generated code of the client reads it. */
const read = (bytes: Buffer): AppendRequest & { final: boolean; contentTypes: (string | undefined)[] } => {
  const request = streamsMessages.BatchAppendReq.deserializeBinary(bytes);
  const options = request.getOptions()!;
  const events = request.getProposedMessagesList();
  return {
    correlationId: request.getCorrelationId()!.getString(),
    stream: utf8(options.getStreamIdentifier()!.getStreamName_asU8()),
    expected: options.hasNoStream() ? -1 : Number(options.getStreamPosition()),
    deadlineMs: options.getDeadline()!.getSeconds() * 1000 + options.getDeadline()!.getNanos() / 1_000_000,
    final: request.getIsFinal(),
    contentTypes: events.map(event => event.getMetadataMap().get('content-type')),
    events: events.map(event => ({
      id: event.getId()!.getString(),
      type: event.getMetadataMap().get('type')!,
      data: utf8(event.getData_asU8()),
      metadata: utf8(event.getCustomMetadata_asU8()),
    })),
  };
};

describe('an append on the wire', () => {
  it('says what it was given, whatever its sizes and characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 }).map(drawn => drawn.toWellFormed());
    const event = fc.record({ id: fc.uuid(), type: fc.string({ maxLength: 200 }), data: text, metadata: text });
    const request = fc.record<AppendRequest>({
      correlationId: fc.uuid(),
      stream: text,
      expected: fc.oneof(fc.constant(-1), fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 40)),
      events: fc.array(event, { minLength: 1, maxLength: 5 }),
      deadlineMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    });
    fc.assert(
      fc.property(request, drawn => {
        expect(read(encodeAppend(drawn))).toEqual({ ...drawn, final: true, contentTypes: drawn.events.map(() => 'application/json') });
      }),
    );
  });
});
