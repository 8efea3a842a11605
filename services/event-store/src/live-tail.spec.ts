import { describe, expect, it } from 'vitest';
import { TAIL_BYTES_MAX, TAIL_EVENTS_MAX } from './limits.ts';
import { openLiveTail } from './live-tail.ts';
import type { LogEvent } from './log-event.ts';

const event = (position: number, bytes = 10): LogEvent => ({
  position,
  stream: 'order-1',
  revision: position,
  type: 'Happened',
  isJson: true,
  createdMs: 0,
  id: '00000000-0000-4000-8000-000000000000',
  data: Buffer.alloc(bytes),
  metadata: Buffer.alloc(0),
});
const upTo = (count: number, from = 1): LogEvent[] => Array.from({ length: count }, (_, n) => event((from + n) * 10));
const positions = (entries: { position: number }[]): number[] => entries.map(entry => entry.position);

describe('the tail', () => {
  it('gives what comes after a position, oldest first, up to a count', () => {
    const tail = openLiveTail(0);
    tail.push(upTo(5), false);
    expect(positions(tail.after(20, 2))).toEqual([30, 40]);
    expect(positions(tail.after(25, 9))).toEqual([30, 40, 50]);
    expect(tail.after(50, 9)).toEqual([]);
    expect(tail.end()).toBe(50);
  });

  it('says that it does not reach back before its start', () => {
    const tail = openLiveTail(100);
    expect([tail.reaches(99), tail.reaches(100)]).toEqual([false, true]);
  });

  it('drops the oldest beyond its number of events, and then no longer reaches back to them', () => {
    const tail = openLiveTail(0);
    for (let from = 1; from <= 3 * TAIL_EVENTS_MAX; from += 1_000) tail.push(upTo(1_000, from), false);
    expect(tail.stats().events).toBe(TAIL_EVENTS_MAX);
    const floor = tail.end() - TAIL_EVENTS_MAX * 10;
    expect([tail.reaches(floor - 1), tail.reaches(floor)]).toEqual([false, true]);
    expect(positions(tail.after(floor, 1))).toEqual([floor + 10]);
  });

  it('drops the oldest beyond its number of bytes', () => {
    const tail = openLiveTail(0);
    for (let n = 1; n <= 200; n++) tail.push([event(n * 10, 100_000)], false);
    expect(tail.stats().bytes).toBeLessThanOrEqual(TAIL_BYTES_MAX);
    expect(positions(tail.after(tail.end() - 10, 9))).toEqual([2_000]);
  });

  it('sends whoever is behind to the disk after a commit that may have hidden events, and loses nothing newer', () => {
    const tail = openLiveTail(0);
    tail.push(upTo(3), false);
    tail.push(upTo(2, 4), true);
    expect([tail.reaches(0), tail.reaches(20), tail.reaches(30)]).toEqual([false, false, true]);
    expect(positions(tail.after(30, 9))).toEqual([40, 50]);
  });

  it('wakes its listeners once for each commit, until they stop listening', () => {
    const tail = openLiveTail(0);
    let woken = 0;
    const stop = tail.listen(() => woken++);
    tail.push(upTo(3), false);
    tail.push([], false);
    stop();
    tail.push(upTo(1, 9), false);
    expect(woken).toBe(1);
  });
});
