const HOUR_SEC = 3_600;

/** How long what was before a rotation goes on working, seconds. */
export const OVERLAPS = [0, HOUR_SEC, 24 * HOUR_SEC, 7 * 24 * HOUR_SEC] as const;

/** The same in words: `the old one works for 24 h`. */
export const overlapWords = (seconds: number): string =>
  seconds === 0
    ? 'the old one ends at once'
    : `the old one works for ${seconds < 48 * HOUR_SEC ? `${seconds / HOUR_SEC} h` : `${seconds / (24 * HOUR_SEC)} days`}`;
