import { describe, expect, it } from 'vitest';
import { cutoffOf } from './cutoff.ts';

const since = (months: number, now: string): string | null => cutoffOf({ months, paused: false }, now);

describe('the end of what is due', () => {
  it('lies so many calendar months back, to the millisecond', () => {
    expect(since(6, '2026-11-30T09:30:15.250Z')).toBe('2026-05-30T09:30:15.250Z');
    expect(since(84, '2026-11-30T09:30:15.250Z')).toBe('2019-11-30T09:30:15.250Z');
    expect(since(12, '2027-01-01T00:00:00.000Z')).toBe('2026-01-01T00:00:00.000Z');
    expect(since(7, '2026-03-15T00:00:00.000Z')).toBe('2025-08-15T00:00:00.000Z');
  });
  it('is the last day of a month that is too short, in leap years and others', () => {
    expect(since(6, '2026-08-31T12:00:00.000Z')).toBe('2026-02-28T12:00:00.000Z');
    expect(since(6, '2028-08-31T12:00:00.000Z')).toBe('2028-02-29T12:00:00.000Z');
    expect(since(12, '2028-02-29T12:00:00.000Z')).toBe('2027-02-28T12:00:00.000Z');
  });
  it('never comes while everything is kept or erasing is paused', () => {
    expect(cutoffOf({ months: null, paused: false }, '2026-11-30T09:30:00.000Z')).toBeNull();
    expect(cutoffOf({ months: 6, paused: true }, '2026-11-30T09:30:00.000Z')).toBeNull();
  });
});
