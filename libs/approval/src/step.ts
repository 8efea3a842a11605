import type { AlertText, ApprovalEvent, EventData, GateEvaluation, ReviewStep, RouteStep, Verdict } from '@holdpoint/contracts';
import { ladderOf, planOf, quorumOf, type Ladder } from '@holdpoint/gate';
import type { AskedPeople } from './commands.ts';
import { gatedRisk } from './gated-risk.ts';
import { isLookedUp, rungAfter } from './rungs.ts';
import type { CurrentAction, InReview, Requested } from './state.ts';
import { later, reached } from './time.ts';

/** What opens steps: the rest of a route, and what is done about a step that nobody decides. */
type Source = Pick<ReviewStep, 'seniorOnly' | 'escalateAfterSec' | 'backups'> & { ladder: Ladder | null };
/** When, until when, and who is asked at that instant. */
export type Opening = { now: string; expiresAt: string; people: AskedPeople };

/** Steps to be opened together, and what to say when they cannot be answered. */
export type Opened = { steps: ReviewStep[]; unreachable: string | null };

/**
 * The first step of an evaluation's route, with the steps that follow it; all of them where the route is parallel.
 * @param index position in the approval's life, counted over all steps it ever opened.
 */
export const openedBy = ({ route, verdict }: GateEvaluation, index: number, opening: Opening): Opened => {
  const source: Source = {
    seniorOnly: verdict === 'ESCALATE_SENIOR',
    escalateAfterSec: route.escalateAfterSec,
    backups: route.backups,
    ladder: longLadderOf(route),
  };
  const size = route.steps.length;
  if (route.order !== 'parallel' || size < 2) return together([stepOf(route.steps, index, source, opening)]);
  const parallel = { first: index, size };
  return together(
    route.steps.map((step, at) => {
      const { step: opened, unreachable } = stepOf([step], index + at, source, opening);
      return { step: { ...opened, parallel }, unreachable };
    }),
  );
};

/** The step that follows, or null when this one is the last. */
export const stepAfter = (step: ReviewStep, opening: Opening): Opened | null =>
  step.laterSteps === undefined || step.laterSteps.length === 0
    ? null
    : together([stepOf(step.laterSteps, step.index + 1, { ...step, ladder: step.laterLadder ?? null }, opening)]);

const together = (opened: readonly { step: ReviewStep; unreachable: string | null }[]): Opened => ({
  steps: opened.map(({ step }) => step),
  unreachable: opened.find(({ unreachable }) => unreachable !== null)?.unreachable ?? null,
});

/** A ladder that levels were written for; null for the short form. */
const longLadderOf = ({ escalation }: GateEvaluation['route']): Ladder | null => {
  if (escalation === undefined) return null;
  const { version, document } = escalation;
  return { policy: version === null ? null : { id: document.id, version }, document };
};

const stepOf = (
  steps: readonly RouteStep[],
  index: number,
  source: Source,
  opening: Opening,
): { step: ReviewStep; unreachable: string | null } => {
  const [step, ...later] = steps;
  if (step === undefined) throw new TypeError('a route has at least one step');
  const { operators, standIns } = opening.people(step.approvers, source.seniorOnly);
  const escalation = planFor(source, opening);
  const opened: ReviewStep = {
    index,
    name: step.name,
    approvers: step.approvers,
    approveCount: step.approvePercent === undefined ? step.approveCount : quorumOf(step, operators.length),
    rejectCount: step.rejectCount,
    excludeRequester: step.excludeRequester,
    seniorOnly: source.seniorOnly,
    escalateAfterSec: source.escalateAfterSec,
    backups: source.backups,
    ...(escalation === null ? {} : { escalation }),
    ...(isLookedUp(step.approvers) ? { assigned: [...operators] } : {}),
    ...(standIns.length === 0 ? {} : { standIns: [...standIns] }),
    ...(step.excludePreviousApprovers === undefined ? {} : { excludePreviousApprovers: step.excludePreviousApprovers }),
    ...(later.length === 0 ? {} : { laterSteps: later }),
    ...(later.length === 0 || source.ladder === null ? {} : { laterLadder: source.ladder }),
  };
  return { step: opened, unreachable: operators.length >= opened.approveCount ? null : unreachable(opened, operators, opening) };
};

/**
 * The timetable of a ladder, worked out against the deadline. The short form needs none while it fits: its rungs then follow each other at
 * equal distances.
 */
