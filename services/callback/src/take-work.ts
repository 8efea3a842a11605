import { idOf, type WorkBatch, type WorkItem } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import type { Deps } from './deps.ts';
import { openHeldBack } from './held-back.ts';
import { settle, settleEarly, takesItsTime, type UnderWay } from './settle.ts';

export type Desk = {
  /** Takes a batch. Resolves when it is done, or after a moment: a slow receiver must not hold the broker's batch, and with it others. */
  take(batch: WorkBatch): Promise<void>;
  /** Resolves when what is under way is recorded, or after `drainMsMax`. */
  drain(): Promise<void>;
};

/**
 * How long a batch is kept from being acknowledged, milliseconds. Enough for receivers that answer promptly, so that the broker sees our
 * pace; a batch with a slow one in it must not stand in the way of the next.
 */
const HOLD_MS = 50;
/**
 * What takes longer than this goes on and is noted as under way, milliseconds: the relay has only so many rings out at a time, and slow
 * receivers must not use them up. Most receivers answer in less, and cost no note.
 */
const NOTE_MS = 250;
/** Longest wait at shutdown, milliseconds; what is cut off is rung again by the relay. */
const DRAIN_MS_MAX = 10_000;

export const openDesk = (parts: Omit<Deps, 'heldBack'>): Desk => {
  const deps: Deps = { ...parts, heldBack: openHeldBack(id => keep(startEarly(id))) };
  const underWay: UnderWay = new Map();
  /** One promise per batch, not per item: every promise saved here is saved for each callback. */
  const running = new Set<Promise<unknown>>();

  /** Not to be tried again: what was to be told is gone. */
  const isErased = (error: unknown, id: string): boolean => {
    if (!(error instanceof EventErased)) return false;
    deps.logger.info({ id }, 'it was erased: nobody is told of it any more');
    return true;
  };
  const start = async (item: WorkItem): Promise<void> => {
    try {
      await settle(deps, underWay, item);
    } catch (error) {
      if (isErased(error, idOf(item.stream))) return;
      deps.logger.warn({ err: error, stream: item.stream, type: item.type }, 'could not settle; the relay rings again');
    }
  };
  const startEarly = async (id: string): Promise<void> => {
    try {
      await settleEarly(deps, underWay, id);
    } catch (error) {
      if (isErased(error, id)) return;
      deps.logger.warn({ err: error, id }, 'could not send what was held back; the relay rings for it in its time');
    }
  };
  const keep = (work: Promise<unknown>): void => {
    running.add(work);
    void work.then(() => running.delete(work));
  };
  const noteSlow = (batch: WorkBatch): void => {
    for (const { stream } of batch.items)
      takesItsTime(deps, underWay, idOf(stream)).catch((error: unknown) =>
        deps.logger.warn({ err: error, stream }, 'could not note that a callback takes its time; the relay rings again'),
      );
  };
  return {
    take: batch => {
      const work = Promise.all(batch.items.map(start));
      running.add(work);
      return within(
        HOLD_MS,
        work,
        () => running.delete(work),
        () => setTimeout(() => running.has(work) && noteSlow(batch), NOTE_MS - HOLD_MS),
      );
    },
    drain: () => within(DRAIN_MS_MAX, Promise.all(running)),
  };
};

/** Resolves when `work`, which never rejects, is done, or after `ms`; `done` is told when it is done, `late` when it was not in time. */
const within = (ms: number, work: Promise<unknown>, done?: () => void, late?: () => void): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(() => {
      late?.();
      resolve();
    }, ms);
    void work.then(() => {
      clearTimeout(timer);
      done?.();
      resolve();
    });
  });
