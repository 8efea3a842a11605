import { type WorkBatch, type Worker, WORKERS } from '@holdpoint/contracts';
import type { Consumption, WorkHandler, WorkKind } from './messaging.ts';

/** A batch that was handed over directly. */
export type Handed = { worker: Worker; kind: WorkKind; batch: WorkBatch; ringId: string | undefined };

type Consumer = { handler: WorkHandler; running: Set<Promise<void>> };

/**
 * The short way between parts of one process: a batch for a role that this process serves itself goes to its consumer and not through the
 * broker, which would cost the process and the broker a third of all CPU of a quiet cycle. What finds no room here, and what fails here,
 * goes to the broker, where other processes share it.
 */
export const openHandOver = (inFlightMax: number, onFailed: (handed: Handed, error: unknown) => void) => {
  const consumers = Object.fromEntries(WORKERS.map(worker => [worker, []])) as unknown as Record<Worker, Consumer[]>;

  const run = async (consumer: Consumer, handed: Handed): Promise<void> => {
    // In a later turn of the loop: telling must not cost the teller the time of the worker.
    await new Promise(resolve => setImmediate(resolve));
    try {
      await consumer.handler(handed.batch, { redelivered: false, kind: handed.kind });
    } catch (error) {
      onFailed(handed, error);
    }
  };

  return {
    /** Hands the batch, by reference, to the consumer here that has least to do. False when there is none, or none has room. */
    offer: (handed: Handed): boolean => {
      const [first, ...others] = consumers[handed.worker];
      if (first === undefined) return false;
      const consumer = others.reduce((idlest, other) => (other.running.size < idlest.running.size ? other : idlest), first);
      if (consumer.running.size >= inFlightMax) return false;
      const running = run(consumer, handed).finally(() => consumer.running.delete(running));
      consumer.running.add(running);
      return true;
    },
    /** `close` takes nothing more and resolves when the running handlers have finished. */
    consume: (worker: Worker, handler: WorkHandler): Consumption => {
      const consumer: Consumer = { handler, running: new Set() };
      consumers[worker].push(consumer);
      return {
        close: async () => {
          consumers[worker] = consumers[worker].filter(other => other !== consumer);
          await Promise.all(consumer.running);
        },
      };
    },
  };
};
