import type { Rotation } from '@holdpoint/approval';
import type { ApprovalEvent } from '@holdpoint/contracts';

/** How long a turn counts as work somebody has, milliseconds. */
const TURN_MS = 3_600_000;
/** Turns remembered per organisation. */
const TURNS_MAX = 1_000;

/** Who was chosen lately where a ladder asks one of several: kept from this process's own appends; after a restart the turns begin anew. */
export type Rotations = {
  of(tenant: string, now: string): Rotation;
  appended(tenant: string, events: readonly ApprovalEvent[]): void;
};

export const openRotations = (): Rotations => {
  const turns = new Map<string, { operatorId: string; atMs: number }[]>();
  return {
    of: (tenant, now) => {
      const taken = turns.get(tenant) ?? [];
      const sinceMs = Date.parse(now) - TURN_MS;
      return {
        last: taken.at(-1)?.operatorId ?? null,
        openCount: id => taken.filter(({ operatorId, atMs }) => operatorId === id && atMs > sinceMs).length,
      };
    },
    appended: (tenant, events) => {
      for (const event of events) {
        if (event.type !== 'ApprovalEscalated' || (event.data.strategy ?? 'all') === 'all') continue;
        const taken = turns.get(tenant) ?? [];
        for (const operatorId of event.data.assigned ?? []) taken.push({ operatorId, atMs: Date.parse(event.data.escalatedAt) });
        turns.set(tenant, taken.slice(-TURNS_MAX));
      }
    },
  };
};
