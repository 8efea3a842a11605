import type { Lease } from './messaging.ts';

type Waiter = { grant(): void };
type Slot = { taken: boolean; waiters: Waiter[] };

/** Leases within one process. A holder renews by living; one that was abandoned is followed by the next at once, as with a broker. */
export const openInProcessLeases = () => {
  const slots = new Map<string, Slot>();

  const free = (slot: Slot): void => {
    slot.taken = false;
    const next = slot.waiters.shift();
    if (next === undefined) return;
    slot.taken = true;
    next.grant();
  };

  const hold = (slot: Slot): { lease: Lease; abandon(): void } => {
    let state: 'held' | 'over' = 'held';
    const listeners: (() => void)[] = [];
    const end = (): void => {
      if (state === 'over') return;
      state = 'over';
      free(slot);
    };
    const lease: Lease = {
      held: () => state !== 'over',
      onLost: listener => void listeners.push(listener),
      release: () => Promise.resolve(end()),
    };
    const abandon = (): void => {
      if (state === 'over') return;
      end();
      for (const listener of listeners) listener();
    };
    return { lease, abandon };
  };

  return {
    /** Resolves when the lease is this holder's; rejects with the signal's reason when given up before. */
    acquire: async (name: string, _holder: string, _ttlMs: number, signal?: AbortSignal): Promise<{ lease: Lease; abandon(): void }> => {
      signal?.throwIfAborted();
      const slot = slots.get(name) ?? { taken: false, waiters: [] };
      slots.set(name, slot);
      if (!slot.taken) {
        slot.taken = true;
        return hold(slot);
      }
      await new Promise<void>((resolve, reject) => {
        const waiter = { grant: resolve };
        slot.waiters.push(waiter);
        signal?.addEventListener('abort', () => {
          if (!slot.waiters.includes(waiter)) return;
          slot.waiters = slot.waiters.filter(other => other !== waiter);
          reject(signal.reason as Error);
        });
      });
      return hold(slot);
    },
  };
};
