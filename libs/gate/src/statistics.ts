/** A share with the interval it lies in at the confidence asked for. */
export type Interval = { rate: number; low: number; high: number };

/** 95 % confidence. */
const Z_95 = 1.96;

/**
 * Wilson's score interval of a share: right also for few cases and for shares near 0 and 1, where the textbook interval is not
 * (E. B. Wilson, 1927).
 * @param k how many of them
 * @param n how many in all; without any, nothing is known and the interval is 0 to 1
 * @param z quantile of the normal distribution, 1.96 for 95 %
 */
export const wilson = (k: number, n: number, z = Z_95): Interval => {
  if (n <= 0) return { rate: 0, low: 0, high: 1 };
  const rate = k / n;
  const zz = z * z;
  const middle = (rate + zz / (2 * n)) / (1 + zz / n);
  const half = (z / (1 + zz / n)) * Math.sqrt((rate * (1 - rate)) / n + zz / (4 * n * n));
  return { rate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
};
