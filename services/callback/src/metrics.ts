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
  // Looked up once: prom-client sorts and joins the labels at every call that names them.
  const [ofCallbacks, ofResumes, delivered] = [seconds.labels('callback'), seconds.labels('resume'), callbacks.labels('delivered')];
  return {
    callbackAttempt: (outcome, durationMs) => {
      if (outcome === 'delivered') delivered.inc();
      else callbacks.inc({ outcome });
      ofCallbacks.observe(durationMs / 1_000);
    },
    resumeAttempt: (outcome, durationMs) => {
      resumes.inc({ outcome });
      ofResumes.observe(durationMs / 1_000);
    },
  };
};
