export { argsProblem } from './args-schema.ts';
export type * from './commands.ts';
export { decide } from './decide.ts';
export { decisionOf, decisionOfState } from './decision-of.ts';
export { evolve } from './evolve.ts';
export { erasedWords, erasureOf } from './erasure-of.ts';
export { diffOf, sameJson } from './json-diff.ts';
export {
  CLAIM_LEASE_SEC,
  DELEGATION_HOPS_MAX,
  EXECUTIONS_RECORDED_MAX,
  EXTEND_SEC_MAX,
  REFUSALS_RECORDED_MAX,
  REMARKS_MAX,
  UPSTREAM_MARGIN_SEC,
} from './limits.ts';
export { needsStepUp } from './step-up.ts';
export { mayDo, type Circumstances } from './may-do.ts';
export { askedOf, inWords, mayDecide, mayDecideAny, signatureOf, type Person } from './people.ts';
export { changedIn, preconditionsOf, type Precondition } from './preconditions.ts';
export { Refused } from './refused.ts';
export { rungAfter, type Rung } from './rungs.ts';
export {
  effectiveActionOf,
  initial,
  isSatisfied,
  statusOf,
  type ApprovalState,
  type Closed,
  type CurrentAction,
  type Gating,
  type InReview,
  type KnownApproval,
  type OpenApproval,
  type OpenStep,
  type Requested,
} from './state.ts';
