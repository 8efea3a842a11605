/**
 * Wait before each attempt of a callback, seconds: Standard Webhooks' example schedule, with quick steps in front because an agent is
 * waiting. Fourteen attempts over about four days.
 */
export const CALLBACK_SCHEDULE_SEC: readonly number[] = [0, 2, 5, 15, 30, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/**
 * Wait before each attempt to resume a run, seconds. A run of an assistants-compatible server lives ten minutes, so the steps stay
 * short and, with the shortest jitter, still reach past that: the last one reads that the run expired.
 */
export const RESUME_SCHEDULE_SEC: readonly number[] = [
  0, 1, 2, 3, 5, 10, 15, 30, 30, 60, 60, 60, 60, 60, 60, 60, 60, 120, 120, 120, 180, 180,
];

/** A receiver may ask for more patience, up to a day, seconds. */
const RETRY_AFTER_SEC_MAX = 86_400;

/**
 * @param attempts attempts made so far
 * @param jitter 0 ≤ jitter < 1, random: spreads the attempts of many callbacks over the second half of the wait, so that a receiver
 *   that comes back is not met by all of them at once
 * @param retryAfterSec what the receiver asked for, seconds
 * @returns milliseconds until the next attempt, or null when there is none left
 */
export const nextDelayMs = (attempts: number, schedule: readonly number[], jitter: number, retryAfterSec = 0): number | null => {
  const baseSec = schedule[attempts];
  if (baseSec === undefined) return null;
  return Math.round(1_000 * Math.max(baseSec * (0.5 + jitter / 2), Math.min(retryAfterSec, RETRY_AFTER_SEC_MAX)));
};

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date.
 * @returns seconds from `nowMs`, 0 when absent, past or unreadable
 */
export const retryAfterSecOf = (header: string | undefined, nowMs: number): number => {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? 0 : Math.max(0, (atMs - nowMs) / 1_000);
};
