import type { Event, EventData } from '@holdpoint/contracts';

/** The two ways an answer gets back; each has its own attempts and its own end. */
export type Part = 'callback' | 'resume';
export type PartProgress = {
  attempts: number;
  /** Attempts since the schedule began anew: a replay gets all its steps again. */
  step: number;
  done: boolean;
  nextAttemptAt: string | null;
  /** Waits since the last attempt that used up none. */
  deferrals: number;
  /** It was given up before: a delivery after that is a recovery. */
  exhausted: boolean;
  /** When the schedule began anew, if it did. */
  since: string | null;
  /** Something was sent, or was about to be, and nobody knows whether it arrived. */
  inDoubt: 'sending' | 'unknown' | null;
};
/** How far the answer of one approval got, folded from `callback-<id>`. */
export type Progress = { revision: number } & Record<Part, PartProgress>;

const UNTRIED: PartProgress = {
  attempts: 0,
  step: 0,
  done: false,
  nextAttemptAt: null,
  deferrals: 0,
  exhausted: false,
  since: null,
  inDoubt: null,
};
/** Before the stream exists. */
export const NOTHING_TRIED: Progress = { revision: -1, callback: UNTRIED, resume: UNTRIED };

const tried = (part: PartProgress, attempt: number, nextAttemptAt: string | null): PartProgress => ({
  ...part,
  attempts: attempt,
  step: part.step + 1,
  done: false,
  nextAttemptAt,
  deferrals: 0,
});
const finished = (part: PartProgress): PartProgress => ({ ...part, done: true, nextAttemptAt: null });

/** What is only about to be sent uses up no step of the schedule: what comes of it will. */
const triedToResume = (part: PartProgress, { attempt, nextAttemptAt, outcome }: EventData<'ResumeAttempted'>): PartProgress => ({
  ...tried(part, attempt, nextAttemptAt),
  step: outcome === 'sending' ? part.step : part.step + 1,
  inDoubt: doubtAfter(part, outcome),
});

/** A definite refusal answers what was about to be sent; it says nothing of what was sent before. */
const doubtAfter = ({ inDoubt }: PartProgress, outcome: EventData<'ResumeAttempted'>['outcome']): PartProgress['inDoubt'] => {
  if (outcome === 'sending') return inDoubt ?? 'sending';
  if (outcome === 'unknown') return 'unknown';
  return inDoubt === 'sending' ? null : inDoubt;
};

const scheduled = (part: PartProgress, { reason, nextAttemptAt, at }: EventData<'CallbackScheduled'>): PartProgress =>
  reason === 'deferred'
    ? { ...part, nextAttemptAt, deferrals: part.deferrals + 1 }
    : { ...part, nextAttemptAt, step: 0, deferrals: 0, done: false, since: at };

/** Folds one event of `callback-<id>`; other types only move the revision. */
export const evolve = (progress: Progress, event: Event, revision: number): Progress => {
  const { callback, resume } = progress;
  switch (event.type) {
    case 'CallbackScheduled':
      return { revision, resume, callback: scheduled(callback, event.data) };
    case 'CallbackAttemptFailed':
      return { revision, resume, callback: tried(callback, event.data.attempt, event.data.nextAttemptAt) };
    case 'CallbackDelivered':
      return { revision, resume, callback: finished(tried(callback, event.data.attempt, null)) };
    case 'CallbackExhausted':
      return { revision, resume, callback: { ...finished(callback), exhausted: true } };
    case 'ResumeAttempted':
      return { revision, callback, resume: triedToResume(resume, event.data) };
    case 'RunResumed':
    case 'ResumeImpossible':
      return { revision, callback, resume: finished(tried(resume, event.data.attempt, null)) };
    default:
      return { ...progress, revision };
  }
};

/** A timer may ring a little early when the relay's clock is ahead of ours, milliseconds. */
const CLOCK_SKEW_MS = 1_000;

/** Whether an attempt is to be made now: not finished, and not waiting for a later time. */
export const isDue = (part: PartProgress, nowMs: number): boolean =>
  !part.done && (part.nextAttemptAt === null || Date.parse(part.nextAttemptAt) <= nowMs + CLOCK_SKEW_MS);
