import { describe, expect, it } from 'vitest';
import { openBreakers } from './breaker.ts';

const RULES = { failuresMax: 3, pauseMs: 1_000, pauseMsMax: 4_000 };
const breakers = () => {
  let now = 100;
  const opened = openBreakers(RULES, () => now);
  const failing = (times: number, retryAfterMs = 0) => {
    for (let n = 0; n < times; n += 1) opened.failed('app', retryAfterMs);
  };
  return { ...opened, failing, pass: (ms: number) => void (now += ms) };
};

describe('the breaker of a receiver', () => {
  it('lets everything through while failures are not in a row', () => {
    const { enter, answered, failing } = breakers();
    failing(2);
    answered('app');
    failing(2);
    expect(enter('app')).toBe(0);
  });

  it('opens after so many in a row, for this receiver only', () => {
    const { enter, failing } = breakers();
    failing(3);
    expect(enter('app')).toBe(1_000);
    expect(enter('other')).toBe(0);
  });

  it('then lets one call try, while the others wait', () => {
    const { enter, failing, pass } = breakers();
    failing(3);
    pass(1_000);
    expect(enter('app')).toBe(0);
    expect(enter('app')).toBeGreaterThan(0);
  });

  it('closes when the try is answered', () => {
    const { enter, answered, failing, pass } = breakers();
    failing(3);
    pass(1_000);
    enter('app');
    answered('app');
    expect([enter('app'), enter('app')]).toEqual([0, 0]);
  });

  it('waits twice as long after each try that fails, up to a limit', () => {
    const { enter, failing, pass } = breakers();
    failing(3);
    const waits = [1_000, 2_000, 4_000, 4_000].map(expected => {
      const waited = enter('app');
      pass(expected);
      enter('app');
      failing(1);
      return waited;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 4_000]);
  });

  it('is not made worse by calls that were under way when it opened', () => {
    const { enter, failing, pass } = breakers();
    failing(20);
    expect(enter('app')).toBe(1_000);
    pass(1_000);
    expect(enter('app')).toBe(0);
  });

  it('stays open as long as the receiver asks, up to the limit', () => {
    const { enter, failing } = breakers();
    failing(3, 2_500);
    expect(enter('app')).toBe(2_500);
    const patient = breakers();
    patient.failing(3, 86_400_000);
    expect(patient.enter('app')).toBe(4_000);
  });

  it('is tried again when the call that was to try never came back', () => {
    const { enter, failing, pass } = breakers();
    failing(3);
    pass(1_000);
    expect(enter('app')).toBe(0);
    pass(16_000);
    expect(enter('app')).toBe(0);
  });
});
