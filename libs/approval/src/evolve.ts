import type { ApprovalEvent, EventData } from '@holdpoint/contracts';
import { diffOf } from './json-diff.ts';
import { effectiveActionOf, type ApprovalState, type Closed, type Gate, type InReview, type KnownApproval } from './state.ts';
import { outcomeOf } from './step.ts';

/**
 * The state after one more event. Total: an event that has no meaning in a state (there is none in a stream this decider wrote) leaves it
 * as it is. States share what did not change; none is ever mutated.
 */
export const evolve = (state: ApprovalState, event: ApprovalEvent): ApprovalState => {
  if (event.type === 'ApprovalRequested') return requested(event.data);
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'GateEvaluated':
      return state.status === 'closed' ? state : { ...state, gate: gateOf(event.data) };
    case 'ReviewStepOpened':
      return state.status === 'closed' ? state : stepOpened(state, event.data);
    case 'StepApproved':
    case 'StepRejected':
    case 'ActionModified':
    case 'ApprovalClaimed':
    case 'ClaimReleased':
    case 'ApprovalEscalated':
    case 'EscalationExhausted':
      return state.status === 'review' ? reviewed(state, event) : state;
    case 'ApprovalGrantedAutomatically':
    case 'ApprovalRejectedAutomatically':
    case 'ApprovalGranted':
    case 'ApprovalGrantedWithChanges':
    case 'ApprovalRejected':
    case 'ApprovalExpired':
    case 'ApprovalWithdrawn':
      return closed(state, event);
    case 'ApprovalConsumed':
      return state.status === 'closed' ? { ...state, consumed: { by: event.data.by, at: event.data.consumedAt } } : state;
    case 'CommentAdded':
      return { ...state, comments: state.comments + 1 };
    case 'DecisionRefused':
      return { ...state, refusals: state.refusals + 1 };
    case 'ExecutionReported':
      return { ...state, executions: state.executions + 1 };
    default:
      return never(event);
  }
};

type ReviewEvent = Extract<
  ApprovalEvent,
  {
    type:
      | 'StepApproved'
      | 'StepRejected'
      | 'ActionModified'
      | 'ApprovalClaimed'
      | 'ClaimReleased'
      | 'ApprovalEscalated'
      | 'EscalationExhausted';
  }
>;

const reviewed = (state: InReview, event: ReviewEvent): InReview => {
  const { open } = state;
  switch (event.type) {
    case 'StepApproved': {
      const { by } = event.data;
      return { ...state, open: { ...open, approvals: [...open.approvals, by] }, voters: [...state.voters, by.id] };
    }
    case 'StepRejected': {
      const { by } = event.data;
      return { ...state, open: { ...open, rejections: [...open.rejections, by] }, voters: [...state.voters, by.id] };
    }
    case 'ActionModified':
      return modified(state, event.data);
    case 'ApprovalClaimed':
      return { ...state, claim: { by: event.data.by, expiresAt: event.data.claimExpiresAt } };
    case 'ClaimReleased':
      return { ...state, claim: null };
    case 'ApprovalEscalated':
      return { ...state, open: { ...open, level: event.data.level, escalateAt: event.data.escalateAt } };
    case 'EscalationExhausted':
      return { ...state, open: { ...open, exhausted: true, escalateAt: null } };
    default:
      return never(event);
  }
};

const requested = ({ private: { context: _context, ...asked }, ...data }: EventData<'ApprovalRequested'>): ApprovalState => {
  const request = { ...data, private: asked };
  return {
    status: 'gating',
    requested: request,
    action: { action: effectiveActionOf(request), hash: data.binding.actionHash, diff: null },
    gate: null,
    refusals: 0,
    executions: 0,
    comments: 0,
  };
};

/** Only what later decisions need: facts and problems stay in the log. */
const gateOf = ({ verdict, policy, explanation, approvalValidSec }: EventData<'GateEvaluated'>): Gate => ({
  verdict,
  policy,
  explanation,
  approvalValidSec,
});

const stepOpened = (
  state: Exclude<KnownApproval, Closed>,
  { step, escalateAt, openedAt }: EventData<'ReviewStepOpened'>,
): ApprovalState => {
  if (state.gate === null) return state;
  const before = state.status === 'review' ? state : null;
  return {
    ...state,
    status: 'review',
    gate: state.gate,
    open: { step, level: 0, escalateAt, exhausted: false, approvals: [], rejections: [] },
    passed: before === null ? [] : [...before.passed, outcomeOf(before.open, openedAt)],
    voters: before?.voters ?? [],
    claim: before?.claim ?? null,
  };
};

const modified = (state: InReview, data: EventData<'ActionModified'>): InReview => ({
  ...state,
  action: { action: data.private.action, hash: data.actionHash, diff: diffOf(effectiveActionOf(state.requested), data.private.action) },
  open: { ...state.open, approvals: [], rejections: [] },
  voters: [],
});

const closed = (state: KnownApproval, event: Extract<ApprovalEvent, { type: Closed['type'] }>): ApprovalState => {
  if (state.status === 'closed') return state;
  const { requested: asked, action, refusals, executions, comments } = state;
  return { status: 'closed', requested: asked, action, refusals, executions, comments, type: event.type, end: event.data, consumed: null };
};

const never = (event: never): never => {
  throw new TypeError(`unknown event ${JSON.stringify(event)}`);
};
