import type { GateContext } from './context.ts';

/**
 * The context in which the rules alone speak: nothing is switched off, taken back, granted or sampled, and no history is known. Cases of a
 * policy file and examples start from it.
 */
export const plainContext = (parts: Partial<GateContext> = {}): GateContext => ({
  now: '2026-11-23T12:00:00.000Z',
  random: 1,
  workingHours: null,
  killSwitch: null,
  returnedBands: [],
  escalation: () => null,
  ...parts,
});
