import { ProblemError } from '@holdpoint/service-kit';

export type RateRules = { perSec: number; burst: number };
export type RateLimiter = {
  /** Takes one token. @throws ProblemError 429 `rate_limited` with `retry-after` */
  take(key: string): void;
  /** Takes further tokens for work already admitted, into debt if need be: a batch pays for each of its requests. */
  charge(key: string, tokens: number): void;
};

type Bucket = { tokens: number; atMs: number };

/**
 * A token bucket for each key: `burst` at once, `perSec` over time. Kept per process on purpose: with k replicas behind a balancer a
 * key may make k times as many. What must hold across replicas belongs at the edge.
 * @param nowMs a monotonic clock, milliseconds
 */
export const rateLimiter = ({ perSec, burst }: RateRules, nowMs: () => number): RateLimiter => {
  const buckets = new Map<string, Bucket>();
  const refilled = (key: string): Bucket => {
    const now = nowMs();
    const bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= KEYS_MAX) dropFull(buckets, now, { perSec, burst });
      const fresh = { tokens: burst, atMs: now };
      buckets.set(key, fresh);
      return fresh;
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.atMs) / 1_000) * perSec);
    bucket.atMs = now;
    return bucket;
  };
  return {
    take: key => {
      const bucket = refilled(key);
      if (bucket.tokens < 1) throw tooMany(Math.ceil((1 - bucket.tokens) / perSec), { perSec, burst });
      bucket.tokens -= 1;
    },
    charge: (key, tokens) => {
      refilled(key).tokens -= tokens;
    },
  };
};

/** Buckets kept; only keys that exist get one, so this is a bound, not a quota. */
const KEYS_MAX = 100_000;

/** Forgets buckets that would be full by now: a new one is the same. */
const dropFull = (buckets: Map<string, Bucket>, now: number, { perSec, burst }: RateRules): void => {
  for (const [key, { tokens, atMs }] of buckets) if (tokens + ((now - atMs) / 1_000) * perSec >= burst) buckets.delete(key);
};

/** `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-11: q quota, w window, r remaining, t seconds to reset. */
const tooMany = (retryAfterSec: number, { perSec, burst }: RateRules): ProblemError =>
  new ProblemError(
    'rate_limited',
    429,
    `This API key makes more than ${perSec} requests a second; repeat the request after retry-after seconds.`,
    {
      headers: {
        'retry-after': String(retryAfterSec),
        'ratelimit-policy': `"key";q=${burst};w=${Math.max(1, Math.ceil(burst / perSec))}`,
        ratelimit: `"key";r=0;t=${retryAfterSec}`,
      },
    },
  );
