import { type WorkItem, type Worker, WORKERS } from '@holdpoint/contracts';
import { type Messaging, WorkTooLarge } from '@holdpoint/messaging';
import { batchesOf } from './batches.ts';
import type { openFreshEvents } from './fresh-events.ts';
import { endsWhenTold, isTimer, type Wait } from './open-work.ts';
import type { Pace } from './pace.ts';
import type { Ringer } from './ring.ts';
import { ringIdOf, workItemOf } from './work-item.ts';

type Ring = { wait: Wait; item: WorkItem };
type Deps = {
  messaging: Pick<Messaging, 'publishWork'>;
  ringers: Readonly<Record<Worker, Ringer>>;
  fresh: ReturnType<typeof openFreshEvents>;
  pace: Pace;
  relayId: string;
  nowMs(): number;
  onRung(worker: Worker, items: number, again: number): void;
  /** The broker has what needs no answer. */
  onTold(wait: Wait): void;
  /** Rung as often as patience goes, without an answer. */
  onOverdue(wait: Wait): void;
  /** Something may be due earlier than was thought. */
  onChanged(): void;
  /** The broker has taken what was on its way: what was gathered meanwhile may follow. */
  onRoom(): void;
};

/**
 * Longest wait for the broker's word on a worker's last message before the next one goes out, ms. An idle bell rings at once; under load what
 * becomes ready meanwhile shares a message, and a message costs more than an item. A slow broker delays nobody for longer than this.
 */
const GATHER_MS_MAX = 20;

/** Publishes all that is due, a batch per worker; what becomes due while a worker's last message is on its way is gathered for the next one. */
export const openTelling = (deps: Deps) => {
  const { messaging, ringers, fresh, pace, relayId, nowMs } = deps;

  /** Messages on their way to the broker. */
  const underWay: Record<Worker, { messages: number; sinceMs: number; gathers: boolean }> = {
    routing: { messages: 0, sinceMs: 0, gathers: false },
    notification: { messages: 0, sinceMs: 0, gathers: false },
    callback: { messages: 0, sinceMs: 0, gathers: false },
  };

  const ringAll = (nowIso: string): void => {
    const at = nowMs();
    for (const worker of WORKERS) {
      const way = underWay[worker];
      way.gathers = way.messages > 0 && at < way.sinceMs + GATHER_MS_MAX;
      if (way.gathers) continue;
      const waits = ringers[worker].due(at);
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
    const way = underWay[worker];
    way.messages += 1;
    way.sinceMs = nowMs();
    messaging
      .publishWork(worker, kind, { items: batch.map(({ item }) => item) }, ringIdOf(first.wait, first.item, relayId))
      .then(() => {
        for (const { wait } of batch) if (endsWhenTold(wait)) deps.onTold(wait);
      })
      .catch((error: unknown) => {
        if (error instanceof WorkTooLarge) return publishSmaller(worker, kind, batch);
        const waits = batch.map(({ wait }) => wait);
        ringers[worker].refused(waits, nowMs());
        deps.onChanged();
      })
      .finally(() => {
        way.messages -= 1;
        if (way.messages === 0 && way.gathers) deps.onRoom();
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

  return {
    ringAll,
    /** When what is gathered goes out at the latest, milliseconds since 1970. */
    nextMs: (): number =>
      Math.min(...Object.values(underWay).map(way => (way.gathers ? way.sinceMs + GATHER_MS_MAX : Number.POSITIVE_INFINITY))),
  };
};
