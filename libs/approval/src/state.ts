import type {
  Action,
  ApprovalStatus,
  DecidedBy,
  DecisionRecord,
  ErasureGround,
  EventData,
  Json,
  JsonObject,
  ReviewStep,
  TerminalData,
  TerminalType,
} from '@holdpoint/contracts';

/** What was asked. The conversation (`context`) is left out: nothing is decided from it, and it is the large part. */
export type Requested = Omit<EventData<'ApprovalRequested'>, 'private'> & {
  private: Omit<EventData<'ApprovalRequested'>['private'], 'context'>;
};

export type JsonPatch = NonNullable<TerminalData['private']['diff']>;

/** The call that runs if people agree, with its hash; `diff` against what the agent asked for, null while it is as asked. */
export type CurrentAction = { action: Action; hash: string; diff: JsonPatch | null };

export type Gate = Pick<EventData<'GateEvaluated'>, 'verdict' | 'policy' | 'explanation' | 'approvalValidSec' | 'problems' | 'settings'> & {
  /** The policy's history facts as they were when the gate spoke: an edit is judged by the same. */
  history?: Readonly<Record<string, number>> | undefined;
};

export type ClaimHeld = { by: DecidedBy; expiresAt: string };

/** Somebody may vote in somebody's place. `right` is whose vote it is: at the end of a chain it is still the first one's. */
export type StandIn = { from: string; to: string; right: string; hops: number };

/** A step people decide now. */
export type OpenStep = {
  step: ReviewStep;
  /** The last rung of the ladder that was asked; 0 while only the step's own approvers are. */
  level: number;
  /** When the next rung is asked, or the ladder is over; null when that never comes, or while the clock stands still. */
  escalateAt: string | null;
  exhausted: boolean;
  openedAt: string;
  /** How long its clock has stood still, seconds: its timetable comes so much later. */
  delaySec: number;
  approvals: readonly DecidedBy[];
  rejections: readonly DecidedBy[];
  /** People who may decide beyond those the approvers describe: found when it opened or escalated, or put on it by name. */
  assigned: readonly string[];
  standIns: readonly StandIn[];
  claim: ClaimHeld | null;
};

export type StepOutcome = DecisionRecord['steps'][number];

/** Somebody whose vote on the current action is used: who said it, and in whose right. */
export type Voter = { stepIndex: number; id: string; right: string };

type Asked = {
  requested: Requested;
  action: CurrentAction;
  /** The end of all waiting as it is now: moved by extensions and by questions that stop the clock. */
  expiresAt: string;
  /** What the world looked like when it was asked, or when somebody last looked. */
  preconditions: readonly JsonObject[];
  /** Refused attempts recorded so far; bounded by `REFUSALS_RECORDED_MAX`. */
  refusals: number;
  /** Executions reported so far; bounded by `EXECUTIONS_RECORDED_MAX`. */
  executions: number;
  /** Comments, questions, snoozes and assignments so far; bounded by `REMARKS_MAX`. */
  remarks: number;
  /** Set while it is evidence somewhere, and may not be erased. */
  legalHold: { by: DecidedBy; at: string } | null;
};

export type Gating = Asked & { status: 'gating'; gate: Gate | null };

/** The clock of a request whose agent owes an answer: it stopped at `since`, with `expiresAt` as the deadline then. */
export type StoppedClock = { since: string; expiresAt: string };

export type InReview = Asked & {
  status: 'review';
  gate: Gate;
  /** More than one where the route's steps are parallel; in the order they were opened. */
  open: readonly [OpenStep, ...OpenStep[]];
  /** Steps that were left behind, in order. */
  passed: readonly StepOutcome[];
  /** Everybody whose vote on the current action is used, in whatever step: one person, one vote. */
  voters: readonly Voter[];
  /** Questions the agent owes an answer to. */
  questions: readonly { id: string; stopsClock: boolean }[];
  clock: StoppedClock | null;
  /** Seconds people have added to the deadline. */
  extendedSec: number;
};

export type Closed = Asked & {
  status: 'closed';
  type: TerminalType;
  end: TerminalData;
  consumed: { by: DecidedBy; at: string } | null;
  /** Set when the approval fell with the world it was given for. */
  voided: { changed: readonly string[]; again: string | null; at: string } | null;
  afterReview: { kind: 'sample' | 'breakGlass'; done: { by: DecidedBy; at: string } | null } | null;
  /** Set when its erasure was ordered: what was written is unreadable from then on, or soon will be. `done` once the keys are destroyed. */
  erasure: { ground: ErasureGround; by: DecidedBy; at: string; done: boolean } | null;
};

/** The life of an approval: a union by `status`, so that a decision without a step or a step without a gate does not compile. */
export type ApprovalState = { status: 'none' } | Gating | InReview | Closed;
export type OpenApproval = Gating | InReview;
export type KnownApproval = OpenApproval | Closed;

export const initial: ApprovalState = { status: 'none' };

/** The exact call a request is about: its `action`, or the call of the gate tool itself (contracts.md §5). */
export const effectiveActionOf = (requested: {
  toolName: string;
  private: Pick<EventData<'ApprovalRequested'>['private'], 'action' | 'arguments'>;
}): Action => requested.private.action ?? { name: requested.toolName, args: withoutUndefined(requested.private.arguments) };

const withoutUndefined = (value: Record<string, Json | undefined>): JsonObject => {
  const result: JsonObject = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) result[name] = member;
  return result;
};

/** The public status word of an approval. */
export const statusOf = (state: KnownApproval): ApprovalStatus => (state.status === 'closed' ? state.end.decision.decision : 'pending');

/** Whether a step has all the approvals it needs: with parallel steps it then waits for the others. */
export const isSatisfied = ({ step, approvals }: OpenStep): boolean => approvals.length >= step.approveCount;

/** The open steps with one of them replaced. */
export const replaced = (open: InReview['open'], step: OpenStep): InReview['open'] =>
  open.map(other => (other.step.index === step.step.index ? step : other)) as unknown as InReview['open'];
