import type { AmountBand } from '@holdpoint/contracts';
import { bandOf } from './calibrate.ts';
import { wilson } from './statistics.ts';

/** A look afterwards at what a rule let through. */
export type Sample = { agentId: string; tool: string; amount: number | null; agreed: boolean };
/** A band whose samples people reject more often than is tolerated. */
export type Drift = { agentId: string; tool: string; band: AmountBand; sampled: number; rejected: number };

/** Share of rejected samples that is tolerated: one in twenty. */
export const DRIFT_TOLERATED = 0.05;
/** One rejection alone is no trend, however few samples there are. */
export const DRIFT_REJECTIONS_MIN = 2;

/** Whether samples are rejected beyond what is tolerated: even the lower end of the interval of their share is above it. */
export const hasDrifted = (sampled: number, rejected: number): boolean =>
  rejected >= DRIFT_REJECTIONS_MIN && wilson(rejected, sampled).low > DRIFT_TOLERATED;

/** Bands that drifted, of all samples looked at since each band was last released. */
export const driftOf = (samples: Iterable<Sample>): Drift[] => {
  const bands = new Map<string, Drift>();
  for (const { agentId, tool, amount, agreed } of samples) {
    const band = bandOf(amount);
    const key = JSON.stringify([agentId, tool, band]);
    const before = bands.get(key) ?? { agentId, tool, band, sampled: 0, rejected: 0 };
    bands.set(key, { ...before, sampled: before.sampled + 1, rejected: before.rejected + (agreed ? 0 : 1) });
  }
  return [...bands.values()].filter(({ sampled, rejected }) => hasDrifted(sampled, rejected));
};
