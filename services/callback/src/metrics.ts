import { counter, durations } from '@holdpoint/service-kit';

export type CallbackMetrics = {
  callbackAttempt(outcome: string, durationMs: number): void;
  resumeAttempt(outcome: string, durationMs: number): void;
};

/** Counts attempts by outcome, and how long receivers take. */
export const openCallbackMetrics = (): CallbackMetrics => {
  const callbacks = counter('holdpoint_callback_attempts_total', 'Callback attempts by outcome', ['outcome']);
  const resumes = counter('holdpoint_resume_attempts_total', 'Attempts to resume a run by outcome', ['outcome']);
  const seconds = durations('holdpoint_callback_attempt_seconds', 'Time one attempt took', ['kind']);
  return {
    callbackAttempt: (outcome, durationMs) => {
      callbacks.inc({ outcome });
      seconds.observe({ kind: 'callback' }, durationMs / 1_000);
    },
    resumeAttempt: (outcome, durationMs) => {
      resumes.inc({ outcome });
      seconds.observe({ kind: 'resume' }, durationMs / 1_000);
    },
  };
};
