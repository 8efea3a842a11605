import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLBACK_SCHEDULE_SEC, nextDelayMs, RESUME_SCHEDULE_SEC, retryAfterSecOf } from './schedule.ts';

const jitter = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('the schedule of callbacks', () => {
  it('has fourteen attempts over about four days', () => {
    expect(CALLBACK_SCHEDULE_SEC).toHaveLength(14);
    expect(CALLBACK_SCHEDULE_SEC.reduce((sum, sec) => sum + sec, 0) / 86_400).toBeCloseTo(3.15, 1);
  });

  it('waits between half of a step and all of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 13 }), jitter, (attempts, random) => {
        const stepMs = CALLBACK_SCHEDULE_SEC[attempts]! * 1_000;
        const delayMs = nextDelayMs(attempts, CALLBACK_SCHEDULE_SEC, random)!;
        return delayMs >= stepMs / 2 && delayMs <= stepMs;
      }),
    );
  });

  it('ends after the last attempt, whatever the receiver asks for', () => {
    expect(nextDelayMs(14, CALLBACK_SCHEDULE_SEC, 0.5, 60)).toBeNull();
  });

  it('waits longer when the receiver asks for it, but never longer than a day', () => {
    expect(nextDelayMs(1, CALLBACK_SCHEDULE_SEC, 0, 120)).toBe(120_000);
    expect(nextDelayMs(1, CALLBACK_SCHEDULE_SEC, 0, 10_000_000)).toBe(86_400_000);
    expect(nextDelayMs(6, CALLBACK_SCHEDULE_SEC, 0.999, 1)).toBeGreaterThan(250_000);
  });
});

describe('the schedule of resumes', () => {
  it('reaches past the ten minutes a run lives, also when every wait is the shortest', () => {
    const shortestMs = RESUME_SCHEDULE_SEC.map((_, attempts) => nextDelayMs(attempts, RESUME_SCHEDULE_SEC, 0) ?? 0).reduce(
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
