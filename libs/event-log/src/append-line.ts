import type { EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { connectionOf, type BidiStream } from './client-connection.ts';
import { decodeAppendAnswer, type AppendAnswer } from './decode-append.ts';
import { encodeAppend, type AppendRequest, type ProposedEvent } from './encode-append.ts';
import { within } from './within.ts';

export type AppendOutcome = { revision: number; position: string | null };

/** Sends appends and waits for their answers. */
export type AppendLine = (stream: string, events: ProposedEvent[], expected: number, limitMs: number) => Promise<AppendOutcome>;

type Waiting = { resolve(outcome: AppendOutcome): void; reject(error: Error): void };
type OpenLine = { call: BidiStream; waiting: Map<string, Waiting>; broken: Error | null };

const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';

/**
 * One long-lived BatchAppend call over the client's connection carries all appends of the process, as in the client itself. Here each call
 * has a table of waiting appends of its own: when it breaks, its appends fail and no others, and an answer that comes too late finds
 * nobody and is dropped. (In the client's shared table it ends the process.)
 */
export const appendLine = (client: EventStoreDBClient): AppendLine => {
  let opening: Promise<OpenLine> | null = null;
  let correlation = 0;

  const current = (): Promise<OpenLine> => {
    if (opening) return opening;
    // A call that is over may still say so again, when the next one is open already.
    const mine = openLine(client, () => {
      if (opening === mine) opening = null;
    });
    opening = mine;
    return mine;
  };

  return async (stream, events, expected, limitMs) => {
    const correlationId = `00000000-0000-4000-8000-${(++correlation).toString(16).padStart(12, '0')}`;
    let line: OpenLine | null = null;
    const append = async (): Promise<AppendOutcome> => {
      line = await current();
      const { call, waiting, broken } = line;
      if (broken) throw broken;
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

/** @param onOver called when the call is over, or could not be opened */
const openLine = async (client: EventStoreDBClient, onOver: () => void): Promise<OpenLine> => {
  const connection = connectionOf(client);
  const line: Omit<OpenLine, 'call'> = { waiting: new Map(), broken: null };
  const over = (error: Error): void => {
    line.broken ??= error;
    onOver();
    for (const append of line.waiting.values()) append.reject(error);
    line.waiting.clear();
  };
  const answered = ({ correlationId, outcome }: AppendAnswer): void => {
    const append = line.waiting.get(correlationId);
    if ('error' in outcome) append?.reject(outcome.error);
    else append?.resolve(outcome);
  };
  try {
    const call = await connection.GRPCStreamCreator(streamsService.StreamsClient, 'appendToStream', grpc =>
      grpc
        .makeBidiStreamRequest<AppendRequest, AppendAnswer>(
          BATCH_APPEND,
          encodeAppend,
          decodeAppendAnswer,
          ...connection.callArguments({}, { deadline: Number.POSITIVE_INFINITY }),
        )
        .on('error', over)
        .on('end', () => over(new Error('the event store ended the call that carries appends')))
        .on('close', () => over(new Error('the call that carries appends was closed')))
        .on('data', answered),
    )();
    return Object.assign(line, { call });
  } catch (error) {
    onOver();
    throw error;
  }
};
