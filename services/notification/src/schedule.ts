import type { Failure, FailureClass } from './channels/channel.ts';

/**
 * Wait after each failure, seconds; five attempts in all. Escalation reaches other people meanwhile, so giving up after half an hour is
 * soon enough to be honest and late enough for a restarted mail server.
 */
export const RETRY_AFTER_FAILURE_SEC: readonly number[] = [5, 30, 180, 1_200];

/** An alert that may have arrived is sent once more: a duplicate is cheaper than a loss, three are a nuisance. */
const UNKNOWN_OUTCOME_RETRIES = 1;
const PERMANENT: ReadonlySet<FailureClass> = new Set([
  'recipient_gone',
  'recipient_blocked',
  'window_closed',
  'content_rejected',
  'config',
  'unsupported',
]);
/** Whether trying again is of no use: the next address or person is told instead. */
export const isPermanent = (failure: FailureClass): boolean => PERMANENT.has(failure);

/**
 * @param failures failures of this attempt so far, this one included
 * @param jitter 0 ≤ jitter < 1, random
 * @returns milliseconds until the next try, or null when there is none
 */
export const nextTryMs = (failure: Failure, failures: number, jitter: number): number | null => {
  if (isPermanent(failure.class)) return null;
  if (failure.class === 'unknown_outcome' && failures > UNKNOWN_OUTCOME_RETRIES) return null;
  const baseSec = RETRY_AFTER_FAILURE_SEC[failures - 1];
  return baseSec === undefined ? null : Math.round(Math.max(baseSec * 1_000 * (0.8 + 0.4 * jitter), failure.retryAfterMs ?? 0));
};
