import type { Worker } from '@holdpoint/contracts';
import { openBurst } from './burst.ts';
import { AT_ONCE, CARRIED, isTimer, type Wait } from './open-work.ts';
import { againAfterMs, type Pace } from './pace.ts';
import { openTimetable } from './timetable.ts';

/** `slot` of a wait that is to be rung as soon as there is room. */
const READY = -2;

/**
 * What one worker is to be told, and when: what is ready goes out first come, first served, what has come due in turns with what is new, as far as the
 * window has room; what was rung comes back when no answer came in its time. Decides only; others publish.
 */
export type Ringer = {
  /** A wait began. One carried by the ring of another counts as rung with it. */
  begin(wait: Wait, nowMs: number): void;
  /** A wait comes back from a snapshot with the time it was to be rung at. */
  restore(wait: Wait, atMs: number): void;
  /** The log shows how it ended. */
  end(wait: Wait, nowMs: number): void;
  /** What to ring now. Each counts as rung and in flight from here on. */
  due(nowMs: number): Wait[];
  /** The broker did not take these rings: they are rung again after a short rest. */
  refused(waits: readonly Wait[], nowMs: number): void;
  /** The broker may have forgotten everything: what was rung and is not answered is rung again. */
  again(nowMs: number): void;
  /** When to look again, milliseconds since 1970; `Infinity` when only news can change anything. */
  nextMs(nowMs: number): number;
  atMs(wait: Wait): number;
  counts(): { inFlight: number; ready: number; later: number };
};

export const openRinger = (worker: Worker, pace: Pace): Ringer => {
  const later = openTimetable();
  const queue = openQueue();
  /** What has come due takes turns with what is new: a deadline that waits behind a burst of requests would be late, and neither starves the other. */
  const due = openQueue();
  let dueFirst = true;
  let ready = 0;
  let inFlight = 0;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  const burst = openBurst(pace);

  const makeReady = (wait: Wait): void => {
    later.remove(wait);
    wait.slot = READY;
    (isTimer(wait.kind) ? due : queue).push(wait);
    ready += 1;
  };
  const land = (wait: Wait): void => {
    if (!wait.inFlight) return;
    wait.inFlight = false;
    inFlight -= 1;
  };
  const ring = (wait: Wait, nowMs: number): void => {
    wait.slot = -1;
    ready -= 1;
    wait.rings += 1;
    wait.inFlight = true;
    inFlight += 1;
    later.set(wait, nowMs + againAfterMs(pace, worker, wait.rings));
  };

  return {
    begin: (wait, nowMs) => {
      if (wait.kind === 'gate') burst.accepted(nowMs);
      if (wait.dueMs === AT_ONCE) makeReady(wait);
      else if (wait.dueMs === CARRIED) {
        wait.rings = 1;
        later.set(wait, nowMs + againAfterMs(pace, worker, 1));
      } else later.set(wait, wait.dueMs);
    },
    restore: (wait, atMs) => later.set(wait, atMs),
    end: (wait, nowMs) => {
      if (wait.kind === 'expire') burst.decided(nowMs);
      if (wait.slot === READY) {
        wait.slot = -1;
        ready -= 1;
        queue.forget(ready);
        due.forget(ready);
      } else later.remove(wait);
      land(wait);
    },
    due: nowMs => {
      while (later.nextMs() <= nowMs) {
        const wait = later.first()!;
        // No answer in its time: it no longer takes room from the others.
        land(wait);
        makeReady(wait);
      }
      const rung: Wait[] = [];
      if (nowMs < restUntilMs) return rung;
      let room = Math.min((burst.isOn(nowMs) ? pace.burstWindowItems : pace.windowItems) - inFlight, ready);
      while (room > 0) {
        const wait = (dueFirst ? (due.shift() ?? queue.shift()) : (queue.shift() ?? due.shift()))!;
        dueFirst = !dueFirst;
        // It ended while it stood in the queue.
        if (wait.slot !== READY) continue;
        ring(wait, nowMs);
        rung.push(wait);
        room -= 1;
      }
      queue.forget(ready);
      due.forget(ready);
      return rung;
    },
    refused: (waits, nowMs) => {
      restUntilMs = nowMs + pace.refusedRestMs;
      for (const wait of waits) {
        if (!wait.inFlight) continue;
        land(wait);
        later.set(wait, restUntilMs);
      }
    },
    again: nowMs => {
      restUntilMs = nowMs;
      for (const wait of Array.from(later.waits())) {
        if (wait.rings === 0) continue;
        land(wait);
        makeReady(wait);
      }
    },
    nextMs: nowMs => {
      if (ready === 0) return later.nextMs();
      if (nowMs < restUntilMs) return restUntilMs;
      // Full: an answer makes room, or an end of the burst, or a ring whose time is over.
      return Math.min(later.nextMs(), burst.isOn(nowMs) ? burst.overByMs(nowMs) : Number.POSITIVE_INFINITY);
    },
    atMs: wait => (wait.slot === READY ? AT_ONCE : later.atMs(wait)),
    counts: () => ({ inFlight, ready, later: later.size() }),
  };
};

/** Entries the queue may hold in vain before it is swept. */
const DEAD_MAX = 1_024;

/** First in, first out. What ends while it stands here (all of a log that is read from its start) stays as a dead entry until it is swept. */
const openQueue = () => {
  let waits: Wait[] = [];
  let head = 0;
  return {
    push: (wait: Wait): void => void waits.push(wait),
    shift: (): Wait | undefined => {
      const wait = waits[head];
      if (wait !== undefined) head += 1;
      return wait;
    },
    /** Sweeps when most of what stands here is dead; `alive` entries are not. */
    forget: (alive: number): void => {
      if (waits.length <= DEAD_MAX || waits.length < 2 * alive) return;
      waits = waits.slice(head).filter(({ slot }) => slot === READY);
      head = 0;
    },
  };
};
