import { NOON, noonPlus } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { burstsIn } from './count-operators.ts';
import { metricsSuite } from './metrics.suite.ts';
import { bucketsOf, periodOf } from './period-of.ts';

describe('in SQLite files', () => {
  metricsSuite(() => undefined);
});

describe('bursts', () => {
  it('are five votes and more, each within twelve seconds of the one before', () => {
    const sec = (...seconds: number[]) => seconds.map(second => second * 1_000);
    expect(burstsIn(sec(0, 12, 24, 36, 48))).toEqual([[0, 48_000]]);
    expect(burstsIn(sec(0, 12, 24, 36))).toEqual([]);
    expect(burstsIn(sec(0, 12, 25, 37, 49, 61))).toEqual([]);
    expect(burstsIn([])).toEqual([]);
  });
});

describe('a period', () => {
  it('is the last thirty days where nothing is said, and does not end before it begins', () => {
    expect(periodOf({}, NOON)).toEqual({ from: '2026-10-23T12:00:00.001Z', to: '2026-11-22T12:00:00.001Z', agent: null });
    expect(() => periodOf({ from: NOON, to: NOON }, NOON)).toThrow(/ends before/);
  });

  it('is drawn in stretches of which there are not too many', () => {
    const sizes = [1, 30, 365].map(days => bucketsOf({ from: NOON, to: noonPlus(days * 86_400), agent: null }));
    expect(sizes.map(({ bucketSec, starts }) => [bucketSec / 3_600, starts.length])).toEqual([
      [1, 24],
      [24, 31],
      [168, 53],
    ]);
    expect(sizes[1]?.at(noonPlus(86_400))).toBe(1);
  });
});
