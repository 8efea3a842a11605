/** RFC 9457 problem document, as the API answers every error. `code` is stable. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
};

/** An answer of the API that is not the one asked for, or no answer at all (`status` 0, code `unreachable`). */
export class HoldpointError extends Error {
  readonly status: number;
  /** Stable code of the problem, for example `rate_limited`, `idempotency_key_reused` or `erased`. */
  readonly code: string;
  readonly problem: Problem;
  /** Seconds the server asked to wait, if it did. */
  readonly retryAfterSec: number | null;

  constructor(problem: Problem, retryAfterSec: number | null = null) {
    super(problem.detail || problem.title);
    this.name = 'HoldpointError';
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfterSec = retryAfterSec;
  }
}
