import { Client, Server, ServerCredentials, credentials, type ServerWritableStream } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { batchOf, frameOf, serializeBatch, type FrameBatch } from './frames.ts';

describe('a batch of frames written to a grpc-js call', () => {
  it('arrives as the single messages it holds, in order, whatever their sizes', async () => {
    const messages = Array.from({ length: 500 }, (_, n) => `message ${n} ${'x'.repeat((n * 37) % 2_000)}`);
    const definition = {
      path: '/spec.Words/Listen',
      requestStream: false as const,
      responseStream: true as const,
      requestSerialize: (text: string) => Buffer.from(text),
      requestDeserialize: (bytes: Buffer) => bytes.toString(),
      responseSerialize: serializeBatch,
      responseDeserialize: (bytes: Buffer) => bytes as never,
    };
    const server = new Server();
    server.addService(
      { listen: definition },
      {
        listen: (call: ServerWritableStream<string, FrameBatch>) => {
          for (let from = 0; from < messages.length; from += 100) {
            call.write(batchOf(messages.slice(from, from + 100).map(message => frameOf(Buffer.from(message)))));
          }
          call.end();
        },
      },
    );
    const port = await new Promise<number>(resolve =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
    );
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const call = client.makeServerStreamRequest(
      definition.path,
      definition.requestSerialize,
      (bytes: Buffer) => bytes.toString(),
      'please',
    );
    const heard: string[] = [];
    for await (const message of call) heard.push(message as string);
    expect(heard).toEqual(messages);
    client.close();
    server.forceShutdown();
  });
});