const planFor = ({ ladder, escalateAfterSec, backups }: Source, { now, expiresAt }: Opening): ReviewStep['escalation'] | null => {
  if (ladder !== null) return planOf(ladder, now, expiresAt);
  if (escalateAfterSec === null || backups.length === 0) return null;
  const fits = reached(expiresAt, later(now, escalateAfterSec * (backups.length + 1)));
  return fits ? null : planOf(ladderOf({ escalateAfterSec, backups }), now, expiresAt);
};

/** Why a step cannot be decided whatever rung is reached; null when it can. */
const unreachable = (step: ReviewStep, asked: readonly string[], { people }: Opening): string | null => {
  const everybody = new Set(asked);
  for (let rung = rungAfter(step, 0); rung !== null; rung = rungAfter(step, rung.level))
    for (const id of people(rung.targets, step.seniorOnly).operators) everybody.add(id);
  if (everybody.size >= step.approveCount) return null;
  return `Step "${step.name}" needs ${step.approveCount} and can ask ${everybody.size}.`;
};

/** `ReviewStepOpened`: people are asked from now on. */
export const stepOpenedEvent = (
  { requested, action, clock }: { requested: Requested; action: CurrentAction; clock: InReview['clock'] },
  step: ReviewStep,
  verdict: Verdict,
  { now, expiresAt }: Opening,
): { type: 'ReviewStepOpened'; data: EventData<'ReviewStepOpened'> } => ({
  type: 'ReviewStepOpened',
  data: {
    step,
    verdict,
    riskLevel: gatedRisk(requested.riskLevel, verdict),
    openedAt: now,
    expiresAt,
    escalateAt: clock === null ? firstDue(step, now, expiresAt) : null,
    private: { alert: alertOf(requested, action) },
  },
});

const firstDue = ({ escalation, escalateAfterSec }: ReviewStep, now: string, expiresAt: string): string | null => {
  const due =
    escalation === undefined
      ? escalateAfterSec === null
        ? null
        : later(now, escalateAfterSec)
      : (escalation.timetable[0]?.at ?? escalation.exhaustedAt);
  return due === null || reached(due, expiresAt) ? null : due;
};

/** What an alert may say: the agent's words, and the name of the tool that would run. */
export const alertOf = (requested: Requested, action: CurrentAction): AlertText => {
  const { contextSummary, proposedAction, entityId } = requested.private.arguments;
  return { contextSummary, proposedAction, entityId, actionName: action.action.name };
};

type GateEvaluated = { type: 'GateEvaluated'; data: EventData<'GateEvaluated'> };

/** `GateEvaluated` of an evaluation. What a request does not use is left out. */
export const gateEvaluated = (evaluation: GateEvaluation, now: string, unreachableWhy: string | null = null): GateEvaluated => {
  const settings = settingsOf(evaluation);
  return {
    type: 'GateEvaluated',
    data: {
      verdict: evaluation.verdict,
      policy: evaluation.policy,
      explanation: evaluation.explanation,
      problems: evaluation.problems,
      evaluatedAt: now,
      approvalValidSec: evaluation.approvalValidSec,
      ...(evaluation.grantId === undefined ? {} : { grantId: evaluation.grantId }),
      ...(evaluation.sampled === undefined ? {} : { sampled: evaluation.sampled }),
      ...(unreachableWhy === null ? {} : { reachable: { ok: false, reason: unreachableWhy } }),
      ...(settings === null ? {} : { settings }),
      private: { facts: evaluation.facts },
    },
  };
};

const settingsOf = (evaluation: GateEvaluation): EventData<'GateEvaluated'>['settings'] | null => {
  const { keepApprovalsOnEdit, questionsPauseDeadline, extendSecMax, rejectReasons, stepUp } = evaluation;
  const settings = {
    ...(keepApprovalsOnEdit === undefined ? {} : { keepApprovalsOnEdit }),
    ...(questionsPauseDeadline === undefined ? {} : { questionsPauseDeadline }),
    ...(extendSecMax === undefined ? {} : { extendSecMax }),
    ...(rejectReasons === undefined ? {} : { rejectReasons }),
    ...(stepUp === undefined ? {} : { stepUp }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
};

export type StepEvent = Extract<ApprovalEvent, { type: 'ReviewStepOpened' }>;
