import type { WorkBatch, WorkItem } from '@holdpoint/contracts';
import { applyTimer } from './apply-timer.ts';
import type { Deps } from './deps.ts';
import { eraseApproval } from './erase-approval.ts';
import { evaluateGate } from './evaluate-gate.ts';
import { openSlots } from './slots.ts';
import { watchDrift, type DriftDeps } from './watch-drift.ts';

export type Desk = {
  /** Takes a batch; resolves when every item is done or has failed. A failed item stays unfinished in the log, so the relay rings it again. */
  take(batch: WorkBatch): Promise<void>;
};

export const openDesk = (deps: Deps & DriftDeps & { inFlightMax: number }): Desk => {
  const slots = openSlots(deps.inFlightMax);
  const doneWith = (item: WorkItem): Promise<void> => {
    if (item.kind === 'timer') return applyTimer(deps, item);
    return item.type === 'ErasureOrdered' ? eraseApproval(deps, item) : evaluateGate(deps, item);
  };
  const work = (item: WorkItem): Promise<void> =>
    doneWith(item).catch((error: unknown) => {
      deps.metrics.failed();
      deps.logger.warn({ err: error, stream: item.stream, type: item.type }, 'could not be routed now; it is rung again');
    });
  /** Reading reviews from a long log takes its time: no request waits for it. */
  const aside = (item: WorkItem): void => {
    watchDrift(deps, item).catch((error: unknown) => {
      deps.metrics.failed();
      deps.logger.warn({ err: error, stream: item.stream }, 'drift could not be looked for; it is with the next sample that is rejected');
    });
  };
  return {
    take: async batch => {
      const now = batch.items.filter(item => item.type !== 'AfterReviewed');
      if (now.length < batch.items.length) batch.items.filter(item => item.type === 'AfterReviewed').forEach(aside);
      await Promise.all(now.map(item => slots.run(() => work(item))));
    },
  };
};
