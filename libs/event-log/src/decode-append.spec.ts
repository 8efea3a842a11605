import { UnknownError, WrongExpectedVersionError } from '@eventstore/db-client';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import statusMessages from '@eventstore/db-client/generated/status_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import { describe, expect, it } from 'vitest';
import { decodeAppendAnswer } from './decode-append.ts';

const { BatchAppendResp } = streamsMessages;
const ID = '00000000-0000-4000-8000-00000000002a';
const answer = (fill: (given: InstanceType<typeof BatchAppendResp>) => void) => {
  const given = new BatchAppendResp();
  const id = new sharedMessages.UUID();
  id.setString(ID);
  given.setCorrelationId(id);
  const stream = new sharedMessages.StreamIdentifier();
  stream.setStreamName(Buffer.from('operator-a').toString('base64'));
  given.setStreamIdentifier(stream);
  fill(given);
  return decodeAppendAnswer(Buffer.from(given.serializeBinary()));
};

describe('the answer to an append', () => {
  it('is where it was put', () => {
    const success = new BatchAppendResp.Success();
    success.setCurrentRevision('300');
    const position = new sharedMessages.AllStreamPosition();
    position.setCommitPosition('9007199254740993');
    position.setPreparePosition('9007199254740993');
    success.setPosition(position);
    expect(answer(given => given.setSuccess(success))).toEqual({
      correlationId: ID,
      outcome: { revision: 300, position: '9007199254740993' },
    });
  });
  it('may leave out the position', () => {
    const success = new BatchAppendResp.Success();
    success.setCurrentRevision('0');
    expect(answer(given => given.setSuccess(success))).toEqual({ correlationId: ID, outcome: { revision: 0, position: null } });
  });
  it('is an error of its class when it failed', () => {
    const wrong = new sharedMessages.WrongExpectedVersion();
    wrong.setCurrentStreamRevision('7');
    const details = new anyMessages.Any();
    details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
    const status = new statusMessages.Status();
    status.setDetails(details);
    const { outcome } = answer(given => given.setError(status));
    expect(outcome).toMatchObject({ error: { actualVersion: 7n, streamName: 'operator-a' } });
    expect((outcome as { error: Error }).error).toBeInstanceOf(WrongExpectedVersionError);
  });
  it('is an error with the words of the server also when it has no details', () => {
    const status = new statusMessages.Status();
    status.setMessage('disk nearly full');
    const { outcome } = answer(given => given.setError(status));
    expect((outcome as { error: Error }).error).toBeInstanceOf(UnknownError);
    expect(outcome).toMatchObject({ error: { message: 'disk nearly full' } });
    expect(answer(() => undefined).outcome).toMatchObject({ error: { message: expect.stringMatching(/without an outcome/) as string } });
  });
});
