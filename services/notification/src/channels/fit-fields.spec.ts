import { describe, expect, it } from 'vitest';
import { CUT_NOTICE, fitFields } from './fit-fields.ts';

const field = (text: string, cut = false) => ({ label: 'Summary', text, cut });
const total = (fields: { label: string; text: string }[]) => fields.reduce((sum, { label, text }) => sum + label.length + text.length, 0);

describe("the agent's texts in what a channel has left", () => {
  it('stay as they are while there is room', () => {
    expect(fitFields([field('a'), field('b')], 100)).toEqual([
      { label: 'Summary', text: 'a' },
      { label: 'Summary', text: 'b' },
    ]);
  });

  it('say so when they were cut before', () => {
    expect(fitFields([field('a', true)], 100)).toEqual([{ label: 'Summary', text: `a ${CUT_NOTICE}` }]);
  });

  it('are cut evenly and between whole characters, and what a short one leaves goes to the long ones', () => {
    const family = '👩‍👩‍👧‍👦';
    const fitted = fitFields([field(family.repeat(100)), field('short'), field('x'.repeat(900))], 500);
    expect(total(fitted)).toBeLessThanOrEqual(500);
    expect(total(fitted)).toBeGreaterThan(470);
    expect(fitted[0]!.text).toMatch(new RegExp(`^(${family})+ \\[cut;`));
    expect(fitted[1]!.text).toBe('short');
    expect(fitted[2]!.text).toContain(CUT_NOTICE);
  });

  it('leave the notice alone where nothing fits', () => {
    expect(fitFields([field('x'.repeat(100))], CUT_NOTICE.length + 8)).toEqual([{ label: 'Summary', text: CUT_NOTICE }]);
  });
});
