import type { ApprovalEvent, EventData } from '@holdpoint/contracts';
import { evolveReview, isReviewEvent, stepOpened } from './evolve-review.ts';
import { effectiveActionOf, type ApprovalState, type Closed, type Gate, type KnownApproval } from './state.ts';

/**
 * The state after one more event. Total: an event that has no meaning in a state (there is none in a stream this decider wrote) leaves it
 * as it is. States share what did not change; none is ever mutated.
 */
export const evolve = (state: ApprovalState, event: ApprovalEvent): ApprovalState => {
  if (event.type === 'ApprovalRequested') return requested(event.data);
  if (state.status === 'none') return state;
  if (event.type === 'DeadlineChanged' && state.status === 'gating') return { ...state, expiresAt: event.data.expiresAt };
  if (isReviewEvent(event)) return state.status === 'review' ? evolveReview(state, event) : state;
  switch (event.type) {
    case 'GateEvaluated':
      return state.status === 'closed' ? state : { ...state, gate: gateOf(event.data) };
    case 'ReviewStepOpened':
      return stepOpened(state, event.data);
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
    case 'ApprovalVoided':
      return state.status === 'closed' ? { ...state, voided: event.data } : state;
    case 'AfterReviewOpened':
      return state.status === 'closed' ? { ...state, afterReview: { kind: event.data.kind, done: null } } : state;
    case 'AfterReviewed':
      return state.status === 'closed' && state.afterReview !== null
        ? { ...state, afterReview: { ...state.afterReview, done: { by: event.data.by, at: event.data.at } } }
        : state;
    case 'CommentAdded':
    case 'ApprovalSnoozed':
      return { ...state, remarks: state.remarks + 1 };
    case 'DecisionRefused':
      return { ...state, refusals: state.refusals + 1 };
    case 'ExecutionReported':
      return { ...state, executions: state.executions + 1 };
    case 'LegalHoldPlaced':
      return { ...state, legalHold: { by: event.data.by, at: event.data.at } };
    case 'LegalHoldReleased':
      return { ...state, legalHold: null };
    case 'ErasureOrdered': {
      const { ground, by, at } = event.data;
      return state.status === 'closed' ? { ...state, erasure: { ground, by, at, done: false } } : state;
    }
    case 'ApprovalErased':
      return state.status === 'closed' && state.erasure !== null ? { ...state, erasure: { ...state.erasure, done: true } } : state;
    case 'ShadowEvaluated':
    case 'GateBypassed':
    case 'ApprovalRevised':
      return state;
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
    expiresAt: data.expiresAt,
    preconditions: asked.preconditions,
    gate: null,
    refusals: 0,
    executions: 0,
    remarks: 0,
    legalHold: null,
  };
};

/** Only what later decisions need: the other facts stay in the log. */
const gateOf = ({
  verdict,
  policy,
  explanation,
  approvalValidSec,
  problems,
  settings,
  private: { facts },
}: EventData<'GateEvaluated'>): Gate => ({
  verdict,
  policy,
  explanation,
  approvalValidSec,
  problems,
  settings,
  history: facts.history,
});

const closed = (state: KnownApproval, event: Extract<ApprovalEvent, { type: Closed['type'] }>): ApprovalState => {
  if (state.status === 'closed') return state;
  const { requested: asked, action, expiresAt, preconditions, refusals, executions, remarks, legalHold } = state;
  return {
    status: 'closed',
    requested: asked,
    action,
    expiresAt,
    preconditions,
    refusals,
    executions,
    remarks,
    legalHold,
    type: event.type,
    end: event.data,
    consumed: null,
    voided: null,
    afterReview: null,
    erasure: null,
  };
};

const never = (event: never): never => {
  throw new TypeError(`unknown event ${JSON.stringify(event)}`);
};
