import type { WorkBatch, WorkItem } from '@holdpoint/contracts';
import { alertPeople } from './alert-people.ts';
import type { Deps } from './deps.ts';
import { tryAgain } from './try-again.ts';

export type Desk = {
  /** Takes a batch. Resolves when it is done, or after a moment: a mail server that hangs must not hold the broker's batch. */
  take(batch: WorkBatch): Promise<void>;
  /** Resolves when what is under way is recorded, or after a limit. */
  drain(): Promise<void>;
};

/** How long a batch is kept from being acknowledged, milliseconds. What takes longer goes on here; after a crash the relay rings it again. */
const HOLD_MS = 250;
/** Longest wait at shutdown, milliseconds: one mail server's silence. */
const DRAIN_MS_MAX = 12_000;

export const openDesk = (deps: Deps): Desk => {
  /** Rounds under way in this process: a second ring for one of them is dropped. */
  const underWay = new Set<string>();
  const running = new Set<Promise<void>>();

  const start = (item: WorkItem): Promise<void> | undefined => {
    const key = item.kind === 'timer' ? `again/${item.stream}` : item.id;
    if (underWay.has(key)) return undefined;
    underWay.add(key);
    const work: Promise<void> = (item.kind === 'timer' ? tryAgain : alertPeople)(deps, item)
      .catch((error: unknown) =>
        deps.logger.warn({ err: error, stream: item.stream, type: item.type }, 'could not alert; the relay rings again'),
      )
      .finally(() => {
        underWay.delete(key);
        running.delete(work);
      });
    running.add(work);
    return work;
  };
  return {
    take: batch => within(HOLD_MS, Promise.all(batch.items.map(start))),
    drain: () => within(DRAIN_MS_MAX, Promise.all(running)),
  };
};

const within = (ms: number, work: Promise<unknown>): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
