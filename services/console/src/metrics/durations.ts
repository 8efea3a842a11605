import type { DurationFigures } from '@holdpoint/contracts';

/** The value below which `share` of a sorted list lies (nearest rank); null of an empty one. */
export const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

/** Sorts the values in place. @returns how many there are, and their p50, p90 and p99, to the millisecond */
export const durationsOf = (values: number[]): DurationFigures => {
  values.sort((a, b) => a - b);
  return { count: values.length, p50: quantile(values, 0.5), p90: quantile(values, 0.9), p99: quantile(values, 0.99) };
};
