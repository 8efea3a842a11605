import { describe, expect, it } from 'vitest';
import { BURST_SPAN_MS, openBurst } from './burst.ts';

const NOW = 1_800_000_000_000;
const SECOND_MS = 1_000;

/** Runs a second of accepts and decisions, evenly, and tells in which share of it a burst was on. */
const shareOfBurst = (acceptsPerSec: number, decisionsPerSec: number): number => {
  const burst = openBurst({ burstPerSec: 1_000 });
  let on = 0;
  let [accepts, decisions] = [0, 0];
  for (let ms = 0; ms < SECOND_MS; ms += 1) {
    for (; accepts < (acceptsPerSec * ms) / SECOND_MS; accepts += 1) burst.accepted(NOW + ms);
    for (; decisions < (decisionsPerSec * ms) / SECOND_MS; decisions += 1) burst.decided(NOW + ms);
    if (burst.isOn(NOW + ms)) on += 1;
  }
  return on / SECOND_MS;
};

describe('telling a burst of requests', () => {
  it('sees one within its span when many come and nobody decides', () => {
    expect(shareOfBurst(1_500, 0)).toBeGreaterThan(1 - (2 * BURST_SPAN_MS) / SECOND_MS);
  });

  it('sees none at a moderate rate, nor where decisions keep pace with requests', () => {
    expect(shareOfBurst(700, 0)).toBe(0);
    expect(shareOfBurst(3_000, 2_000)).toBeLessThan(BURST_SPAN_MS / SECOND_MS);
  });

  it('does not take a crowd of agents that ask in one moment for a burst', () => {
    const burst = openBurst({ burstPerSec: 1_000 });
    for (let agent = 0; agent < 64; agent += 1) burst.accepted(NOW);
    expect(burst.isOn(NOW)).toBe(false);
  });

  it('goes on at a rate that would not begin it, and ends well below', () => {
    const burst = openBurst({ burstPerSec: 800 });
    const isOnAfter = (fromMs: number, perSec: number): boolean => {
      for (let ms = 0; ms < SECOND_MS; ms += 1) {
        if (ms % (SECOND_MS / perSec) === 0) burst.accepted(fromMs + ms);
        burst.isOn(fromMs + ms);
      }
      return burst.isOn(fromMs + SECOND_MS - 1);
    };
    expect(isOnAfter(NOW, 500)).toBe(false);
    expect(isOnAfter(NOW + SECOND_MS, 1_000)).toBe(true);
    expect(isOnAfter(NOW + 2 * SECOND_MS, 500)).toBe(true);
    expect(isOnAfter(NOW + 3 * SECOND_MS, 200)).toBe(false);
  });

  it('is over soon after the last request, also when the clock was set back', () => {
    const burst = openBurst({ burstPerSec: 1_000 });
    for (let request = 0; request < 500; request += 1) burst.accepted(NOW);
    expect(burst.isOn(NOW + BURST_SPAN_MS / 2)).toBe(true);
    expect(burst.isOn(NOW + BURST_SPAN_MS)).toBe(false);
    for (let request = 0; request < 500; request += 1) burst.accepted(NOW + BURST_SPAN_MS);
    expect(burst.isOn(NOW - 60_000)).toBe(false);
  });
});
