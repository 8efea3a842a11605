import { type WorkItem, type Worker, WORKERS } from '@holdpoint/contracts';
import { type Messaging, WorkTooLarge } from '@holdpoint/messaging';
import { batchesOf } from './batches.ts';
import type { openFreshEvents } from './fresh-events.ts';
import { isTimer, type Wait } from './open-work.ts';
import type { Pace } from './pace.ts';
import type { Ringer } from './ring.ts';
import { ringIdOf, workItemOf } from './work-item.ts';

type Ring = { wait: Wait; item: WorkItem };
type Deps = {
  messaging: Messaging;
  ringers: Readonly<Record<Worker, Ringer>>;
  fresh: ReturnType<typeof openFreshEvents>;
  pace: Pace;
  relayId: string;
  nowMs(): number;
  onRung(worker: Worker, items: number, again: number): void;
  /** Rung as often as patience goes, without an answer. */
  onOverdue(wait: Wait): void;
  /** Something may be due earlier than was thought. */
  onChanged(): void;
};

/** Publishes all that is due, a batch per worker and turn; never waits for the broker before the next one. */
export const openTelling = (deps: Deps) => {
  const { messaging, ringers, fresh, pace, relayId, nowMs } = deps;

  const ringAll = (nowIso: string): void => {
    for (const worker of WORKERS) {
      const waits = ringers[worker].due(nowMs());
      if (waits.length > 0) ring(worker, waits, nowIso);
    }
  };

  const ring = (worker: Worker, waits: readonly Wait[], nowIso: string): void => {
    const rings: Record<'work' | 'timer', Ring[]> = { work: [], timer: [] };
    const told = new Set<string>();
    let again = 0;
    for (const wait of waits) {
      if (wait.rings > 1) again += 1;
      if (wait.rings === pace.parkAfterRings) deps.onOverdue(wait);
      const timer = isTimer(wait.kind);
      // A callback and a resume on the same event are one item: the worker looks at both.
      if (!timer && told.has(wait.eventId)) continue;
      told.add(wait.eventId);
      rings[timer ? 'timer' : 'work'].push({ wait, item: workItemOf(wait, fresh.take(wait), nowIso) });
    }
    for (const kind of ['work', 'timer'] as const) for (const batch of batchesOf(rings[kind])) publish(worker, kind, batch);
    deps.onRung(worker, waits.length, again);
  };

  const publish = (worker: Worker, kind: 'work' | 'timer', batch: readonly Ring[]): void => {
    const [first] = batch;
    if (first === undefined) return;
    messaging
      .publishWork(worker, kind, { items: batch.map(({ item }) => item) }, ringIdOf(first.wait, first.item, relayId))
      .catch((error: unknown) => {
        if (error instanceof WorkTooLarge) return publishSmaller(worker, kind, batch);
        const waits = batch.map(({ wait }) => wait);
        ringers[worker].refused(waits, nowMs());
        deps.onChanged();
      });
  };

  /** The guess of the size was wrong: halves, and in the end one item without its data. */
  const publishSmaller = (worker: Worker, kind: 'work' | 'timer', batch: readonly Ring[]): void => {
    const half = Math.ceil(batch.length / 2);
    if (batch.length > 1) {
      publish(worker, kind, batch.slice(0, half));
      publish(worker, kind, batch.slice(half));
      return;
    }
    const [ring] = batch;
    if (ring?.item.data === undefined) return;
    const { data: _large, ...pointer } = ring.item;
    publish(worker, kind, [{ wait: ring.wait, item: { ...pointer, fresh: false } }]);
  };

  return { ringAll };
};
