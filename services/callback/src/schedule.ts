/**
 * Longest wait before each attempt of a callback, seconds: Standard Webhooks' example schedule, with quick steps in front because an agent
 * is waiting, and a few days' steps behind. Waits are drawn between nothing and these (full jitter), so that on average the seventeen
 * attempts take three days, and at most six.
 */
export const CALLBACK_SCHEDULE_SEC: readonly number[] = [
  0, 2, 5, 15, 30, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 86_400, 86_400,
];

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
 * How much of a wait is left to chance. `full` spreads the attempts of many callbacks best, so that a receiver that comes back is not met by
 * all of them at once; `half` keeps at least half of the wait, for a schedule that has to reach a certain time.
 */
export type Jitter = 'full' | 'half';

/**
 * @param attempts attempts made so far
 * @param random 0 ≤ random < 1
 * @param retryAfterSec what the receiver asked for, seconds
 * @returns milliseconds until the next attempt, or null when there is none left
 */
export const nextDelayMs = (
  attempts: number,
  schedule: readonly number[],
  random: number,
  jitter: Jitter,
  retryAfterSec = 0,
): number | null => {
  const baseSec = schedule[attempts];
  if (baseSec === undefined) return null;
  const waitSec = baseSec * (jitter === 'full' ? random : 0.5 + random / 2);
  return Math.round(1_000 * Math.max(waitSec, Math.min(retryAfterSec, RETRY_AFTER_SEC_MAX)));
};

/** Longest extra wait of what waits without an attempt, milliseconds. The wait doubles up to here, so that days behind a breaker are some eighty events. */
const DEFERRAL_MS_MAX = 3_600_000;

/**
 * How long to wait without using up an attempt.
 * @param heldMs what the breaker asks for at least, milliseconds
 * @param deferrals waits of this kind so far
 * @param spreadMs over how long the first such waits of many callbacks are spread, milliseconds
 */
export const deferralMs = (heldMs: number, deferrals: number, random: number, spreadMs: number): number =>
  Math.round(heldMs + random * Math.min(spreadMs * 2 ** Math.min(deferrals, 20), DEFERRAL_MS_MAX));

/** The longest a schedule takes, milliseconds: who waited that long behind a breaker is sent in spite of it, for the last time. */
export const scheduleMs = (schedule: readonly number[]): number => 1_000 * schedule.reduce((sum, sec) => sum + sec, 0);

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
