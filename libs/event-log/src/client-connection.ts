import type { Duplex, Readable } from 'node:stream';
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';

/** A gRPC call that streams; `cancel` ends it. */
export type ServerStream = Readable & { cancel(): void };
export type BidiStream = Duplex & { cancel(): void };

/** The parts of a grpc-js client that are used here. */
export type GrpcClient = {
  makeServerStreamRequest<Q, A>(
    path: string,
    serialize: (request: Q) => Buffer,
    deserialize: (bytes: Buffer) => A,
    request: Q,
    metadata: unknown,
    options: unknown,
  ): ServerStream;
  makeBidiStreamRequest<Q, A>(
    path: string,
    serialize: (request: Q) => Buffer,
    deserialize: (bytes: Buffer) => A,
    metadata: unknown,
    options: unknown,
  ): BidiStream;
};

/**
 * The connection inside the client: it discovers the cluster, authenticates, and renews itself after a failure. The client keeps it
 * protected; the package is pinned to 6.2.1, and the specs run everything that is used of it.
 */
export type ClientConnection = {
  GRPCStreamCreator<T>(type: typeof StreamsClient, name: string, create: (grpc: GrpcClient) => T): () => Promise<T>;
  callArguments(options: object, callOptions: { deadline: number }): [metadata: unknown, options: unknown];
};

export const connectionOf = (client: EventStoreDBClient): ClientConnection => client as unknown as ClientConnection;
