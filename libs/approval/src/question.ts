import type { ApprovalEvent } from '@holdpoint/contracts';
import { clockRuns, clockStopped } from './clock.ts';
import type { Answer, Ask } from './commands.ts';
import { assertRoomForRemarks } from './comment.ts';
import { evolveReview } from './evolve-review.ts';
import { QUESTIONS_OPEN_MAX } from './limits.ts';
import { isAdmin, mayDecideAny, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, InReview } from './state.ts';
import { assertInReview, assertInTime } from './terminal.ts';

/**
 * A question to the agent. Where the policy says so, the clock stands still until every such question is answered, at most until the agent's
 * own deadline.
 * @throws Refused `note_required` for an empty one, `not_eligible`, `approval_expired`.
 */
export const ask = (command: Ask, state: ApprovalState): ApprovalEvent[] => {
  const review = permitAsk(command.by, state, command.now);
  const { questionId, text, now } = command;
  if (text.trim() === '') throw new Refused('note_required', 'Write the question into `note`.');
  const by = signatureOf(command.by);
  const pausesDeadline = review.gate.settings?.questionsPauseDeadline === true;
  const asked: ApprovalEvent = { type: 'QuestionAsked', data: { questionId, by, at: now, pausesDeadline, private: { text } } };
  return pausesDeadline && review.clock === null ? [asked, clockStopped(review, by, now)] : [asked];
};

/** @throws Refused when this person may not ask now. */
export const permitAsk = (by: Person, state: ApprovalState, now: string): InReview => {
  assertInReview(state);
  assertInTime(state, now);
  if (!mayDecideAny(by, state) && !isAdmin(by))
    throw new Refused('not_eligible', 'Only who may decide it, an admin or an owner may ask the agent.');
  assertRoomForRemarks(state);
  if (state.questions.length >= QUESTIONS_OPEN_MAX)
    throw new Refused('decision_not_allowed', `The agent owes ${QUESTIONS_OPEN_MAX} answers already; wait for them.`);
  return state;
};

/**
 * The agent answers. With the last answer it owed, a clock that stood still goes on.
 * @throws Refused `question_not_open` when nobody asked that, or it is answered; `already_decided`; `approval_expired`.
 */
export const answer = (command: Answer, state: ApprovalState): ApprovalEvent[] => {
  assertInReview(state);
  const { questionId, text, by, now } = command;
  assertInTime(state, now);
  if (!state.questions.some(({ id }) => id === questionId))
    throw new Refused('question_not_open', 'There is no such question, or it is answered.');
  const answered = { type: 'QuestionAnswered' as const, data: { questionId, by, at: now, private: { text } } };
  const after = evolveReview(state, answered);
  const { clock } = after;
  return clock !== null && !after.questions.some(({ stopsClock }) => stopsClock)
    ? [answered, clockRuns(after, clock, by, now)]
    : [answered];
};
