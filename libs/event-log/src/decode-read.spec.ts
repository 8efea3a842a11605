import { readdirSync, readFileSync } from 'node:fs';
import { convertGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import { schemaVersionOf, type Event, type EventType } from '@holdpoint/contracts';
import { openMasterKey } from '@holdpoint/sealing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReadAnswer } from './decode-read.ts';
import type { ProposedEvent } from './encode-append.ts';
import type { LoggedEvent } from './log-types.ts';
import { eventOpener } from './open-event.ts';
import { proposeEvents } from './propose-events.ts';
import { recentEvents, type RecentEvents } from './recent-events.ts';

const { ReadResp } = streamsMessages;
const { ReadEvent } = ReadResp;
/** The stored examples of every event, in the newest version of each. */
const EXAMPLES_DIR = new URL('../../contracts/fixtures/events/', import.meta.url);
const EXAMPLES = readdirSync(EXAMPLES_DIR).flatMap(file => {
  const [type, version] = file.split('.') as [EventType, string];
  if (version !== `v${schemaVersionOf(type)}`) return [];
  return [{ type, data: JSON.parse(readFileSync(new URL(file, EXAMPLES_DIR), 'utf8')) as unknown } as Event];
});
const AT = '2026-11-22T10:00:00.000Z';
const ID = '00112233-4455-5677-8899-aabbccddeeff';

type Given = {
  id?: string;
  stream: string;
  revision: string;
  position: string;
  data: unknown;
  metadata: object;
  created: string;
  type: string;
};
const given: Given = {
  stream: 'approval-apr_ä',
  revision: '7',
  position: '18446744073709551614',
  data: { text: 'żółw 🐢', n: 1.5 },
  metadata: { tenant: 'org_a' },
  created: '17953416000001234',
  type: 'CommentAdded',
};
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

/** The answer as the generated code of the client writes it. */
const written = (event: Given, structuredId = false) => {
  const recorded = new ReadEvent.RecordedEvent();
  const id = new sharedMessages.UUID();
  if (structuredId) {
    const halves = new sharedMessages.UUID.Structured();
    halves.setMostSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${ID.replaceAll('-', '').slice(0, 16)}`))));
    halves.setLeastSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${ID.replaceAll('-', '').slice(16)}`))));
    id.setStructured(halves);
  } else id.setString(event.id ?? ID);
  const stream = new sharedMessages.StreamIdentifier();
  stream.setStreamName(Buffer.from(event.stream).toString('base64'));
  recorded.setId(id);
  recorded.setStreamIdentifier(stream);
  recorded.setStreamRevision(event.revision);
  recorded.setPreparePosition(event.position);
  recorded.setCommitPosition(event.position);
  recorded.getMetadataMap().set('type', event.type).set('created', event.created).set('content-type', 'application/json');
  recorded.setCustomMetadata(base64(event.metadata));
  recorded.setData(base64(event.data));
  const read = new ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(event.position);
  const answer = new ReadResp();
  answer.setEvent(read);
  return Buffer.from(answer.serializeBinary());
};

describe('an event of a subscription', () => {
  it('is read with all that was stored, also a position no number holds', () => {
    expect(decodeReadAnswer(written(given))).toEqual({
      kind: 'event',
      event: {
        id: ID,
        stream: given.stream,
        revision: 7,
        type: given.type,
        data: given.data,
        metadata: given.metadata,
        position: given.position,
        createdMs: 1_795_341_600_000,
      },
    });
  });
  it('is read the same with its id as two halves', () => {
    expect(decodeReadAnswer(written(given, true))).toEqual(decodeReadAnswer(written(given)));
  });
  it('is what the client itself makes of it', () => {
    const uint64 = fc.bigInt({ min: 0n, max: 2n ** 63n }).map(String);
    const event = fc.record<Given>({
      stream: fc.string({ unit: 'binary', minLength: 1 }).map(text => text.toWellFormed()),
      revision: fc.nat().map(String),
      position: uint64,
      data: fc.jsonValue(),
      metadata: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }),
      created: fc.bigInt({ min: 10_000n, max: 10n ** 18n }).map(String),
      type: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(event, fc.boolean(), (drawn, structured) => {
        const bytes = written(drawn, structured);
        const client = convertGrpcEvent(ReadResp.deserializeBinary(bytes).getEvent()!).event! as Record<string, unknown>;
        const ours = decodeReadAnswer(bytes);
        expect(ours).toEqual({
          kind: 'event',
          event: {
            stream: client['streamId'],
            id: client['id'],
            revision: Number(client['revision']),
            type: client['type'],
            data: client['data'],
            metadata: client['metadata'],
            position: String((client['position'] as { commit: bigint }).commit),
            createdMs: (client['created'] as Date).getTime(),
          },
        });
      }),
    );
  });
});

