import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, LoggedEvent } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { ReadModel, ReadModels } from './open-read-model.ts';

/** Streams the read model is made of. */
export const READ_MODEL_PREFIXES = ['approval-', 'notification-', 'callback-', 'view-'] as const;
/**
 * Pause between two transactions while events keep coming, ms: accepts come before screens. Under load the pause is longer, since an
 * approval whose life falls into one batch is written once: batches of 800 cost half the CPU per event that batches of 35 do.
 */
const TURN_MS = { calm: 25, busy: 100, burst: 250 } as const;
/** From this many events in a batch on it is load, and a burst: 1 000 events a second and more. */
const BUSY_EVENTS = 60;
const BURST_EVENTS = 100;
/** Events per transaction: a batch is folded in one go, and the loop is free again after some 20 ms. */
const BATCH_MAX = 1_024;
/** Events waiting here before the subscription is asked to wait. */
const QUEUE_MAX = 4_096;
/** First and longest wait after a failed transaction (disk full, locked file), ms. */
const RETRY_MS = { first: 250, max: 15_000 } as const;

export type ProjectionRun = {
  /** Resolves when the read model first has everything the log had at the start. */
  caughtUp: Promise<void>;
  /** Why the last transaction failed; null while all is well. */
  failure(): string | null;
  /** Waits for the transaction under way, then keeps the runner still until `work` is done. */
  whileStill<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Deps = {
  eventLog: Pick<EventLog, 'subscribe' | 'fetchKeys'>;
  models: Pick<ReadModels, 'current'>;
  logger: Logger;
  /** Called after the commit with the events the read model now has, in log order. */
  onApplied(events: readonly LoggedEvent[]): void;
};

/**
 * Keeps the read model current: an event that finds the runner idle is committed at once; while more keep coming there is at most one
 * transaction per {@link TURN_MS}. A failed transaction is tried again with the same events, for ever: nothing is skipped.
 */
export const runProjections = ({ eventLog, models, logger, onApplied }: Deps): ProjectionRun => {
  const queue: LoggedEvent[] = [];
  let pumping: Promise<void> | null = null;
  let still: Promise<unknown> = Promise.resolve();
  const now: { closed: boolean; failure: string | null } = { closed: false, failure: null };
  let room: (() => void)[] = [];
  const caughtUp = Promise.withResolvers<void>();

  const pump = async () => {
    while (queue.length > 0 && !now.closed) {
      await still;
      const batch = queue.slice(0, BATCH_MAX);
      onApplied(await applyForEver(batch));
      if (now.closed) return;
      queue.splice(0, batch.length);
      if (queue.length < QUEUE_MAX / 2) room.splice(0).forEach(resume => resume());
      if (queue.length < BATCH_MAX) await sleep(turnMs(batch.length), undefined, { ref: false });
      else await nextTurn();
    }
  };
  const applyForEver = async (batch: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> => {
    for (let waitMs: number = RETRY_MS.first; !now.closed; waitMs = Math.min(waitMs * 2, RETRY_MS.max)) {
      try {
        // A batch may have waited for longer than keys are kept.
        await eventLog.fetchKeys(batch);
        const fresh = await applyIn(models.current(), batch);
        now.failure = null;
        return fresh;
      } catch (error) {
        now.failure = error instanceof Error ? error.message : String(error);
        logger.error({ err: error, events: batch.length, waitMs }, 'the read model could not be written; it is tried again');
        await sleep(waitMs, undefined, { ref: false });
      }
    }
    return [];
  };
  const start = () => {
    pumping ??= pump().finally(() => {
      pumping = null;
      if (queue.length > 0 && !now.closed) start();
    });
  };

  const subscription = eventLog.subscribe({
    name: 'console-read-model',
    from: models.current().position() ?? 'start',
    prefixes: [...READ_MODEL_PREFIXES],
    onEvents: events => {
      for (const event of events) queue.push(event);
      start();
      return queue.length < QUEUE_MAX ? undefined : new Promise<void>(resume => room.push(resume));
    },
    onCaughtUp: () => {
      const settled = pumping ?? Promise.resolve();
      void settled.then(() => caughtUp.resolve());
    },
  });

  return {
    caughtUp: caughtUp.promise,
    failure: () => now.failure,
    whileStill: async work => {
      const quiet = Promise.withResolvers<void>();
      const before = still;
      still = quiet.promise;
      try {
        await before;
        await inFlight(models.current());
        return await work();
      } finally {
        quiet.resolve();
      }
    },
    close: async () => {
      now.closed = true;
      await subscription.close();
      room.splice(0).forEach(resume => resume());
      await pumping;
    },
  };
};

const turnMs = (events: number): number => (events < BUSY_EVENTS ? TURN_MS.calm : events < BURST_EVENTS ? TURN_MS.busy : TURN_MS.burst);

/** Transactions under way, by read model: a swap waits for its turn. */
const running = new WeakMap<ReadModel, Promise<unknown>>();
const applyIn = (model: ReadModel, batch: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> => {
  const applied = model.apply(batch);
  running.set(model, applied);
  return applied;
};
const inFlight = async (model: ReadModel): Promise<void> => {
  await running.get(model)?.catch(() => undefined);
};
