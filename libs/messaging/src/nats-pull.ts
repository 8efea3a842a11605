import { type WorkBatch, type Worker, WORK_STREAM } from '@holdpoint/contracts';
import { createInbox, type Msg, nanos, type NatsConnection } from 'nats';
import type { MessagingLimits, MessagingLog, WorkHandler, WorkKind } from './messaging.ts';
import type { Outbox } from './nats-outbox.ts';
import { consumerName } from './nats-work-stream.ts';
import { redeliveryDelayMs } from './redelivery.ts';
import { type Wire, whyUnopened } from './sealed-wire.ts';
import { asRedelivered } from './work-size.ts';

/** On a batch that failed where it had been handed over directly: the deliveries it had there. */
export const HANDED_HEADER = 'Holdpoint-Deliveries';

export type Pull = { restart(): void; close(): Promise<void> };

/** How long one pull request stays open at the broker, ms. */
const PULL_OPEN_MS = 30_000;
/** The broker says it is alive this often while there is nothing to deliver, ms. */
const HEARTBEAT_MS = 5_000;
/** Silence after which the pull is made again: two heartbeats missed. */
const SILENCE_MS_MAX = 2 * HEARTBEAT_MS + 1_000;

/**
 * Keeps a pull request of the role's durable consumer open, so that a batch arrives as soon as it is published, and never asks for more
 * than it may handle: credit asked for and batches running together stay within `batchesInFlightMax`. The client's own `consume()` waits
 * up to 30 s after a lost consumer, and buffers what it has not handled; both are wrong here.
 */
export const startPull = (
  connection: NatsConnection,
  { worker, kind }: { worker: Worker; kind: WorkKind },
  handler: WorkHandler,
  options: { outbox: Outbox; wire: Wire; limits: MessagingLimits; log: MessagingLog; onMissing(): void },
): Pull => {
  const { outbox, limits, log } = options;
  const consumer = consumerName(worker, kind);
  const running = new Set<Promise<void>>();
  let credit = 0;
  let heardMs = performance.now();
  let closed = false;
  // A new inbox for each restart: late words about an old pull must not change the credit of the new one.
  let inbox = '';
  let subscription: { unsubscribe(): void } | undefined;

  const ask = (): void => {
    if (closed || connection.isClosed()) return;
    const free = limits.batchesInFlightMax - running.size - credit;
    if (free <= 0 || (credit > 0 && free < limits.batchesInFlightMax / 2)) return;
    credit += free;
    const request = { batch: free, expires: nanos(PULL_OPEN_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    outbox.send(`$JS.API.CONSUMER.MSG.NEXT.${WORK_STREAM}.${consumer}`, JSON.stringify(request), { reply: inbox });
  };

  const onMessage = (message: Msg): void => {
    heardMs = performance.now();
    const code = message.headers?.code ?? 0;
    if (code === 0 || message.reply) return take(message);
    if (code === 100) return;
    const left = Number(message.headers?.get('Nats-Pending-Messages') ?? '');
    credit = Math.max(0, credit - (left > 0 ? left : credit));
    // 408: the request's time is over. Anything else (no such consumer or stream, consumer deleted, leader changed) needs a look first.
    if (code === 408) ask();
    else options.onMissing();
  };

  const take = (message: Msg): void => {
    credit = Math.max(0, credit - 1);
    const run = handle(message, handler, consumer, options).finally(() => {
      running.delete(run);
      ask();
    });
    running.add(run);
    ask();
  };

  const restart = (): void => {
    if (closed || connection.isClosed()) return;
    subscription?.unsubscribe();
    inbox = createInbox();
    credit = 0;
    heardMs = performance.now();
    subscription = connection.subscribe(inbox, {
      callback: (error, message) =>
        error ? log('error', `the pull of ${consumer} was refused`, { error: error.message }) : onMessage(message),
    });
    ask();
  };
  const watch = setInterval(() => {
    if (performance.now() - heardMs < SILENCE_MS_MAX || running.size >= limits.batchesInFlightMax) return;
    heardMs = performance.now();
    options.onMissing();
    restart();
  }, HEARTBEAT_MS);
  watch.unref();
  restart();

  return {
    restart,
    close: async () => {
      closed = true;
      clearInterval(watch);
      subscription?.unsubscribe();
      await Promise.all(running);
    },
  };
};

/** One batch: handle, then acknowledge; on failure ask for it again later, and at the last delivery give it up (the parking stream notes it). */
const handle = async (
  message: Msg,
  handler: WorkHandler,
  consumer: string,
  { outbox, wire, limits, log }: { outbox: Outbox; wire: Wire; limits: MessagingLimits; log: MessagingLog },
): Promise<void> => {
  const reply = message.reply ?? '';
  const deliveries = deliveriesOf(reply) + Number(message.headers?.get(HANDED_HEADER) ?? 0);
  const redelivered = deliveries > 1;
  const kind = message.subject.startsWith('hp.timer.') ? 'timer' : 'work';
  // Without a connection the broker delivers the batch again by itself.
  const tell = (word: string): void => outbox.send(reply, word);
  let batch: WorkBatch;
  try {
    batch = wire.open<WorkBatch>(message.string(), { kind: 'work', subject: message.subject });
  } catch (error) {
    // It will not open the next time either. What is real in it, the relay rings again from the log.
    log('error', `nothing was done with a batch for ${consumer}; parked`, { error: whyUnopened(error) ?? String(error) });
    return tell('+TERM');
  }
  const keepAlive = setInterval(() => tell('+WPI'), limits.ackWaitMs / 3);
  try {
    await handler(redelivered ? asRedelivered(batch) : batch, { redelivered, kind });
    tell('+ACK');
  } catch (error) {
    const last = deliveries >= limits.deliveriesMax;
    log(last ? 'error' : 'warn', `${consumer} could not handle a batch${last ? '; parked' : ''}`, { deliveries, error: String(error) });
    tell(last ? '+TERM' : `-NAK {"delay": ${nanos(redeliveryDelayMs(deliveries, limits.redeliverAfterMs))}}`);
  } finally {
    clearInterval(keepAlive);
  }
};

/** `$JS.ACK.<stream>.<consumer>.<deliveries>…`, with two words more (domain, account) before the stream on newer servers. */
export const deliveriesOf = (reply: string): number => {
  const words = reply.split('.');
  return Number(words[words.length > 9 ? 6 : 4] ?? 1);
};
