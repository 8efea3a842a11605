import { describe, expect, it } from 'vitest';
import { timeLeft } from './deadline.ts';

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
