import { createInbox, type Msg, type NatsConnection } from 'nats';
import { PublishFailed } from './errors.ts';
import type { Outbox } from './nats-outbox.ts';

type Pending = { subject: string; resolve(): void; reject(error: Error): void; deadlineMs: number };

/** How often publishes without an answer are looked for, ms: the timeout is seconds, so one sweep serves all instead of one timer each. */
const SWEEP_MS = 500;

/**
 * Publishes into a stream with the broker's confirmation. The client's own `js.publish` costs several times as much (a request, a
 * timer and a random inbox each); here all confirmations come to one inbox, numbered.
 */
export const openAcks = (connection: NatsConnection, outbox: Outbox, ackMs: number, onStreamMissing: () => void) => {
  const inbox = createInbox();
  const pending = new Map<string, Pending>();
  let sequence = 0;

  const settle = (reply: string, message: Msg): void => {
    const waiting = pending.get(reply);
    if (waiting === undefined) return;
    pending.delete(reply);
    if (message.headers?.code === 503) {
      waiting.reject(new PublishFailed(waiting.subject, 'its stream is gone; it is being made again'));
      onStreamMissing();
      return;
    }
    const answer = JSON.parse(message.string()) as { error?: { description?: string } };
    if (answer.error) waiting.reject(new PublishFailed(waiting.subject, answer.error.description ?? 'refused'));
    else waiting.resolve();
  };
  const subscription = connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => (error ? rejectAll(error.message) : settle(message.subject, message)),
  });
  const rejectAll = (reason: string): void => {
    for (const waiting of pending.values()) waiting.reject(new PublishFailed(waiting.subject, reason));
    pending.clear();
  };
  const sweep = setInterval(() => {
    const now = performance.now();
    for (const [reply, waiting] of pending) {
      // In order of publishing, so the first that has time left ends the search.
      if (waiting.deadlineMs > now) return;
      pending.delete(reply);
      waiting.reject(new PublishFailed(waiting.subject, `no answer within ${ackMs} ms`));
    }
  }, SWEEP_MS);
  sweep.unref();

  return {
    /** Sends with this turn of the loop; resolves when the stream keeps the message. */
    publish: (subject: string, payload: Uint8Array, headers: Parameters<NatsConnection['publish']>[2] & object): Promise<void> => {
      const reply = `${inbox}.${(sequence += 1)}`;
      return new Promise<void>((resolve, reject) => {
        pending.set(reply, { subject, resolve, reject, deadlineMs: performance.now() + ackMs });
        outbox.send(subject, payload, { ...headers, reply }, error => {
          pending.delete(reply);
          reject(new PublishFailed(subject, error.message));
        });
      });
    },
    /** The connection broke: whether these were kept is unknown, and nobody will say. */
    rejectAll,
    close: () => {
      clearInterval(sweep);
      subscription.unsubscribe();
      rejectAll('this process is closing');
    },
  };
};
