import { describe, expect, it } from 'vitest';
import { lengthOfTime, timeAgo, timeLeft } from './time-left.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const inSec = (seconds: number) => new Date(now + seconds * 1_000).toISOString();

describe('time left', () => {
  it.each([
    [1, '0:01', 'now'],
    [59, '0:59', 'now'],
    [60, '1:00', 'soon'],
    [299, '4:59', 'soon'],
    [300, '5:00', 'calm'],
    [3_599, '59:59', 'calm'],
    [3_900, '1 h 05 min', 'calm'],
    [274_000, '3 d 4 h', 'calm'],
    [0, 'time is up', 'over'],
    [-30, 'time is up', 'over'],
  ])('%i s before the deadline reads %s and is %s', (seconds, text, urgency) => {
    expect(timeLeft(inSec(seconds), now)).toEqual({ text, urgency });
  });

  it('never claims a deadline has passed while a part of a second remains', () => {
    expect(timeLeft(new Date(now + 1).toISOString(), now).text).toBe('0:01');
  });

  it('pads minutes and seconds so that the figures do not jump', () => {
    expect([lengthOfTime(65), lengthOfTime(7_260)]).toEqual(['1:05', '2 h 01 min']);
  });
});

describe('time ago', () => {
  it('is coarse, and never in the future', () => {
    expect([5, 59, 61, 7_300, 200_000, -50].map(seconds => timeAgo(inSec(-seconds), now))).toEqual([
      'just now',
      '59 s ago',
      '1 min ago',
      '2 h ago',
      '2 d ago',
      'just now',
    ]);
  });
});
