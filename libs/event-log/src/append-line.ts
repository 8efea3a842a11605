import { NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { connectionOf, type BidiStream } from './client-connection.ts';
import { decodeAppendAnswer, type AppendAnswer } from './decode-append.ts';
import { encodeAppend, type AppendRequest, type ProposedEvent } from './encode-append.ts';
import { within } from './within.ts';

export type AppendOutcome = { revision: number; position: string | null };

/** Sends appends and waits for their answers. */
export type AppendLine = (stream: string, events: ProposedEvent[], expected: number, limitMs: number) => Promise<AppendOutcome>;

type Waiting = { resolve(outcome: AppendOutcome): void; reject(error: Error): void };
type OpenLine = { call: BidiStream; waiting: Map<string, Waiting> };

const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';

/**
 * One long-lived BatchAppend call over the client's connection carries all appends of the process, as in the client itself. Here each call
 * has a table of waiting appends of its own: when it breaks, its appends fail and no others, and an answer that comes too late finds
 * nobody and is dropped. (In the client's shared table it ends the process.) A server that has no BatchAppend gets the client's Append.
 */
export const appendLine = (client: EventStoreDBClient): AppendLine => {
  let opening: Promise<OpenLine | null> | null = null;
  let correlation = 0;

  const open = async (): Promise<OpenLine | null> => {
    const connection = connectionOf(client);
    if (!(await connection.supports(streamsService.StreamsService.batchAppend))) return null;
    const waiting = new Map<string, Waiting>();
    const fail = (error: Error): void => {
      opening = null;
      for (const append of waiting.values()) append.reject(error);
      waiting.clear();
    };
    const call = await connection.GRPCStreamCreator(streamsService.StreamsClient, 'appendToStream', grpc =>
      grpc
        .makeBidiStreamRequest<AppendRequest, AppendAnswer>(
          BATCH_APPEND,
          encodeAppend,
          decodeAppendAnswer,
          ...connection.callArguments({}, { deadline: Number.POSITIVE_INFINITY }),
        )
        .on('error', fail)
        .on('end', () => fail(new Error('the event store ended the call that carries appends')))
        .on('close', () => fail(new Error('the call that carries appends was closed')))
        .on('data', ({ correlationId, outcome }: AppendAnswer) => {
          const append = waiting.get(correlationId);
          if ('error' in outcome) append?.reject(outcome.error);
          else append?.resolve(outcome);
        }),
    )();
    return { call, waiting };
  };

  return async (stream, events, expected, limitMs) => {
    const correlationId = `00000000-0000-4000-8000-${(++correlation).toString(16).padStart(12, '0')}`;
    let line: OpenLine | null = null;
    const append = async (): Promise<AppendOutcome> => {
      opening ??= open().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      line = await opening;
      if (!line) return plainAppend(client, stream, events, expected, limitMs);
      const { call, waiting } = line;
      return new Promise((resolve, reject) => {
        waiting.set(correlationId, { resolve, reject });
        // Callers bound how much is in flight, so what the call cannot send yet may wait in its buffer.
        call.write({ correlationId, stream, expected, events, deadlineMs: Date.now() + limitMs } satisfies AppendRequest);
      });
    };
    try {
      return await within(limitMs, append());
    } finally {
      (line as OpenLine | null)?.waiting.delete(correlationId);
    }
  };
};

const plainAppend = async (
  client: EventStoreDBClient,
  stream: string,
  events: ProposedEvent[],
  expected: number,
  limitMs: number,
): Promise<AppendOutcome> => {
  const { nextExpectedRevision, position } = await client.appendToStream(
    stream,
    events.map(({ id, type, data, metadata }) => ({
      id,
      type,
      contentType: 'application/json' as const,
      data: JSON.parse(data) as Record<string, unknown>,
      metadata: JSON.parse(metadata) as Record<string, unknown>,
    })),
    { expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected), deadline: limitMs },
  );
  return { revision: Number(nextExpectedRevision), position: position ? String(position.commit) : null };
};
