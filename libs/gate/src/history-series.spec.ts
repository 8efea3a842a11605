import { describe, expect, it } from 'vitest';
import { openSeries } from './history-series.ts';

const KEEP_MS = 1_000;

describe('a series of entries', () => {
  it('counts and sums what lies in the window, however much was let go before it', () => {
    const series = openSeries(KEEP_MS);
    const times: number[] = [];
    let held = 0;
    for (let index = 0; index < 600; index += 1) {
      const atMs = index * 50;
      held += series.add('a', index, atMs, 0.1 * (index + 1));
      times.push(atMs);
      const kept = times.filter(time => time >= atMs - KEEP_MS);
      expect(held).toBe(kept.length);
      const from = times.length - kept.length;
      const sum = kept.reduce((total, _, offset) => total + 0.1 * (from + offset + 1), 0);
      expect(series.value('count', 'a', index + 1, atMs, KEEP_MS)).toBe(kept.length);
      expect(series.value('sum', 'a', index + 1, atMs, KEEP_MS)).toBeCloseTo(sum, 4);
      expect(series.value('count', 'a', index, atMs, KEEP_MS)).toBe(kept.length - 1);
    }
  });

  it('has nothing in a window that begins after the position', () => {
    const series = openSeries(KEEP_MS);
    series.add('a', 10, 0, 5);
    for (const measure of ['count', 'sum'] as const) expect(series.value(measure, 'a', 5, 600, 100)).toBe(0);
  });

  it('lets keys go that nobody adds to any more, once in 65 536 entries', () => {
    const series = openSeries(KEEP_MS);
    const others = 65_534;
    for (let index = 0; index < others; index += 1) if (series.add(`k${index}`, index, 0, 1) !== 1) throw new Error(`swept at ${index}`);
    expect(series.add('late', 65_535, 900, 1)).toBe(1);
    expect(series.add('new', 65_536, KEEP_MS + 1, 1)).toBe(1 - others);
    expect(series.value('count', 'late', 65_537, KEEP_MS + 1, KEEP_MS)).toBe(1);
    expect(series.value('count', 'k0', 65_537, KEEP_MS + 1, KEEP_MS)).toBe(0);
    expect(series.add('new', 65_537, KEEP_MS + 1, 1)).toBe(1);
  });
});
