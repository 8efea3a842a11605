import { describe, expect, it } from 'vitest';
import { clock, timeLeft } from './deadline.ts';

describe('the time that is left', () => {
  it.each([
    [30, 'in 30 seconds'],
    [119, 'in 119 seconds'],
    [300, 'in 5 minutes'],
    [7_199, 'in 119 minutes'],
    [7_200, 'in 2 hours'],
    [172_800, 'in 2 days'],
    [1, 'in 1 second'],
    [-5, 'in 0 seconds'],
  ])('%d s is told as "%s"', (seconds, words) => {
    const from = Date.parse('2026-11-22T12:00:00.000Z');
    expect(timeLeft(new Date(from).toISOString(), new Date(from + seconds * 1_000).toISOString())).toBe(words);
  });
});

describe('an instant', () => {
  it.each([
    [undefined, '2026-11-22 23:10 UTC'],
    ['UTC', '2026-11-22 23:10 UTC'],
    ['Europe/Berlin', '2026-11-23 00:10 (Europe/Berlin)'],
    ['Asia/Kolkata', '2026-11-23 04:40 (Asia/Kolkata)'],
    ['America/Los_Angeles', '2026-11-22 15:10 (America/Los_Angeles)'],
  ])('is told in %s as "%s", with its day', (timeZone, words) => {
    expect(clock('2026-11-22T23:10:59.000Z', timeZone)).toBe(words);
  });
});
