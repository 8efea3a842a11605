export { argsProblem } from './args-schema.ts';
export type * from './commands.ts';
export { decide } from './decide.ts';
export { decisionOf, decisionOfState } from './decision-of.ts';
export { evolve } from './evolve.ts';
export { diffOf } from './json-diff.ts';
export { CLAIM_LEASE_SEC, COMMENTS_MAX, EXECUTIONS_RECORDED_MAX, REFUSALS_RECORDED_MAX } from './limits.ts';
export { mayDo } from './may-do.ts';
export { askedOf, inWords, mayDecide, signatureOf, type Person } from './people.ts';
export { Refused } from './refused.ts';
export {
  effectiveActionOf,
  initial,
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
