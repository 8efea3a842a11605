import type { Action, ApprovalEvent, DecidedBy, ReviewStep } from '@holdpoint/contracts';
import { argsProblem } from './args-schema.ts';
import { claimDropped } from './claim.ts';
import type { Modify } from './commands.ts';
import { diffOf } from './json-diff.ts';
import { EDITED_ACTION_CHARS_MAX } from './limits.ts';
import { mayDecide, signatureOf } from './people.ts';
import { Refused } from './refused.ts';
import { effectiveActionOf, type ApprovalState, type InReview } from './state.ts';
import { firstStepOf, gateEvaluated, outcomeOf, stepOpened } from './step.ts';
import { afterApproval, approvedBy, permitVote } from './vote.ts';

/**
 * An edit is a new action: new hash, through the gate again, and every vote on the old action falls away. The editor's own word counts as a
 * vote for the edit where the gate lets this person decide it; otherwise the step the gate asks for opens with the edited action.
 * @throws Refused as for a vote; `invalid_action` when the tool differs, nothing changed, or `argsSchema` does not take the arguments;
 *   `decision_not_allowed` when the gate rejects the edit.
 */
export const modify = (command: Modify, state: ApprovalState): ApprovalEvent[] => {
  const review = permitVote('modify', command.by, state, command.now, command.step);
  assertValidEdit(command, review);
  const { evaluation, now } = command;
  if (evaluation.verdict === 'REJECT_AUTOMATICALLY')
    throw new Refused('decision_not_allowed', `Rule "${evaluation.policy.rule}" rejects the edited action: ${evaluation.explanation}`);
  const by = signatureOf(command.by);
  const gate = gateEvaluated(evaluation, now);
  const edited: InReview = { ...withEdit(command, review), gate: gate.data };
  return [actionModified(command, by, review), gate, ...afterEdit(command, by, edited)];
};

/** The editor's vote: in the open step where one vote completes it before and after the edit, otherwise in the step the gate asks for. */
const afterEdit = (command: Modify, by: DecidedBy, edited: InReview): ApprovalEvent[] => {
  const { open } = edited;
  const wanted = firstStepOf(command.evaluation, open.step.index);
  const counts = mayDecide(command.by, { step: wanted, level: open.level }) && !excluded(command, edited, wanted.excludeRequester);
  if (counts && open.step.approveCount === 1 && wanted.approveCount === 1) {
    const completing: InReview = { ...edited, open: { ...open, step: wanted } };
    return [approvedBy(by, command, edited), ...afterApproval(by, command, completing)];
  }
  const reopened = reopenedWith({ ...wanted, index: open.step.index + 1 }, edited, command.now);
  const asked = [
    ...claimDropped(edited, command.now),
    stepOpened(edited.requested, edited.action, reopened.open.step, reopened.gate.verdict, command.now),
  ];
  return counts ? [...asked, approvedBy(by, command, reopened), ...afterApproval(by, command, reopened)] : asked;
};

const reopenedWith = (step: ReviewStep, edited: InReview, now: string): InReview => ({
  ...edited,
  open: { ...edited.open, step, level: 0, exhausted: false },
  passed: [...edited.passed, outcomeOf(edited.open, now)],
  claim: null,
});

const excluded = ({ by }: Modify, { requested }: InReview, excludeRequester: boolean): boolean =>
  excludeRequester && (by.ownsAgent || requested.private.principal?.id === by.id);

const withEdit = (command: Modify, review: InReview): InReview => ({
  ...review,
  action: { action: command.action, hash: command.actionHash, diff: diffOf(effectiveActionOf(review.requested), command.action) },
  open: { ...review.open, approvals: [], rejections: [] },
  voters: [],
});

const actionModified = (command: Modify, by: DecidedBy, review: InReview): ApprovalEvent => ({
  type: 'ActionModified',
  data: {
    by,
    at: command.now,
    previousActionHash: review.action.hash,
    actionHash: command.actionHash,
    private: { action: command.action, diff: diffOf(review.action.action, command.action), note: command.note ?? null },
  },
});

const assertValidEdit = ({ action, actionHash }: Modify, review: InReview): void => {
  const problem = editProblem(action, actionHash, review);
  if (problem !== null) throw new Refused('invalid_action', problem);
};

const editProblem = (action: Action, actionHash: string, { action: current, requested }: InReview): string | null => {
  if (action.name !== current.action.name) return `An edit keeps the tool: ${current.action.name}, not ${action.name}.`;
  if (actionHash === current.hash) return 'Nothing was changed; approve it instead.';
  if (JSON.stringify(action).length > EDITED_ACTION_CHARS_MAX)
    return `The edited action is longer than ${EDITED_ACTION_CHARS_MAX} characters of JSON.`;
  const schema = requested.private.argsSchema;
  return schema === undefined ? null : argsProblem(schema, action.args);
};
