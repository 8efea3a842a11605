/**
 * Token buckets, one per person and channel: a full one holds a minute's alerts, so that a few at once pass and a storm does not. They live in
 * memory: a restart begins them full, and each replica has its own, which at worst lets a few more alerts through; none is lost by it.
 */
export type Buckets = {
  /** Takes one; false when there is none left. @param perMinute size of the bucket, and what flows back in a minute */
  take(key: string, perMinute: number): boolean;
};

const MINUTE_MS = 60_000;
/** Buckets kept; full ones are dropped first, since a new one is full too. */
const BUCKETS_MAX = 10_000;

export const openBuckets = (nowMs: () => number): Buckets => {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take: (key, perMinute) => {
      const atMs = nowMs();
      const known = buckets.get(key) ?? { tokens: perMinute, atMs };
      const tokens = Math.min(perMinute, known.tokens + (Math.max(0, atMs - known.atMs) / MINUTE_MS) * perMinute);
      const taken = tokens >= 1;
      if (buckets.size >= BUCKETS_MAX) for (const [other, { atMs: since }] of buckets) if (atMs - since >= MINUTE_MS) buckets.delete(other);
      buckets.set(key, { tokens: taken ? tokens - 1 : tokens, atMs });
      return taken;
    },
  };
};
