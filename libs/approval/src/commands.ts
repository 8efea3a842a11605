import type { Action, DecidedBy, DecisionChannel, EventData, GateEvaluation, RefusalCode } from '@holdpoint/contracts';
import type { Person } from './people.ts';

type FromPerson = { by: Person; channel: DecisionChannel; now: string };
type Vote = FromPerson & {
  note?: string;
  reasonCode?: string;
  /** Index of the step the person saw; refused as `wrong_step` when another one is open. */
  step?: number;
};

/** The agent asks. Everything that was looked up or hashed is already in `requested`. */
export type RequestApproval = { type: 'RequestApproval'; requested: EventData<'ApprovalRequested'> };
/** The gate has spoken about the request. */
export type ApplyGate = { type: 'ApplyGate'; evaluation: GateEvaluation; now: string };
/** A step's time without a decision is over. `level` is the one to be reached: 1 after the step opened, n + 1 after level n. */
export type EscalateStep = { type: 'EscalateStep'; stepIndex: number; level: number; now: string };
/** The deadline has come. */
export type ExpireApproval = { type: 'ExpireApproval'; now: string };
/** A claim's lease is over. */
export type ReleaseExpiredClaim = { type: 'ReleaseExpiredClaim'; now: string };

export type Claim = FromPerson & { type: 'Claim' };
export type Release = FromPerson & { type: 'Release' };
export type Approve = Vote & {
  type: 'Approve';
  /** Hash of the action the person looked at. Needed once the action was edited: an approval counts for what was shown only. */
  shownActionHash?: string;
};
export type Reject = Vote & { type: 'Reject' };
/** An edited action, its hash, and what the gate says about it. */
export type Modify = Vote & { type: 'Modify'; action: Action; actionHash: string; evaluation: GateEvaluation };
export type Comment = FromPerson & { type: 'Comment'; text: string };
export type EscalateNow = FromPerson & { type: 'EscalateNow' };

/** The agent no longer needs it. `by.kind` is `agent`. */
export type Withdraw = { type: 'Withdraw'; by: DecidedBy; note?: string; now: string };
/** Single-use spend of an approval before the action runs. */
export type Consume = { type: 'Consume'; actionHash: string; by: DecidedBy; now: string };
/** What ran. */
export type ReportExecution = {
  type: 'ReportExecution';
  actionHash: string;
  outcome: 'succeeded' | 'failed';
  detail?: string;
  now: string;
};
/** An attempt to decide was refused; late and ineligible ones go on record. */
export type RecordRefusal = FromPerson & { type: 'RecordRefusal'; verb: string; code: RefusalCode; detail: string };

export type ApprovalCommand =
  | RequestApproval
  | ApplyGate
  | EscalateStep
  | ExpireApproval
  | ReleaseExpiredClaim
  | Claim
  | Release
  | Approve
  | Reject
  | Modify
  | Comment
  | EscalateNow
  | Withdraw
  | Consume
  | ReportExecution
  | RecordRefusal;
