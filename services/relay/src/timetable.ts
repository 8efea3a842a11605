import type { Wait } from './open-work.ts';

/**
 * When each wait is to be rung next: a binary heap by time, with removal. Times stand in a typed array (a number in an object costs 24 bytes),
 * and every wait knows its slot, so one that is over leaves at once instead of lingering until its time (a deadline is often a day away).
 */
export type Timetable = {
  /** Puts the wait at a time (milliseconds since 1970), or moves it there. */
  set(wait: Wait, atMs: number): void;
  /** Takes the wait out; one that is not in it stays out. */
  remove(wait: Wait): void;
  /** The earliest time, `Infinity` when there is none. */
  nextMs(): number;
  /** The wait at the earliest time, left in place. */
  first(): Wait | undefined;
  atMs(wait: Wait): number;
  size(): number;
  waits(): IterableIterator<Wait>;
};

const SLOTS_AT_FIRST = 256;

export const openTimetable = (): Timetable => {
  const waits: Wait[] = [];
  let times = new Float64Array(SLOTS_AT_FIRST);

  const place = (slot: number, wait: Wait, atMs: number): void => {
    waits[slot] = wait;
    times[slot] = atMs;
    wait.slot = slot;
  };
  const rise = (slot: number, wait: Wait, atMs: number): void => {
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (times[parent]! <= atMs) break;
      place(slot, waits[parent]!, times[parent]!);
      slot = parent;
    }
    place(slot, wait, atMs);
  };
  const sink = (slot: number, wait: Wait, atMs: number): void => {
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= waits.length) break;
      if (child + 1 < waits.length && times[child + 1]! < times[child]!) child += 1;
      if (times[child]! >= atMs) break;
      place(slot, waits[child]!, times[child]!);
      slot = child;
    }
    place(slot, wait, atMs);
  };

  return {
    set: (wait, atMs) => {
      if (wait.slot < 0) {
        if (waits.length === times.length) {
          const wider = new Float64Array(times.length * 2);
          wider.set(times);
          times = wider;
        }
        waits.push(wait);
        rise(waits.length - 1, wait, atMs);
      } else if (atMs < times[wait.slot]!) rise(wait.slot, wait, atMs);
      else sink(wait.slot, wait, atMs);
    },
    remove: wait => {
      const { slot } = wait;
      if (slot < 0) return;
      wait.slot = -1;
      const lastMs = times[waits.length - 1]!;
      const last = waits.pop()!;
      if (last === wait) return;
      if (slot > 0 && times[(slot - 1) >> 1]! > lastMs) rise(slot, last, lastMs);
      else sink(slot, last, lastMs);
    },
    nextMs: () => (waits.length > 0 ? times[0]! : Number.POSITIVE_INFINITY),
    first: () => waits[0],
    atMs: wait => (wait.slot < 0 ? Number.POSITIVE_INFINITY : times[wait.slot]!),
    size: () => waits.length,
    waits: () => waits.values(),
  };
};
