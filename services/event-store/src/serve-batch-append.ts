import type { ServerDuplexStream } from '@grpc/grpc-js';
import { encodeRefusal, encodeSuccess } from './append-answer.ts';
import type { ChangeOutcome } from './append-queue.ts';
import {
  ANY,
  correlationOf,
  decodeBatchAppend,
  sizeOfEvent,
  type AppendOptions,
  type BatchAppendPart,
  type ProposedEvent,
} from './append-request.ts';
import { batchOf, type FrameBatch } from './frames.ts';
import { ALREADY_WRITTEN, APPEND, WRITTEN } from './group-wire.ts';
import { UNFINISHED_APPENDS_MAX } from './limits.ts';
import { refusalBeforehand, refusalInBatch, type ChangeDeps } from './refuse-change.ts';
import { badRequestInBatch, cancelled } from './refusals.ts';

type BatchCall = ServerDuplexStream<Buffer, FrameBatch>;

/** An append whose parts are still arriving. */
type UnfinishedAppend = { options: AppendOptions; events: ProposedEvent[]; bytes: number };

/** Serves BatchAppend: one long-lived stream of appends, each answered under its correlation id when it is on disk. */
export const serveBatchAppend = (deps: ChangeDeps) => {
  return (call: BatchCall): void => {
    const refusal = deps.refuse(call) ?? deps.calls.admit(call, () => call.emit('error', cancelled()));
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    const answers = answerInBatches(call);
    const unfinished = new Map<string, UnfinishedAppend>();
    call.on('data', (bytes: Buffer) => {
      try {
        const part = decodeBatchAppend(bytes, Date.now());
        if (part.options !== undefined && part.isFinal && unfinished.size === 0)
          submit(deps, call, answers, part.correlation, part.options, part.events);
        else gather(deps, call, answers, unfinished, part);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        answers.send(encodeRefusal(correlationOf(bytes) ?? Buffer.alloc(0), '', ANY, badRequestInBatch(message)));
      }
    });
    call.on('end', () => answers.endWhenSettled());
  };
};

/** Queues a complete append, or refuses it at once. */
const submit = (
  deps: ChangeDeps,
  call: BatchCall,
  answers: BatchedAnswers,
  correlation: Buffer,
  options: AppendOptions,
  events: ProposedEvent[],
  bytes = sizeOfEvents(events),
): void => {
  const { stream, expected } = options;
  const nowMs = Date.now();
  const deadlineMs = Math.min(options.deadlineMs, nowMs + deps.limits.appendTimeoutMs);
  const refusal = refusalBeforehand(deps, options, events, bytes, deadlineMs <= nowMs);
  if (refusal !== undefined) return answers.send(encodeRefusal(correlation, stream, expected, refusal));
  answers.expect();
  deps.queue.submit({ kind: APPEND, stream, expected, deadlineMs, events }, outcome =>
    answers.settle(frameOfOutcome(correlation, stream, expected, outcome)),
  );
  if (!deps.queue.isFull()) return;
  call.pause();
  deps.queue.whenRoomy(() => call.resume());
};

const sizeOfEvents = (events: readonly ProposedEvent[]): number => {
  let bytes = 0;
  for (const event of events) bytes += sizeOfEvent(event);
  return bytes;
};

/** Adds one part to an append that comes in several. What is too large is counted on but no longer kept. */
const gather = (
  deps: ChangeDeps,
  call: BatchCall,
  answers: BatchedAnswers,
  unfinished: Map<string, UnfinishedAppend>,
  part: BatchAppendPart,
): void => {
  const key = part.correlation.toString('latin1');
  let append = unfinished.get(key);
  if (append === undefined) {
    if (part.options === undefined) return;
    if (unfinished.size >= UNFINISHED_APPENDS_MAX) {
      const tooMany = badRequestInBatch(`At most ${UNFINISHED_APPENDS_MAX} appends may be unfinished on one call.`);
      return answers.send(encodeRefusal(part.correlation, part.options.stream, part.options.expected, tooMany));
    }
    append = { options: part.options, events: [], bytes: 0 };
    unfinished.set(key, append);
  }
  append.bytes += sizeOfEvents(part.events);
  if (append.bytes <= deps.limits.appendBytesMax) append.events.push(...part.events);
  else append.events = [];
  if (!part.isFinal) return;
  unfinished.delete(key);
  submit(deps, call, answers, part.correlation, append.options, append.events, append.bytes);
};

type BatchedAnswers = ReturnType<typeof answerInBatches>;

/** Collects the answers of one turn of the loop and writes them as one: a group commit answers dozens of appends at once. */
const answerInBatches = (call: BatchCall) => {
  let outbox: Buffer[] = [];
  let open = 0;
  let ending = false;
  const flush = (): void => {
    const frames = outbox;
    outbox = [];
    if (!call.cancelled && !call.destroyed) call.write(batchOf(frames));
    if (ending && open === 0) call.end();
  };
  const send = (frame: Buffer): void => {
    if (outbox.push(frame) === 1) queueMicrotask(flush);
  };
  return {
    send,
    expect: (): void => void open++,
    settle(frame: Buffer): void {
      open--;
      send(frame);
    },
    endWhenSettled(): void {
      ending = true;
      if (open === 0 && outbox.length === 0) call.end();
    },
  };
};

const frameOfOutcome = (correlation: Buffer, stream: string, expected: number, outcome: ChangeOutcome): Buffer => {
  const { code, revision, position } = outcome;
  if (code === WRITTEN || code === ALREADY_WRITTEN) return encodeSuccess(correlation, stream, revision, position);
  return encodeRefusal(correlation, stream, expected, refusalInBatch(stream, expected, outcome));
};
