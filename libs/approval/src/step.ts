import type { AlertText, ApprovalEvent, EventData, GateEvaluation, ReviewStep, RouteStep, Verdict } from '@holdpoint/contracts';
import type { CurrentAction, OpenStep, Requested, StepOutcome } from './state.ts';
import { later, reached } from './time.ts';

/**
 * The first step of an evaluation's route, with the steps that follow it.
 * @param index position in the approval's life, counted over all steps it ever opened.
 */
export const firstStepOf = (evaluation: GateEvaluation, index: number): ReviewStep => {
  const { route, verdict } = evaluation;
  return stepOf(route.steps, index, {
    seniorOnly: verdict === 'ESCALATE_SENIOR',
    escalateAfterSec: route.escalateAfterSec,
    backups: route.backups,
  });
};

/** The step that follows, or null when this one is the last. */
export const stepAfter = (step: ReviewStep): ReviewStep | null =>
  step.laterSteps === undefined || step.laterSteps.length === 0 ? null : stepOf(step.laterSteps, step.index + 1, step);

const stepOf = (
  steps: readonly RouteStep[],
  index: number,
  route: Pick<ReviewStep, 'seniorOnly' | 'escalateAfterSec' | 'backups'>,
): ReviewStep => {
  const [step, ...later] = steps;
  if (step === undefined) throw new TypeError('a route has at least one step');
  return {
    index,
    name: step.name,
    approvers: step.approvers,
    approveCount: step.approveCount,
    rejectCount: step.rejectCount,
    excludeRequester: step.excludeRequester,
    seniorOnly: route.seniorOnly,
    escalateAfterSec: route.escalateAfterSec,
    backups: route.backups,
    ...(later.length === 0 ? {} : { laterSteps: later }),
  };
};

/** When a wait that begins now escalates; null when it never does or the deadline comes first. */
export const escalateAtOf = (step: Pick<ReviewStep, 'escalateAfterSec'>, now: string, expiresAt: string): string | null => {
  if (step.escalateAfterSec === null) return null;
  const due = later(now, step.escalateAfterSec);
  return reached(due, expiresAt) ? null : due;
};

/** `ReviewStepOpened`: people are asked from now on. */
export const stepOpened = (
  requested: Requested,
  action: CurrentAction,
  step: ReviewStep,
  verdict: Verdict,
  now: string,
): ApprovalEvent => ({
  type: 'ReviewStepOpened',
  data: {
    step,
    verdict,
    riskLevel: requested.riskLevel,
    openedAt: now,
    expiresAt: requested.expiresAt,
    escalateAt: escalateAtOf(step, now, requested.expiresAt),
    private: { alert: alertOf(requested, action) },
  },
});

/** What an alert may say: the agent's words, and the name of the tool that would run. */
export const alertOf = (requested: Requested, action: CurrentAction): AlertText => {
  const { contextSummary, proposedAction, entityId } = requested.private.arguments;
  return { contextSummary, proposedAction, entityId, actionName: action.action.name };
};

/** How a step ended that is left behind for another one. */
export const outcomeOf = (open: OpenStep, at: string): StepOutcome =>
  open.approvals.length >= open.step.approveCount
    ? { name: open.step.name, outcome: 'approved', by: [...open.approvals], at }
    : { name: open.step.name, outcome: 'skipped', by: [...open.approvals], at: null };

/** `GateEvaluated` of an evaluation. */
export const gateEvaluated = (evaluation: GateEvaluation, now: string): { type: 'GateEvaluated'; data: EventData<'GateEvaluated'> } => ({
  type: 'GateEvaluated',
  data: {
    verdict: evaluation.verdict,
    policy: evaluation.policy,
    explanation: evaluation.explanation,
    problems: evaluation.problems,
    evaluatedAt: now,
    approvalValidSec: evaluation.approvalValidSec,
    private: { facts: evaluation.facts },
  },
});
