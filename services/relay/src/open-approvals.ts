import { idOf, type Worker, WORKERS } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { advance, NOTHING_OPEN, type OpenWork, type Wait, WORKER_OF } from './open-work.ts';
import type { Ringer } from './ring.ts';

/** Every approval that waits for something, kept in step with the ringers. */
export const openApprovals = (ringers: Readonly<Record<Worker, Ringer>>) => {
  const approvals = new Map<string, OpenWork>();

  return {
    /** One event, in log order. Waits that begin and end reach their ringers, then `seen`. */
    take: (event: LoggedEvent, nowMs: number, seen: { begun(wait: Wait, event: LoggedEvent): void; ended(wait: Wait): void }): void => {
      const id = idOf(event.stream);
      const before = approvals.get(id) ?? NOTHING_OPEN;
      const after = advance(before, event);
      if (after === before) return;
      for (const wait of before) {
        if (after.includes(wait)) continue;
        ringers[WORKER_OF[wait.kind]].end(wait, nowMs);
        seen.ended(wait);
      }
      for (const wait of after) {
        if (before.includes(wait)) continue;
        ringers[WORKER_OF[wait.kind]].begin(wait, nowMs);
        seen.begun(wait, event);
      }
      if (after.length === 0) approvals.delete(id);
      // A copy of its exact length: lists made by spreading keep room for many more.
      else approvals.set(after[0]?.approvalId ?? id, after.slice());
    },
    /** The broker has taken rings of this wait, and no event will answer it. */
    told: (wait: Wait, nowMs: number): void => {
      const left = (approvals.get(wait.approvalId) ?? NOTHING_OPEN).filter(other => other !== wait);
      ringers[WORKER_OF[wait.kind]].end(wait, nowMs);
      if (left.length === 0) approvals.delete(wait.approvalId);
      else approvals.set(wait.approvalId, left);
    },
    /** A wait from a snapshot, to be rung at its time. */
    restore: (wait: Wait, atMs: number): void => {
      const first = approvals.get(wait.approvalId)?.[0];
      const known = first === undefined ? wait : { ...wait, approvalId: first.approvalId };
      approvals.set(known.approvalId, [...(approvals.get(known.approvalId) ?? NOTHING_OPEN), known]);
      ringers[WORKER_OF[known.kind]].restore(known, atMs);
    },
    /** All waits and when each is to be rung. May be walked slowly while events are taken: {@link advance} says why that comes right. */
    *waits(): Generator<{ wait: Wait; atMs: number }> {
      for (const open of approvals.values()) {
        for (const wait of open) {
          const atMs = ringers[WORKER_OF[wait.kind]].atMs(wait);
          // Infinity: it ended while we walked.
          if (Number.isFinite(atMs)) yield { wait, atMs };
        }
      }
    },
    size: (): number => approvals.size,
    counts: (): Record<Worker, ReturnType<Ringer['counts']>> =>
      Object.fromEntries(WORKERS.map(worker => [worker, ringers[worker].counts()])) as Record<Worker, ReturnType<Ringer['counts']>>,
  };
};
export type OpenApprovals = ReturnType<typeof openApprovals>;
