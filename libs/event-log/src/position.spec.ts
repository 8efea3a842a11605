import { describe, expect, it } from 'vitest';
import { comparePositions } from './position.ts';

describe('log positions', () => {
  it('are ordered as numbers of any size, with start before all', () => {
    const ordered = ['start', '0', '9', '10', '99', '18446744073709551614', '18446744073709551615'];
    expect(ordered.toReversed().sort(comparePositions)).toEqual(ordered);
    expect(comparePositions('7', '7')).toBe(0);
    expect(comparePositions('start', 'start')).toBe(0);
  });
});
