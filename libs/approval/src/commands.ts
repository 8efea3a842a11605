import type {
  Action,
  Approvers,
  DecidedBy,
  DecisionCeiling,
  DecisionChannel,
  EventData,
  GateEvaluation,
  Json,
  RefusalCode,
  StepUpProof,
} from '@holdpoint/contracts';
import type { Person } from './people.ts';

/**
 * Who is asked at the instant of the command: roles, teams, whoever is on call and named people, less the absent, plus who stands in; with
 * `seniorOnly` those of them who hold a senior role.
 */
export type AskedPeople = (
  approvers: Approvers,
  seniorOnly?: boolean,
) => {
  operators: readonly string[];
  standIns: readonly { from: string; to: string }[];
};
/** A kill switch that is engaged: nothing is approved nor spent meanwhile. */
export type Hold = { reason: string; by: string; at: string };
/** What rungs that choose among people need: who of these was chosen last, and how much somebody was chosen for is still open. */
export type Rotation = { lastOf: (operators: readonly string[]) => string | null; openCount: (operatorId: string) => number };

/** `awake`: who may be disturbed at this instant; everybody, where it is absent. */
type Opens = { people: AskedPeople; rotation?: Rotation; awake?: (operatorId: string) => boolean };
type LetsRun = { hold: Hold | null };
/** Up to which risk whatever the command came in by may let something run; absent where there is no such limit. */
type FromChannel = { ceiling?: DecisionCeiling };
/** Proof, checked already, that the person is there and means this action. */
type Proven = { stepUp?: StepUpProof };
type FromPerson = { by: Person; channel: DecisionChannel; now: string };
/** `step`: index of the step the person means; without it the first one this person may act on. `solo`: the requester may decide. */
type OnStep = FromPerson & { step?: number; solo: boolean };
type Vote = OnStep & { note?: string; reasonCode?: string };

/** The agent asks. Everything that was looked up or hashed is already in `requested`. */
export type RequestApproval = { type: 'RequestApproval'; requested: EventData<'ApprovalRequested'> };
/** The gate has spoken about the request. */
export type ApplyGate = Opens &
  LetsRun & {
    type: 'ApplyGate';
    evaluation: GateEvaluation;
    solo: boolean;
    now: string;
    /** The route's own end of waiting, where the agent named none; and whether it counts working hours. */
    routeDeadline?: { expiresAt: string; reason: 'route' | 'workingHours' };
    /** What versions that are only tried out would have said. */
    shadows?: readonly EventData<'ShadowEvaluated'>[];
  };
/** A wait for the next rung is over. What is due is in the state: a timer that comes early, late or twice does no harm. */
export type EscalateStep = Opens & LetsRun & { type: 'EscalateStep'; now: string };
/** The deadline has come. */
export type ExpireApproval = { type: 'ExpireApproval'; now: string };
/** A claim's lease is over. */
export type ReleaseExpiredClaim = { type: 'ReleaseExpiredClaim'; now: string };

export type Claim = OnStep & { type: 'Claim' };
export type Release = FromPerson & { type: 'Release' };
export type Approve = Vote &
  Opens &
  LetsRun &
  FromChannel &
  Proven & {
    type: 'Approve';
    /** Hash of the action the person looked at. Needed once the action was edited: an approval counts for what was shown only. */
    shownActionHash?: string;
    /** Preconditions as they hold at this instant, where they could be looked up. */
    observed?: readonly Observed[];
  };
export type Reject = Vote & { type: 'Reject' };
/** An edited action, its hash, and what the gate says about it. */
export type Modify = Vote &
  Opens &
  LetsRun &
  FromChannel &
  Proven & { type: 'Modify'; action: Action; actionHash: string; evaluation: GateEvaluation; observed?: readonly Observed[] };
/** Break-glass: it may run at once, whatever the rules ask for, and is looked at afterwards. */
export type Bypass = FromPerson &
  LetsRun &
  FromChannel &
  Proven & { type: 'Bypass'; reason: string; solo: boolean; shownActionHash?: string };
/** Somebody looked at it afterwards. */
export type Review = FromPerson & { type: 'Review'; agreed: boolean; note?: string; solo: boolean };
export type Comment = FromPerson & { type: 'Comment'; text: string };
/** A question to the agent. */
export type Ask = FromPerson & { type: 'Ask'; questionId: string; text: string };
/** The agent's answer. */
export type Answer = { type: 'Answer'; questionId: string; text: string; by: DecidedBy; now: string };
/** Somebody else decides in this person's place. */
export type Delegate = OnStep & { type: 'Delegate'; to: Person; note?: string };
/** People are put on a step by name. */
export type Reassign = OnStep & { type: 'Reassign'; to: readonly Person[] };
/** Out of this person's sight until then. */
export type Snooze = FromPerson & { type: 'Snooze'; until: string };
/** A later deadline. */
export type Extend = FromPerson & { type: 'Extend'; until: string };
export type EscalateNow = FromPerson & Opens & { type: 'EscalateNow'; step?: number };

/** The agent no longer needs it. `by.kind` is `agent`. */
export type Withdraw = { type: 'Withdraw'; by: DecidedBy; note?: string; now: string };
/** The agent asked again in other words: `revisedBy` takes this one's place. */
export type Revise = { type: 'Revise'; by: DecidedBy; revisedBy: string; now: string };
/** Single-use spend of an approval before the action runs, with the preconditions as the executor sees them. */
export type Consume = LetsRun & {
  type: 'Consume';
  actionHash: string;
  by: DecidedBy;
  now: string;
  observed?: readonly Observed[];
  /** Id of the request that asks anew, should the world have changed. */
  again?: string;
};
/** What ran. */
export type ReportExecution = {
  type: 'ReportExecution';
  actionHash: string;
  outcome: EventData<'ExecutionReported'>['outcome'];
  detail?: string;
  /** Where Holdpoint itself carried the action out. */
  result?: NonNullable<EventData<'ExecutionReported'>['result']>;
  now: string;
};
/** It is evidence somewhere, or no longer is. */
export type PlaceHold = FromPerson & { type: 'PlaceHold'; reason: string };
export type ReleaseHold = FromPerson & { type: 'ReleaseHold'; reason: string };
/** What was written goes: because its time is over (it ended before `endedBefore`), or because somebody may ask for it and did. */
export type EraseApproval =
  | (FromPerson & { type: 'EraseApproval'; ground: 'request'; reason: string })
  | { type: 'EraseApproval'; ground: 'retention'; reason: string; endedBefore: string; now: string };
/** An attempt to decide was refused; late and ineligible ones go on record. */
export type RecordRefusal = FromPerson & { type: 'RecordRefusal'; verb: string; code: RefusalCode; detail: string };

/** The value a precondition has now. */
export type Observed = { name: string; value: Json };

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
  | Bypass
  | Review
  | Comment
  | Ask
  | Answer
  | Delegate
  | Reassign
  | Snooze
  | Extend
  | EscalateNow
  | Withdraw
  | Revise
  | Consume
  | ReportExecution
  | PlaceHold
  | ReleaseHold
  | EraseApproval
  | RecordRefusal;
