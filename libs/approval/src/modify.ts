import type { Action, ApprovalEvent } from '@holdpoint/contracts';
import { argsProblem } from './args-schema.ts';
import { assertBelowCeiling } from './ceiling.ts';
import { assertNotClaimedByOther, claimDropped } from './claim.ts';
import type { Modify } from './commands.ts';
import { evolveReview } from './evolve-review.ts';
import { diffOf } from './json-diff.ts';
import { EDITED_ACTION_CHARS_MAX } from './limits.ts';
import { openSteps } from './opening.ts';
import { signatureOf } from './people.ts';
import { worldChanged } from './preconditions.ts';
import { Refused } from './refused.ts';
import { standingOf, type Standing } from './standing.ts';
import { assertSteppedUp, editNeedsStepUp, needsStepUp, stepUpOf } from './step-up.ts';
import { isSatisfied, replaced, type ApprovalState, type InReview, type OpenStep } from './state.ts';
import { gateEvaluated, openedBy, type Opened } from './step.ts';
import { approvedBy, permitVote } from './vote.ts';

/**
 * An edit is a new action: new hash, through the gate again, and every vote on the old action falls away. The editor's own word counts as a
 * vote for the edit where the gate lets this person decide it; otherwise the step the gate asks for opens with the edited action.
 * @throws Refused as for a vote; `invalid_action` when the tool differs, nothing changed, or `argsSchema` does not take the arguments;
 *   `decision_not_allowed` when the gate rejects the edit.
 */
export const modify = (command: Modify, state: ApprovalState): ApprovalEvent[] => {
  const { review, open } = permitVote('modify', command.by, state, command);
  assertBelowCeiling(command, review);
  assertValidEdit(command, review);
  const { evaluation, now } = command;
  if (evaluation.verdict === 'REJECT_AUTOMATICALLY')
    throw new Refused('decision_not_allowed', `Rule "${evaluation.policy.rule}" rejects the edited action: ${evaluation.explanation}`);
  assertSteppedUp(command, needsStepUp(review) || editNeedsStepUp(review.requested, evaluation), command.actionHash);
  const world = worldChanged(review, command.observed, now);
  if (world.length > 0) return world;
  const kept = keepsApprovals(command, review);
  const modified = actionModified(command, review, kept);
  const wanted = openedBy(evaluation, lastIndexOf(review) + 1, { now, expiresAt: review.expiresAt, people: command.people });
  const said = gateEvaluated(evaluation, now, wanted.unreachable);
  const edited: InReview = { ...evolveReview(review, modified), gate: said.data };
  return [modified, said, ...(kept ? afterKept(command, edited) : afterEdit(command, edited, open, wanted))];
};

/**
 * The policy lets approvals stand, and the very same rule of the very same version spoke with the same verdict: its route is the one that is
 * being followed. Anything else is another question.
 */
const keepsApprovals = ({ evaluation }: Modify, { gate }: InReview): boolean =>
  evaluation.keepApprovalsOnEdit === true &&
  evaluation.verdict === gate.verdict &&
  evaluation.policy.id === gate.policy.id &&
  evaluation.policy.version === gate.policy.version &&
  evaluation.policy.rule === gate.policy.rule &&
  evaluation.problems.length === 0;

/** Votes stand; the editor's counts too, if it is not used yet. */
const afterKept = (command: Modify, edited: InReview): ApprovalEvent[] => {
  const place = placeIn(edited.open, command, edited);
  return place === null ? edited.open.flatMap(open => claimDropped(edited, open, command.now)) : approvedBy(command, edited, ...place);
};

/** The editor's vote: in the open step where one vote satisfies it before and after the edit, otherwise in a step the gate asks for. */
const afterEdit = (command: Modify, edited: InReview, open: OpenStep, wanted: Opened): ApprovalEvent[] => {
  const inPlace = completedInPlace(command, edited, open, wanted);
  if (inPlace !== null) return inPlace;
  const dropped = edited.open.flatMap(one => claimDropped(edited, one, command.now));
  const { events, after } = openSteps(edited, wanted, edited.gate.verdict, command);
  const place = placeIn(after.open, command, after);
  return [...dropped, ...events, ...(place === null ? [] : approvedBy(command, after, ...place))];
};

/** One person had to say so before, one has to say so now, and this person may: no new step has to open for it. */
const completedInPlace = (command: Modify, edited: InReview, open: OpenStep, { steps }: Opened): ApprovalEvent[] | null => {
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0 || edited.open.length > 1) return null;
  if (open.step.approveCount !== 1 || step.approveCount !== 1) return null;
  const asWanted: OpenStep = {
    ...open,
    step: { ...step, index: open.step.index },
    approvals: [],
    rejections: [],
    assigned: [...open.assigned, ...(step.assigned ?? [])],
  };
  const review: InReview = { ...edited, open: replaced(edited.open, asWanted) };
  const place = placeIn([asWanted], command, review);
  return place === null ? null : approvedBy(command, review, ...place);
};

/** The first of these steps that takes the editor's vote, and in whose right. */
const placeIn = (steps: readonly OpenStep[], { by, solo, now }: Modify, review: InReview): [OpenStep, Standing] | null => {
  for (const open of steps) {
    if (isSatisfied(open)) continue;
    try {
      assertNotClaimedByOther(by, open, now);
      return [open, standingOf(by, open, review, solo)];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return null;
};

const lastIndexOf = ({ open }: InReview): number => Math.max(...open.map(({ step }) => step.index));

const actionModified = (command: Modify, review: InReview, kept: boolean): Extract<ApprovalEvent, { type: 'ActionModified' }> => ({
  type: 'ActionModified',
  data: {
    by: signatureOf(command.by),
    at: command.now,
    previousActionHash: review.action.hash,
    actionHash: command.actionHash,
    ...(kept ? { approvalsKept: true } : {}),
    ...stepUpOf(command),
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
