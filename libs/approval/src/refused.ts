import { REFUSALS, type DecidedBy, type RefusalCode } from '@holdpoint/contracts';

/**
 * A command the decider does not carry out. `code` is stable (see `REFUSALS` in contracts for its HTTP status); `detail` names the rule
 * or the winner; `by` and `at` say who was faster, where somebody was.
 */
export class Refused extends Error {
  readonly by: DecidedBy | undefined;
  readonly at: string | undefined;

  constructor(
    readonly code: RefusalCode,
    readonly detail: string,
    winner: { by?: DecidedBy; at?: string } = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Refused';
    this.by = winner.by;
    this.at = winner.at;
  }

  /** HTTP status of this refusal. */
  get status(): number {
    return REFUSALS[this.code];
  }
}
