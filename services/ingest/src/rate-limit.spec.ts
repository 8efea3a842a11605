import type { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import { rateLimiter } from './rate-limit.ts';

const limiterAt = (perSec: number, burst: number) => {
  let ms = 0;
  const limiter = rateLimiter({ perSec, burst }, () => ms);
  return {
    pass: (passed: number) => void (ms += passed),
    taken: (key: string, times: number) => {
      let count = 0;
      for (let i = 0; i < times; i++)
        try {
          limiter.take(key);
          count++;
        } catch {
          break;
        }
      return count;
    },
    take: (key: string) => limiter.take(key),
    charge: (key: string, tokens: number) => limiter.charge(key, tokens),
  };
};

describe('the rate limit of a key', () => {
  it('lets a burst through, then one for each share of a second', () => {
    const limit = limiterAt(10, 20);
    expect(limit.taken('a', 100)).toBe(20);
    limit.pass(500);
    expect(limit.taken('a', 100)).toBe(5);
  });
  it('never saves up more than the burst', () => {
    const limit = limiterAt(10, 20);
    limit.taken('a', 1);
    limit.pass(3_600_000);
    expect(limit.taken('a', 100)).toBe(20);
  });
  it('does not touch other keys', () => {
    const limit = limiterAt(1, 2);
    limit.taken('a', 5);
    expect(limit.taken('b', 5)).toBe(2);
  });
  it('makes a batch pay for each of its requests afterwards', () => {
    const limit = limiterAt(10, 10);
    limit.charge('a', 30);
    limit.pass(1_000);
    expect(limit.taken('a', 1)).toBe(0);
    limit.pass(1_100);
    expect(limit.taken('a', 10)).toBe(1);
  });
  it('says when to come back, in whole seconds', () => {
    const limit = limiterAt(0.5, 1);
    limit.take('a');
    try {
      limit.take('a');
      expect.unreachable();
    } catch (error) {
      const { status, headers } = error as ProblemError;
      expect(status).toBe(429);
      expect(headers).toEqual({ 'retry-after': '2', 'ratelimit-policy': '"key";q=1;w=2', ratelimit: '"key";r=0;t=2' });
    }
  });
});
