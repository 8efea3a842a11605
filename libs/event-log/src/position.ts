/**
 * Compares two log positions.
 * @returns below 0 when `a` comes before `b`, 0 when they are the same, above 0 otherwise; `start` comes before everything
 */
export const comparePositions = (a: string, b: string): number => {
  if (a === b) return 0;
  if (a === 'start') return -1;
  if (b === 'start') return 1;
  // Decimal strings without leading zeros: the longer is the larger.
  return a.length - b.length || (a < b ? -1 : 1);
};
