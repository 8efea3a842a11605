import type { Decision, Source } from '@holdpoint/contracts';
import type { ParsedCall, Place } from './pending-call.ts';

/** One agent framework, both ways: what its pause asks, and what it accepts as the answer. Pure. */
export type WayIn<Answer = unknown> = {
  /** The folder's name. */
  id: string;
  source: Source;
  /**
   * Reads the framework's own pause into bodies for `POST /v1/approvals`, one per call that waits, in its order. Empty when nothing waits.
   * @throws UnknownPause for a shape that is not known
   */
  parse(pause: unknown, place?: Place): ParsedCall[];
  /**
   * Turns decisions into exactly what the framework accepts for this pause. "No" never lets anything run, whatever was noted.
   * @throws AnswerIncomplete when the framework takes all answers at once and some are missing
   * @throws UnknownPause as `parse`
   */
  format(decisions: readonly Decision[], pause: unknown, place?: Place): Answer;
};
