/** What arrives together (a decision is several events) is answered with one refresh, milliseconds. */
const GATHER_MS = 10;
/** Two refreshes start at least so far apart, milliseconds: soon at first, less often while changes keep coming, since a busy log must not flood the API. */
const APART_MS = { first: 100, longest: 1_000 } as const;

/**
 * When to refresh after a change: a change after a quiet while shows at once, a stream of them once a second.
 * @returns `wait(now)` says how long to wait from now, `refreshed(now)` that it was done; all in milliseconds of one clock
 */
export const startPace = () => {
  let apartMs: number = APART_MS.first;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    wait: (nowMs: number): number => {
      const sinceMs = nowMs - lastMs;
      apartMs = sinceMs > APART_MS.longest ? APART_MS.first : Math.min(apartMs * 2, APART_MS.longest);
      return Math.max(GATHER_MS, apartMs - sinceMs);
    },
    refreshed: (nowMs: number): void => {
      lastMs = nowMs;
    },
  };
};