describe('an event that several followers of a process get', () => {
  const eventIn = (bytes: Buffer, recent: RecentEvents) => (decodeReadAnswer(bytes, recent) as { event: LoggedEvent }).event;
  it('is decoded for the first, and shared', () => {
    const recent = recentEvents();
    const first = eventIn(written(given), recent);
    expect(first).toEqual(eventIn(written(given), recentEvents()));
    expect(eventIn(written(given), recent)).toBe(first);
  });
  it('is decoded anew when its bytes are others', () => {
    const recent = recentEvents();
    eventIn(written(given), recent);
    expect(eventIn(written({ ...given, data: { text: 'other' } }), recent).data).toEqual({ text: 'other' });
  });
});

describe('an event that this process wrote itself', () => {
  const masterKey = openMasterKey({ base64: Buffer.alloc(32, 7).toString('base64') });
  const stream = 'approval-apr_a';
  const by = { expectedRevision: 'none', commandId: 'command-1', tenant: 'org_a', actor: 'operator:a', recordedAt: AT } as const;
  const NO_KEYS = { at: () => undefined };
  const stored = ({ id, type, data, metadata }: ProposedEvent) =>
    written({ ...given, id, stream, type, data: JSON.parse(data), metadata: JSON.parse(metadata) as object });
  const readBy = (recent: RecentEvents, bytes: Buffer) => {
    const { event } = decodeReadAnswer(bytes, recent) as { event: LoggedEvent };
    return { event, opened: eventOpener(masterKey, NO_KEYS, recent)(event) };
  };

  it.each(EXAMPLES)('is to it what it is to any other process: $type', async example => {
    const own = recentEvents();
    const [proposed] = await proposeEvents(stream, [example], by, masterKey, own);
    const here = readBy(own, stored(proposed!));
    expect(here).toStrictEqual(readBy(recentEvents(), stored(proposed!)));
    expect(here.event.data).toBe(readBy(own, stored(proposed!)).event.data);
  });
  it('is what the log says, when the log says something else', async () => {
    const own = recentEvents();
    const event = { type: 'CommentAdded', data: { by: { kind: 'operator', id: 'a' }, at: AT, private: { text: 'hm' } } } as const;
    const [proposed] = await proposeEvents(stream, [event], by, masterKey, own);
    const other = { ...(JSON.parse(proposed!.data) as object), at: '1999-01-01T00:00:00.000Z' };
    const { opened } = readBy(own, stored({ ...proposed!, data: JSON.stringify(other) }));
    expect(opened.data).toEqual({ ...event.data, at: '1999-01-01T00:00:00.000Z' });
  });
});

describe('other messages of a subscription', () => {
  it('are a checkpoint and caught-up; what is new in a later server is passed over', () => {
    const checkpoint = new ReadResp();
    const position = new ReadResp.Checkpoint();
    position.setCommitPosition('9007199254740993');
    checkpoint.setCheckpoint(position);
    expect(decodeReadAnswer(Buffer.from(checkpoint.serializeBinary()))).toEqual({ kind: 'checkpoint', position: '9007199254740993' });
    const caughtUp = new ReadResp();
    caughtUp.setCaughtUp(new ReadResp.CaughtUp());
    expect(decodeReadAnswer(Buffer.from(caughtUp.serializeBinary()))).toEqual({ kind: 'caughtUp' });
    const confirmation = new ReadResp();
    confirmation.setConfirmation(new ReadResp.SubscriptionConfirmation());
    expect(decodeReadAnswer(Buffer.from(confirmation.serializeBinary()))).toEqual({ kind: 'other' });
    const unknown = Buffer.concat([Buffer.from([0xa2, 0x06, 2, 1, 2, 0xa8, 0x06, 5]), written(given)]);
    expect(decodeReadAnswer(unknown)).toEqual(decodeReadAnswer(written(given)));
  });
});

describe('a message that is cut short', () => {
  it('is an error or nothing, never an event with invented parts', () => {
    const whole = written(given);
    for (let length = 0; length < whole.length; length++) {
      let answer: unknown;
      try {
        answer = decodeReadAnswer(whole.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        continue;
      }
      expect(length === 0 ? { kind: 'other' } : decodeReadAnswer(whole)).toEqual(answer);
    }
  });
});
