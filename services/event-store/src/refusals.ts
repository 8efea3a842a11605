import { Metadata, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { AppendRefusal } from './append-answer.ts';
import { ANY, NO_STREAM, STREAM_EXISTS } from './append-request.ts';
import { fieldSize, varintSize, writeVarint } from './protobuf.ts';

/**
 * Every refusal of the store, in the two forms the protocol has: a failed call with trailers (`exception` and its details:
 * RpcExceptions.cs of EventStoreDB), and a google.rpc.Status inside the BatchAppend stream (Status.cs).
 */

const failedCall = (code: number, message: string, trailers: Record<string, string> = {}): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(message), { code, details: message, metadata });
};

/** @param actual the stream's revision; below zero when there is no stream. */
export const wrongExpectedVersion = (operation: string, stream: string, expected: number, actual: number): ServiceError =>
  failedCall(
    grpcStatus.FAILED_PRECONDITION,
    `${operation} failed due to WrongExpectedVersion. Stream: ${printable(stream)}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': printable(stream),
      'expected-version': String(expected),
      'actual-version': actual < 0 ? '' : String(actual),
    },
  );

export const streamDeleted = (stream: string): ServiceError =>
  failedCall(grpcStatus.FAILED_PRECONDITION, `Event stream '${printable(stream)}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': printable(stream),
  });

/** @param why what was refused and what to do instead. */
export const accessDenied = (why = 'Access Denied'): ServiceError =>
  failedCall(grpcStatus.PERMISSION_DENIED, why, { exception: 'access-denied' });

export const unauthenticated = (): ServiceError =>
  failedCall(grpcStatus.UNAUTHENTICATED, 'The user name or password is wrong. Check the connection string.');

export const maximumAppendSizeExceeded = (bytesMax: number): ServiceError =>
  failedCall(grpcStatus.INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytesMax),
  });

export const missingProperty = (property: string): ServiceError =>
  failedCall(grpcStatus.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const invalidArgument = (message: string): ServiceError => failedCall(grpcStatus.INVALID_ARGUMENT, message);

/** The commit did not come in time: it may still happen. */
export const timedOut = (): ServiceError =>
  failedCall(
    grpcStatus.ABORTED,
    'Operation timed out: the write was not confirmed in time. Retry it with the same event ids and expected revision.',
  );

export const exhausted = (message: string): ServiceError => failedCall(grpcStatus.RESOURCE_EXHAUSTED, message);

export const damaged = (message: string): ServiceError => failedCall(grpcStatus.DATA_LOSS, message);

export const storeFailed = (message: string): ServiceError => failedCall(grpcStatus.INTERNAL, message);

export const cancelled = (): ServiceError =>
  failedCall(grpcStatus.CANCELLED, 'The event store is shutting down. Reconnect and continue from your own position.');

/** Trailers and status texts are ASCII; other characters of a stream name are percent-encoded. */
const printable = (stream: string): string => stream.replace(/[^\x20-\x7e]/g, encodeURIComponent);

const NO_DETAILS = Buffer.alloc(0);
const typeUrl = (name: string): string => `type.googleapis.com/${name}`;

const inBatch = (code: number, message: string, type: string, details: Buffer = NO_DETAILS): AppendRefusal => ({
  code,
  message,
  typeUrl: typeUrl(type),
  details,
});

/** event_store.client.WrongExpectedVersion: 1 current revision or 2 no stream; 3 expected revision, 4 any, 5 stream exists, 6 no stream. */
export const wrongExpectedVersionInBatch = (expected: number, actual: number): AppendRefusal => {
  const current = actual < 0 ? Buffer.from([0x12, 0]) : numberField(0x08, actual);
  const wanted =
    expected === ANY
      ? Buffer.from([0x22, 0])
      : expected === STREAM_EXISTS
        ? Buffer.from([0x2a, 0])
        : expected === NO_STREAM
          ? Buffer.from([0x32, 0])
          : numberField(0x18, expected);
  return inBatch(
    grpcStatus.FAILED_PRECONDITION,
    'Wrong expected version',
    'event_store.client.WrongExpectedVersion',
    Buffer.concat([current, wanted]),
  );
};

/** event_store.client.StreamDeleted: 1 stream identifier (3 name). */
export const streamDeletedInBatch = (stream: string): AppendRefusal => {
  const name = Buffer.from(stream);
  const identifier = fieldSize(name.length);
  const details = Buffer.alloc(fieldSize(identifier));
  details[0] = 0x0a;
  let at = writeVarint(details, 1, identifier);
  details[at++] = 0x1a;
  name.copy(details, writeVarint(details, at, name.length));
  return inBatch(
    grpcStatus.FAILED_PRECONDITION,
    `Event stream '${printable(stream)}' is deleted.`,
    'event_store.client.StreamDeleted',
    details,
  );
};

export const accessDeniedInBatch = (why: string): AppendRefusal =>
  inBatch(grpcStatus.PERMISSION_DENIED, why, 'event_store.client.AccessDenied');

export const timeoutInBatch = (): AppendRefusal => inBatch(grpcStatus.DEADLINE_EXCEEDED, 'Timeout', 'event_store.client.Timeout');

/** event_store.client.MaximumAppendSizeExceeded: 1 the limit. */
export const maximumAppendSizeInBatch = (bytesMax: number): AppendRefusal =>
  inBatch(
    grpcStatus.INVALID_ARGUMENT,
    `Maximum Append Size of ${bytesMax} Exceeded.`,
    'event_store.client.MaximumAppendSizeExceeded',
    numberField(0x08, bytesMax),
  );

/** event_store.client.BadRequest: 1 message. The client shows the status message, as it does for everything without a type of its own. */
export const badRequestInBatch = (message: string): AppendRefusal =>
  inBatch(grpcStatus.INVALID_ARGUMENT, message, 'event_store.client.BadRequest');

/** Without a type the client knows, it raises UnknownError "Could not recognize <message>": the message must say all. */
export const exhaustedInBatch = (message: string): AppendRefusal =>
  inBatch(grpcStatus.RESOURCE_EXHAUSTED, message, 'google.protobuf.Empty');

export const storeFailedInBatch = (message: string): AppendRefusal => inBatch(grpcStatus.INTERNAL, message, 'google.protobuf.Empty');

const numberField = (tag: number, value: number): Buffer => {
  const field = Buffer.alloc(1 + varintSize(value));
  field[0] = tag;
  writeVarint(field, 1, value);
  return field;
};
