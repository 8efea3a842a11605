import type { WorkBatch, Worker } from '@holdpoint/contracts';
import { PublishFailed } from './errors.ts';
import type { Consumption, MessagingLimits, MessagingLog, WorkHandler, WorkKind } from './messaging.ts';
import { redeliveryDelayMs } from './redelivery.ts';
import { asRedelivered, refuseLargeWork, workBytes } from './work-size.ts';

/** Batches waiting for one role before a publish is refused: the relay rings again later, the memory stays bounded. */
const WAITING_BATCHES_MAX = 10_000;

type Delivery = { kind: WorkKind; batch: WorkBatch; deliveries: number };
type Consumer = { handler: WorkHandler; running: Set<Promise<void>> };
type Queue = { waiting: Delivery[]; consumers: Consumer[]; next: number; scheduled: boolean; parked: number };

/** The work queues of one process: handed over in a later turn of the loop, several at a time, again after a failure, parked in the end. */
export const openInProcessWork = (limits: MessagingLimits, log?: MessagingLog) => {
  const newQueue = (): Queue => ({ waiting: [], consumers: [], next: 0, scheduled: false, parked: 0 });
  const queues: Record<Worker, Queue> = { routing: newQueue(), notification: newQueue(), callback: newQueue() };

  const schedule = (worker: Worker): void => {
    const queue = queues[worker];
    if (queue.scheduled || queue.waiting.length === 0) return;
    queue.scheduled = true;
    setImmediate(() => {
      queue.scheduled = false;
      handOver(worker);
    });
  };

  const handOver = (worker: Worker): void => {
    const queue = queues[worker];
    while (queue.waiting.length > 0) {
      const consumer = freeConsumer(queue, limits.batchesInFlightMax);
      const delivery = consumer && queue.waiting.shift();
      if (consumer === undefined || delivery === undefined) return;
      const run = handle(worker, consumer, delivery).finally(() => {
        consumer.running.delete(run);
        schedule(worker);
      });
      consumer.running.add(run);
    }
  };

  const handle = async (worker: Worker, consumer: Consumer, delivery: Delivery): Promise<void> => {
    delivery.deliveries += 1;
    const redelivered = delivery.deliveries > 1;
    try {
      await consumer.handler(redelivered ? asRedelivered(delivery.batch) : delivery.batch, { redelivered, kind: delivery.kind });
    } catch (error) {
      const queue = queues[worker];
      if (delivery.deliveries >= limits.deliveriesMax) {
        queue.parked += 1;
        log?.('error', `parked a batch for ${worker} after ${delivery.deliveries} deliveries`, { error: String(error) });
        return;
      }
      const again = () => {
        queue.waiting.push(delivery);
        schedule(worker);
      };
      setTimeout(again, redeliveryDelayMs(delivery.deliveries, limits.redeliverAfterMs)).unref();
    }
  };

  return {
    publish: async (worker: Worker, kind: WorkKind, batch: WorkBatch): Promise<void> => {
      refuseLargeWork(batch.items.length, workBytes(batch));
      const queue = queues[worker];
      if (queue.waiting.length >= WAITING_BATCHES_MAX)
        throw new PublishFailed(worker, `${WAITING_BATCHES_MAX} batches are waiting already`);
      queue.waiting.push({ kind, batch, deliveries: 0 });
      schedule(worker);
    },
    consume: (worker: Worker, handler: WorkHandler): Consumption => {
      const queue = queues[worker];
      const consumer: Consumer = { handler, running: new Set() };
      queue.consumers.push(consumer);
      schedule(worker);
      return {
        close: async () => {
          queue.consumers = queue.consumers.filter(other => other !== consumer);
          await Promise.all(consumer.running);
        },
      };
    },
    parked: (): Record<Worker, number> => ({
      routing: queues.routing.parked,
      notification: queues.notification.parked,
      callback: queues.callback.parked,
    }),
  };
};

/** The next consumer in turn that may take one more batch. */
const freeConsumer = (queue: Queue, inFlightMax: number): Consumer | undefined => {
  for (let step = 0; step < queue.consumers.length; step += 1) {
    const consumer = queue.consumers[(queue.next + step) % queue.consumers.length];
    if (consumer === undefined || consumer.running.size >= inFlightMax) continue;
    queue.next = (queue.next + step + 1) % queue.consumers.length;
    return consumer;
  }
  return undefined;
};
