import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeStore, startSpecStore, type SpecStore } from './spec-store.ts';

/** What the client library cannot do or does not show: the generated stubs, straight at the server. */

let store: SpecStore;
let stub: InstanceType<typeof streamsService.StreamsClient>;

beforeAll(async () => {
  store = await startSpecStore({ limits: { appendBytesMax: 10_000 } });
  stub = new streamsService.StreamsClient(`127.0.0.1:${store.port}`, credentials.createInsecure());
});
afterAll(async () => {
  stub.close();
  await removeStore(store);
});

const identifier = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

const head = (stream: string, expect: (options: AppendReq.Options) => unknown): AppendReq => {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  expect(options);
  return new streams.AppendReq().setOptions(options);
};

const proposal = (id: shared.UUID, type = 'Happened', size = 2): AppendReq => {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(id);
  if (type !== '') message.getMetadataMap().set('type', type);
  message.getMetadataMap().set('content-type', 'application/octet-stream');
  message.setData(Buffer.alloc(size, 1));
  return new streams.AppendReq().setProposedMessage(message);
};

const uuid = (text: string = randomUUID()): shared.UUID => new shared.UUID().setString(text);

const append = (...messages: AppendReq[]): Promise<AppendResp> =>
  new Promise((resolve, reject) => {
    const call = stub.append((error, answer) => (error === null ? resolve(answer) : reject(error)));
    for (const message of messages) call.write(message);
    call.end();
  });

const failure = (attempt: Promise<unknown>): Promise<ServiceError> =>
  attempt.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: ServiceError) => error,
  );

const noStream = (options: AppendReq.Options) => options.setNoStream(new shared.Empty());

describe('Append, one call per append', () => {
  it('answers with revision and position', async () => {
    const answer = await append(head('single-1', noStream), proposal(uuid()), proposal(uuid()));
    expect(answer.getSuccess()?.getCurrentRevision()).toBe('1');
    expect(Number(answer.getSuccess()?.getPosition()?.getCommitPosition())).toBeGreaterThan(0);
  });

  it('reports a conflict in its answer, with what was expected and what is there', async () => {
    const conflict = (await append(head('single-1', noStream), proposal(uuid()))).getWrongExpectedVersion();
    expect(conflict?.getCurrentRevision()).toBe('1');
    expect(conflict?.hasExpectedNoStream()).toBe(true);
    const missing = (
      await append(
        head('single-none', options => options.setRevision('4')),
        proposal(uuid()),
      )
    ).getWrongExpectedVersion();
    expect(missing?.hasCurrentNoStream()).toBe(true);
    expect(missing?.getExpectedRevision()).toBe('4');
  });

  it('takes ids in their structured form', async () => {
    const halves = new shared.UUID.Structured();
    halves.setMostSignificantBits('-81985529216486896');
    halves.setLeastSignificantBits('81985529216486895');
    await append(head('single-2', noStream), proposal(new shared.UUID().setStructured(halves)));
    const [event] = await read('single-2');
    expect(event?.getEvent()?.getEvent()?.getId()?.getString()).toBe('fedcba98-7654-3210-0123-456789abcdef');
  });

  it('names the property that is missing, and the size that is allowed', async () => {
    const untyped = await failure(append(head('single-3', noStream), proposal(uuid(), '')));
    expect(untyped.metadata.getMap()).toMatchObject({
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
    const large = await failure(append(head('single-3', noStream), proposal(uuid(), 'Large', 20_000)));
    expect(large.code).toBe(status.INVALID_ARGUMENT);
    expect(large.metadata.getMap()).toMatchObject({ exception: 'maximum-append-size-exceeded', 'maximum-append-size': '10000' });
  });

  it('refuses an append without a stream', async () => {
    expect(await failure(append(head('', noStream), proposal(uuid())))).toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

const read = (stream: string): Promise<ReadResp[]> => {
  const options = new streams.ReadReq.Options();
  const from = new streams.ReadReq.Options.StreamOptions();
  from.setStreamIdentifier(identifier(stream));
  from.setStart(new shared.Empty());
  options.setStream(from);
  options.setCount('100');
  options.setNoFilter(new shared.Empty());
  return new Promise((resolve, reject) => {
    const answers: ReadResp[] = [];
    const call = stub.read(new streams.ReadReq().setOptions(options));
    call.on('data', (answer: ReadResp) => answers.push(answer));
    call.on('end', () => resolve(answers));
    call.on('error', reject);
  });
};

describe('Read', () => {
  it('of a missing stream answers with stream_not_found and ends well', async () => {
    const [answer] = await read('nobody-1');
    expect(Buffer.from(answer?.getStreamNotFound()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe('nobody-1');
  });

  it('without options is refused', async () => {
    const call = stub.read(new streams.ReadReq());
    const error = await new Promise<ServiceError>(resolve => call.on('error', resolve));
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

const batch = (requests: BatchAppendReq[]): Promise<BatchAppendResp[]> =>
  new Promise((resolve, reject) => {
    const answers: BatchAppendResp[] = [];
    const call = stub.batchAppend();
    call.on('data', (answer: BatchAppendResp) => answers.push(answer));
    call.on('end', () => resolve(answers));
    call.on('error', reject);
    for (const request of requests) call.write(request);
    call.end();
  });

const batchRequest = (correlation: string, stream: string, isFinal = true): BatchAppendReq => {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setNoStream(new empty.Empty());
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid());
  message.getMetadataMap().set('type', 'Happened');
  message.getMetadataMap().set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuid(correlation));
  request.setOptions(options);
  request.addProposedMessages(message);
  request.setIsFinal(isFinal);
  return request;
};

describe('BatchAppend', () => {
  it('echoes correlation id and stream, and ends after the last answer when the client has ended', async () => {
    const ids = [randomUUID(), randomUUID()];
    const answers = await batch([batchRequest(ids[0] as string, 'batch-1'), batchRequest(ids[1] as string, 'batch-2')]);
    expect(answers.map(answer => answer.getCorrelationId()?.getString())).toEqual(ids);
    expect(answers.map(answer => Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString())).toEqual([
      'batch-1',
      'batch-2',
    ]);
    expect(answers.every(answer => answer.hasSuccess())).toBe(true);
  });

  it('limits how many appends may be unfinished on one call', async () => {
    const answers = await batch(Array.from({ length: 66 }, (_, n) => batchRequest(randomUUID(), `unfinished-${n}`, false)));
    expect(answers).toHaveLength(2);
    expect(answers[0]?.getError()?.getMessage()).toContain('may be unfinished');
  });
});
