import type { EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { asOneMessage } from './append-frames.ts';
import { connectionOf, type BidiStream } from './client-connection.ts';
import { decodeAppendAnswer, type AppendAnswer } from './decode-append.ts';
import { encodeAppend, type ProposedEvent } from './encode-append.ts';
import { OutOfTime } from './out-of-time.ts';

export type AppendOutcome = { revision: number; position: string | null };

/** Sends appends and waits for their answers. */
export type AppendLine = (stream: string, events: ProposedEvent[], expected: number, limitMs: number) => Promise<AppendOutcome>;

type Waiting = { resolve(outcome: AppendOutcome): void; reject(error: Error): void; limitMs: number; endMs: number };
/** A call with the appends that wait for its answers, and those not sent yet: they wait for the call, or for the end of the turn. */
type Line = {
  call: BidiStream | null;
  waiting: Map<string, Waiting>;
  unsent: { correlationId: string; message: Buffer }[];
  /** What the store has said in this turn of the loop, and to whom it is to be told. */
  answered: { append: Waiting; outcome: AppendAnswer['outcome'] }[];
  flushing: boolean;
  sweeping: NodeJS.Timeout | null;
};

const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';
/** How often appends are looked through for those out of time, milliseconds: limits are seconds, and one timer serves all appends. */
const SWEEP_MS = 25;
/** Bytes of appends that go to the socket at once: they are copied together first, and a copy should stay small. */
const WRITE_BYTES_MAX = 256 * 1024;

/**
 * One long-lived BatchAppend call over the client's connection carries all appends of the process, as in the client itself. Here each call
 * has a table of waiting appends of its own: when it breaks, its appends fail and no others, and an answer that comes too late finds
 * nobody and is dropped. (In the client's shared table it ends the process.)
 */
export const appendLine = (client: EventStoreDBClient): AppendLine => {
  let current: Line | null = null;
  let correlation = 0;

  const lineAtHand = (): Line => {
    if (current) return current;
    // A call that is over may still say so again, when the next one is open already.
    const line = openLine(client, () => {
      if (current === line) current = null;
    });
    return (current = line);
  };

  return (stream, events, expected, limitMs) =>
    new Promise((resolve, reject) => {
      const correlationId = `00000000-0000-4000-8000-${(++correlation).toString(16).padStart(12, '0')}`;
      const message = encodeAppend({ correlationId, stream, expected, events, deadlineMs: Date.now() + limitMs });
      const line = lineAtHand();
      line.sweeping ??= setInterval(() => sweep(line), SWEEP_MS);
      line.waiting.set(correlationId, { resolve, reject, limitMs, endMs: performance.now() + limitMs });
      line.unsent.push({ correlationId, message });
      flushSoon(line);
    });
};

/** Sends at the end of this turn of the loop, so that the appends of all requests it brings go out together. */
const flushSoon = (line: Line): void => {
  if (line.flushing || line.call === null) return;
  line.flushing = true;
  setImmediate(() => {
    line.flushing = false;
    flush(line);
  });
};

/** Callers bound how much is in flight, so what the call cannot send yet may wait in its buffer. */
const flush = ({ call, waiting, unsent }: Line): void => {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const { correlationId, message } of unsent.splice(0)) {
    if (!waiting.has(correlationId)) continue;
    if (bytes > 0 && bytes + message.length > WRITE_BYTES_MAX) {
      call?.write(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += message.length;
  }
  if (bytes > 0) call?.write(batch);
};

/** One commit answers a crowd: what its callers do next they do together, each step of it while its code is at hand (decision 22). */
const tell = (line: Line): void => {
  for (const { append, outcome } of line.answered.splice(0)) {
    if ('error' in outcome) append.reject(outcome.error);
    else append.resolve(outcome);
  }
};

/** Ends appends that are out of time: the client sets no deadline, and a server that never answers would be waited for without end. */
const sweep = (line: Line): void => {
  const nowMs = performance.now();
  for (const [correlationId, { endMs, limitMs, reject }] of line.waiting) {
    if (endMs > nowMs) continue;
    line.waiting.delete(correlationId);
    reject(new OutOfTime(`no answer within ${limitMs} ms`));
  }
  if (line.waiting.size > 0 || line.sweeping === null) return;
  clearInterval(line.sweeping);
  line.sweeping = null;
};

/** @param onOver called when the call is over, or could not be opened */
const openLine = (client: EventStoreDBClient, onOver: () => void): Line => {
  const line: Line = { call: null, waiting: new Map(), unsent: [], answered: [], flushing: false, sweeping: null };
  const over = (error: Error): void => {
    onOver();
    const appends = [...line.waiting.values()];
    line.waiting.clear();
    for (const append of appends) append.reject(error);
  };
  const answered = ({ correlationId, outcome }: AppendAnswer): void => {
    const append = line.waiting.get(correlationId);
    if (append === undefined) return;
    line.waiting.delete(correlationId);
    if (line.answered.push({ append, outcome }) === 1) setImmediate(tell, line);
  };
  openCall(client, over, answered).then(call => {
    line.call = call;
    flush(line);
  }, over);
  return line;
};

const openCall = (
  client: EventStoreDBClient,
  over: (error: Error) => void,
  answered: (answer: AppendAnswer) => void,
): Promise<BidiStream> => {
  const connection = connectionOf(client);
  return connection.GRPCStreamCreator(streamsService.StreamsClient, 'appendToStream', grpc =>
    grpc
      .makeBidiStreamRequest<Buffer[], AppendAnswer>(
        BATCH_APPEND,
        asOneMessage,
        decodeAppendAnswer,
        ...connection.callArguments({}, { deadline: Number.POSITIVE_INFINITY }),
      )
      .on('error', over)
      .on('end', () => over(new Error('the event store ended the call that carries appends')))
      .on('close', () => over(new Error('the call that carries appends was closed')))
      .on('data', answered),
  )();
};
