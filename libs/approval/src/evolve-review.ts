import type { ApprovalEvent, EventData } from '@holdpoint/contracts';
import { stoodStillSec } from './clock.ts';
import { diffOf } from './json-diff.ts';
import {
  effectiveActionOf,
  replaced,
  type ApprovalState,
  type InReview,
  type KnownApproval,
  type OpenStep,
  type StandIn,
  type StepOutcome,
} from './state.ts';
import { secBetween } from './time.ts';

const REVIEW_TYPES = [
  'StepApproved',
  'StepRejected',
  'ActionModified',
  'ApprovalClaimed',
  'ClaimReleased',
  'ApprovalEscalated',
  'EscalationExhausted',
  'ReviewerAssigned',
  'ApprovalDelegated',
  'QuestionAsked',
  'QuestionAnswered',
  'DeadlineChanged',
  'PreconditionsChanged',
] as const;
type ReviewEvent = Extract<ApprovalEvent, { type: (typeof REVIEW_TYPES)[number] }>;
const reviewTypes = new Set<string>(REVIEW_TYPES);

/** Events that only mean something while people decide. */
export const isReviewEvent = (event: ApprovalEvent): event is ReviewEvent => reviewTypes.has(event.type);

/** The review after one of its events. */
export const evolveReview = (state: InReview, event: ReviewEvent): InReview => {
  switch (event.type) {
    case 'StepApproved':
      return voted(state, event.data, open => ({ ...open, approvals: [...open.approvals, event.data.by] }));
    case 'StepRejected':
      return voted(state, event.data, open => ({ ...open, rejections: [...open.rejections, event.data.by] }));
    case 'ActionModified':
      return modified(state, event.data);
    case 'PreconditionsChanged':
      return { ...withoutVotes(state), preconditions: event.data.private.preconditions };
    case 'ApprovalClaimed':
      return inStep(state, event.data.stepIndex, open => ({
        ...rescheduled(open, event.data.escalateAt),
        claim: { by: event.data.by, expiresAt: event.data.claimExpiresAt },
      }));
    case 'ClaimReleased':
      return inStep(state, event.data.stepIndex, open => ({ ...rescheduled(open, event.data.escalateAt), claim: null }));
    case 'ApprovalEscalated':
      return inStep(state, event.data.stepIndex, open => escalated(open, event.data));
    case 'EscalationExhausted':
      return inStep(state, event.data.stepIndex, open => ({ ...open, exhausted: true, escalateAt: null }));
    case 'ReviewerAssigned':
      return remarked(inStep(state, event.data.stepIndex, open => ({ ...open, assigned: withAll(open.assigned, event.data.operators) })));
    case 'ApprovalDelegated':
      return remarked(inStep(state, event.data.stepIndex, open => delegated(open, event.data)));
    case 'QuestionAsked':
      return asked(state, event.data);
    case 'QuestionAnswered':
      return { ...state, questions: state.questions.filter(({ id }) => id !== event.data.questionId) };
    case 'DeadlineChanged':
      return deadlineChanged(state, event.data);
    default:
      return never(event);
  }
};

/** A step opens. Those of the same parallel route stay open beside it; every other one is left behind. */
export const stepOpened = (state: KnownApproval, { step, escalateAt, openedAt }: EventData<'ReviewStepOpened'>): ApprovalState => {
  if (state.status === 'closed' || state.gate === null) return state;
  const before = state.status === 'review' ? state : null;
  const opened: OpenStep = {
    step,
    level: 0,
    escalateAt,
    exhausted: false,
    openedAt,
    delaySec: 0,
    approvals: [],
    rejections: [],
    assigned: step.assigned ?? [],
    standIns: (step.standIns ?? []).map(({ from, to }) => ({ from, to, right: from, hops: 1 })),
    claim: null,
  };
  const beside = before === null ? [] : before.open.filter(({ step: { index } }) => index >= (step.parallel?.first ?? step.index));
  const left = before === null ? [] : before.open.filter(other => !beside.includes(other));
  return {
    ...state,
    status: 'review',
    gate: state.gate,
    open: [...beside, opened] as unknown as InReview['open'],
    passed: [...(before?.passed ?? []), ...left.map(open => outcomeOf(open, openedAt))],
    voters: before?.voters ?? [],
    questions: before?.questions ?? [],
    clock: before?.clock ?? null,
    extendedSec: before?.extendedSec ?? 0,
  };
};

