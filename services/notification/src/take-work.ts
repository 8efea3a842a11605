import { isTerminal, type WorkBatch, type WorkItem } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { alertPeople } from './alert-people.ts';
import type { Deps } from './deps.ts';
import { giveNotice, isNotice } from './give-notice.ts';
import { neutralise } from './neutralise.ts';
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
  /** One promise per batch, not per item: most items send nothing and are one append. */
  const running = new Set<Promise<unknown>>();

  const start = async (item: WorkItem): Promise<void> => {
    const key = item.kind === 'timer' ? `again/${item.stream}` : item.id;
    if (underWay.has(key)) return;
    underWay.add(key);
    try {
      await verbFor(item)(deps, item);
    } catch (error) {
      if (error instanceof EventErased) deps.logger.info({ stream: item.stream }, 'it was erased: nobody is alerted about it any more');
      else deps.logger.warn({ err: error, stream: item.stream, type: item.type }, 'could not alert; the relay rings again');
    } finally {
      underWay.delete(key);
    }
  };
  return {
    take: batch => {
      const work = Promise.all(batch.items.map(start));
      running.add(work);
      return within(HOLD_MS, work, () => running.delete(work));
    },
    drain: () => within(DRAIN_MS_MAX, Promise.all(running)),
  };
};

const verbFor = ({ kind, type }: WorkItem): ((deps: Deps, item: WorkItem) => Promise<void>) => {
  if (kind === 'timer') return tryAgain;
  if (isTerminal(type)) return neutralise;
  return isNotice(type) ? giveNotice : alertPeople;
};

/** Resolves when `work`, which never rejects, is done, or after `ms`; `done` is told when it is done. */
const within = (ms: number, work: Promise<unknown>, done?: () => void): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      done?.();
      resolve();
    });
  });
