import type { WorkBatch, WorkItem } from '@holdpoint/contracts';
import { applyTimer } from './apply-timer.ts';
import type { Deps } from './deps.ts';
import { evaluateGate } from './evaluate-gate.ts';
import { openSlots } from './slots.ts';

export type Desk = {
  /** Takes a batch; resolves when every item is done or has failed. A failed item stays unfinished in the log, so the relay rings it again. */
  take(batch: WorkBatch): Promise<void>;
};

export const openDesk = (deps: Deps & { inFlightMax: number }): Desk => {
  const slots = openSlots(deps.inFlightMax);
  const work = (item: WorkItem): Promise<void> =>
    (item.kind === 'timer' ? applyTimer(deps, item) : evaluateGate(deps, item)).catch((error: unknown) => {
      deps.metrics.failed();
      deps.logger.warn({ err: error, stream: item.stream, type: item.type }, 'could not be routed now; it is rung again');
    });
  return {
    take: async batch => {
      await Promise.all(batch.items.map(item => slots.run(() => work(item))));
    },
  };
};
