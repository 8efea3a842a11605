/**
 * Longest sleep, ms. The clock may be set forward while we sleep (`setTimeout` counts elapsed time, not the clock), and `setTimeout` takes at most
 * 2^31 ms; waking once a second notices the first and never meets the second.
 */
const SLEEP_MS_MAX = 1_000;

export type Alarm = { set(atMs: number): void; close(): void };

/** One timer, armed for the next due time; calls `onDue` then, or a little earlier: whoever is called looks at the clock. */
export const openAlarm = (nowMs: () => number, onDue: () => void): Alarm => {
  let timer: NodeJS.Timeout | undefined;
  let armedMs = Number.POSITIVE_INFINITY;
  const ring = (): void => {
    timer = undefined;
    armedMs = Number.POSITIVE_INFINITY;
    onDue();
  };
  return {
    set: atMs => {
      if (timer !== undefined && armedMs <= atMs) return;
      clearTimeout(timer);
      timer = undefined;
      armedMs = Number.POSITIVE_INFINITY;
      if (atMs === Number.POSITIVE_INFINITY) return;
      const now = nowMs();
      const wakeMs = Math.min(Math.max(atMs, now), now + SLEEP_MS_MAX);
      armedMs = wakeMs;
      timer = setTimeout(ring, Math.max(wakeMs - now, 0));
      timer.unref();
    },
    close: () => clearTimeout(timer),
  };
};
