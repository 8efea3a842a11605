import { describe, expect, it } from 'vitest';
import { startPace } from './pace.ts';

/** When changes at these times are shown, milliseconds. */
const shownAt = (changes: readonly number[]): number[] => {
  const pace = startPace();
  const shown: number[] = [];
  for (const at of changes) {
    // While a refresh is due, further changes wait for it.
    if (at <= (shown.at(-1) ?? -1)) continue;
    const due = at + pace.wait(at);
    pace.refreshed(due);
    shown.push(due);
  }
  return shown;
};

describe('a refresh after a change', () => {
  it('comes at once after a quiet while, whatever came before', () => {
    expect(shownAt([5_000])).toEqual([5_010]);
    expect(shownAt([5_000, 7_000, 9_000])).toEqual([5_010, 7_010, 9_010]);
  });

  it('comes soon again for what follows a moment later', () => {
    expect(shownAt([0, 30])).toEqual([10, 210]);
  });

  it('comes once a second while changes keep coming', () => {
    const shown = shownAt(Array.from({ length: 1_000 }, (_, index) => index * 10));
    expect(shown.length).toBeLessThanOrEqual(14);
    expect(shown.slice(-3).map((at, index, all) => at - (all[index - 1] ?? at - 1_000))).toEqual([1_000, 1_000, 1_000]);
  });
});
