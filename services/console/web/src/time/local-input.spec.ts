import { describe, expect, it } from 'vitest';
import { extendPresets, instantOfInput, localInput, snoozePresets } from './local-input.ts';

const now = new Date(2026, 10, 23, 15, 4).getTime();
const HOUR = 3_600_000;

describe('a time a person picks', () => {
  it('goes to the field and back', () => {
    expect(localInput(now)).toBe('2026-11-23T15:04');
    expect(instantOfInput(localInput(now))).toBe(new Date(now).toISOString());
    expect(instantOfInput('')).toBeNull();
    expect(instantOfInput('2026-99-99T00:00')).toBeNull();
  });

  it('is offered before the deadline only', () => {
    expect(snoozePresets(now, now + HOUR).map(({ label }) => label)).toEqual(['5 minutes', '30 minutes']);
    expect(snoozePresets(now, now + 48 * HOUR).map(({ label }) => label)).toContain('Tomorrow 9:00');
    expect(snoozePresets(now, now + 60_000)).toEqual([]);
  });

  it('extends to the limit at most', () => {
    expect(extendPresets(now, now)).toEqual([]);
    expect(extendPresets(now, now + HOUR).map(({ label }) => label)).toEqual(['30 minutes more', 'As far as possible']);
  });
});
