import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLBACK_SCHEDULE_SEC, deferralMs, nextDelayMs, RESUME_SCHEDULE_SEC, retryAfterSecOf, scheduleMs } from './schedule.ts';

const jitter = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('the schedule of callbacks', () => {
  it('begins with quick steps and takes three days on average', () => {
    expect(CALLBACK_SCHEDULE_SEC.slice(0, 7)).toEqual([0, 2, 5, 15, 30, 60, 300]);
    expect(scheduleMs(CALLBACK_SCHEDULE_SEC) / 2 / 86_400_000).toBeCloseTo(3, 0);
  });

  it('waits between nothing and all of a step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), jitter, (attempts, random) => {
        const stepMs = CALLBACK_SCHEDULE_SEC[attempts]! * 1_000;
        const delayMs = nextDelayMs(attempts, CALLBACK_SCHEDULE_SEC, random, 'full')!;
        return Math.abs(delayMs - stepMs * random) <= 0.5;
      }),
    );
  });

  it('makes the first attempt at once', () => {
    expect(nextDelayMs(0, CALLBACK_SCHEDULE_SEC, 0.999, 'full')).toBe(0);
  });

  it('ends after the last attempt, whatever the receiver asks for', () => {
    expect(nextDelayMs(17, CALLBACK_SCHEDULE_SEC, 0.5, 'full', 60)).toBeNull();
  });

  it('waits longer when the receiver asks for it, but never longer than a day', () => {
    expect(nextDelayMs(1, CALLBACK_SCHEDULE_SEC, 0, 'full', 120)).toBe(120_000);
    expect(nextDelayMs(1, CALLBACK_SCHEDULE_SEC, 0, 'full', 10_000_000)).toBe(86_400_000);
    expect(nextDelayMs(6, CALLBACK_SCHEDULE_SEC, 0.999, 'full', 1)).toBeGreaterThan(250_000);
  });
});

describe('a wait without an attempt', () => {
  it('lasts at least as long as it has to, and is spread wider each time, up to an hour', () => {
    expect([0, 1, 2, 10].map(deferrals => deferralMs(5_000, deferrals, 0.5, 30_000))).toEqual([20_000, 35_000, 65_000, 1_805_000]);
    expect(deferralMs(5_000, 1_000, 0, 30_000)).toBe(5_000);
  });
});

describe('the schedule of resumes', () => {
  it('reaches past the ten minutes a run lives, also when every wait is the shortest', () => {
    const shortestMs = RESUME_SCHEDULE_SEC.map((_, attempts) => nextDelayMs(attempts, RESUME_SCHEDULE_SEC, 0, 'half') ?? 0).reduce(
      (sum, ms) => sum + ms,
      0,
    );
    expect(shortestMs).toBeGreaterThan(600_000);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
  it.each([
    [undefined, 0],
    ['120', 120],
    [' 7 ', 7],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
  ])('%j asks for %d seconds', (header, seconds) => {
    expect(retryAfterSecOf(header, nowMs)).toBe(seconds);
  });
});