/** How a step ended that is left behind for another one. */
export const outcomeOf = (open: OpenStep, at: string): StepOutcome =>
  open.approvals.length >= open.step.approveCount
    ? { name: open.step.name, outcome: 'approved', by: [...open.approvals], at }
    : { name: open.step.name, outcome: 'skipped', by: [...open.approvals], at: null };

/** The review with every vote on the current action taken back. */
export const withoutVotes = (state: InReview): InReview => ({
  ...state,
  open: state.open.map(open => ({ ...open, approvals: [], rejections: [] })) as unknown as InReview['open'],
  voters: [],
});

const inStep = (state: InReview, index: number | undefined, change: (open: OpenStep) => OpenStep): InReview => {
  const found = index === undefined ? state.open[0] : state.open.find(({ step }) => step.index === index);
  return found === undefined ? state : { ...state, open: replaced(state.open, change(found)) };
};

const rescheduled = (open: OpenStep, escalateAt: string | null | undefined): OpenStep =>
  escalateAt === undefined ? open : { ...open, escalateAt };

const voted = (
  state: InReview,
  { stepIndex, by, onBehalfOf }: Pick<EventData<'StepApproved'>, 'stepIndex' | 'by' | 'onBehalfOf'>,
  change: (open: OpenStep) => OpenStep,
): InReview => ({
  ...inStep(state, stepIndex, change),
  voters: [...state.voters, { stepIndex, id: by.id, right: onBehalfOf?.id ?? by.id }],
});

const modified = (state: InReview, data: EventData<'ActionModified'>): InReview => ({
  ...(data.approvalsKept ? state : withoutVotes(state)),
  action: { action: data.private.action, hash: data.actionHash, diff: diffOf(effectiveActionOf(state.requested), data.private.action) },
});

const escalated = (open: OpenStep, { level, escalateAt, assigned, standIns }: EventData<'ApprovalEscalated'>): OpenStep => ({
  ...open,
  level,
  escalateAt,
  assigned: withAll(open.assigned, assigned ?? []),
  standIns: [...open.standIns, ...(standIns ?? []).map(({ from, to }): StandIn => ({ from, to, right: from, hops: 1 }))],
});

const delegated = (open: OpenStep, { from, to, right = from.id }: EventData<'ApprovalDelegated'>): OpenStep => {
  const through = open.standIns.find(entry => entry.to === from.id && entry.right === right);
  return { ...open, standIns: [...open.standIns, { from: from.id, to, right, hops: (through?.hops ?? 0) + 1 }] };
};

const asked = (state: InReview, { questionId, pausesDeadline, at }: EventData<'QuestionAsked'>): InReview =>
  remarked({
    ...state,
    questions: [...state.questions, { id: questionId, stopsClock: pausesDeadline }],
    clock: pausesDeadline ? (state.clock ?? { since: at, expiresAt: state.expiresAt }) : state.clock,
  });

const deadlineChanged = (state: InReview, data: EventData<'DeadlineChanged'>): InReview => {
  const { expiresAt, previous, reason, escalations = [], at } = data;
  const runsAgain = reason === 'question' && state.clock !== null && !state.questions.some(({ stopsClock }) => stopsClock);
  const addedSec = reason === 'extended' ? secBetween(previous, expiresAt) : 0;
  const moved = state.open.map(open => {
    const change = escalations.find(({ stepIndex }) => stepIndex === open.step.index);
    const delaySec = open.delaySec + (runsAgain && state.clock !== null ? stoodStillSec(open, state.clock, at) : 0);
    return change === undefined ? { ...open, delaySec } : { ...open, delaySec, escalateAt: change.escalateAt };
  });
  return {
    ...state,
    open: moved as unknown as InReview['open'],
    expiresAt,
    clock: runsAgain ? null : state.clock,
    extendedSec: state.extendedSec + addedSec,
  };
};

const remarked = (state: InReview): InReview => ({ ...state, remarks: state.remarks + 1 });

const withAll = (list: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? list : [...new Set([...list, ...more])];

const never = (event: never): never => {
  throw new TypeError(`unknown event ${JSON.stringify(event)}`);
};
