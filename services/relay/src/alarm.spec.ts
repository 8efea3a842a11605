import { describe, expect, it } from 'vitest';
import { openAlarm } from './alarm.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

const until = async (condition: () => boolean): Promise<void> => {
  for (let waits = 0; waits < 1_000 && !condition(); waits += 1) await pause(5);
};

describe('the alarm', () => {
  it('rings at the time set, and once', async () => {
    const rung: number[] = [];
    const alarm = openAlarm(Date.now, () => rung.push(Date.now()));
    const at = Date.now() + 60;
    alarm.set(at);
    alarm.set(at + 500);
    await until(() => rung.length > 0);
    await pause(50);
    expect(rung).toHaveLength(1);
    // A timer of the loop counts in whole milliseconds and may be one early.
    expect(rung[0]!).toBeGreaterThanOrEqual(at - 2);
  });

  it('moves to an earlier time and stays silent when there is none', async () => {
    let rings = 0;
    const alarm = openAlarm(Date.now, () => (rings += 1));
    alarm.set(Number.POSITIVE_INFINITY);
    await pause(30);
    expect(rings).toBe(0);
    const setAt = Date.now();
    alarm.set(setAt + 900);
    alarm.set(Date.now() + 20);
    await until(() => rings > 0);
    expect(Date.now()).toBeLessThan(setAt + 800);
    expect(rings).toBe(1);
    alarm.close();
  });

  it('wakes within about a second for a time beyond 2^31 ms, so that a clock set forward is noticed', async () => {
    let aheadMs = 0;
    const nowMs = () => Date.now() + aheadMs;
    const dueMs = nowMs() + 2 ** 31 + 1_000;
    let wakes = 0;
    const alarm = openAlarm(nowMs, () => (wakes += 1));
    alarm.set(dueMs);
    aheadMs = 2 ** 31 + 1_000;
    await until(() => wakes > 0);
    expect(wakes).toBe(1);
    expect(nowMs()).toBeGreaterThan(dueMs);
  });
});
