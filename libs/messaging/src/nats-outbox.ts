import type { NatsConnection, Payload, PublishOptions } from 'nats';

/** What this process tells the broker without waiting for it. */
export type Outbox = {
  /**
   * Sends at the end of this turn of the loop, in order. Dropped when the connection is closed by then: nobody waits for it any more.
   * @param onRefused told when the client will not send it (larger than the broker takes); without it, it is dropped.
   */
  send(subject: string, payload: Payload, options?: PublishOptions, onRefused?: (error: Error) => void): void;
  /** Sends what waits now. */
  flush(): void;
};

type Letter = { subject: string; payload: Payload; options: PublishOptions | undefined; onRefused: ((error: Error) => void) | undefined };

/**
 * Gathers what is said in one turn of the loop into one write to the socket. The client writes after each microtask: every acknowledgement,
 * pull request and work message was a system call of its own, a tenth of the CPU of a busy process.
 */
export const openOutbox = (connection: NatsConnection): Outbox => {
  let letters: Letter[] = [];
  const flush = (): void => {
    const sent = letters;
    letters = [];
    if (connection.isClosed() || connection.isDraining()) return;
    for (const { subject, payload, options, onRefused } of sent) {
      try {
        connection.publish(subject, payload, options);
      } catch (error) {
        onRefused?.(error as Error);
      }
    }
  };
  return {
    send: (subject, payload, options, onRefused) => {
      if (letters.length === 0) setImmediate(flush);
      letters.push({ subject, payload, options, onRefused });
    },
    flush,
  };
};
