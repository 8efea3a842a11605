import type {
  Action,
  ApprovalStatus,
  DecidedBy,
  DecisionRecord,
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

export type Gate = Pick<EventData<'GateEvaluated'>, 'verdict' | 'policy' | 'explanation' | 'approvalValidSec'>;

/** The step people decide now. `level` 0 is the step's own approvers, n its n-th backup. */
export type OpenStep = {
  step: ReviewStep;
  level: number;
  escalateAt: string | null;
  exhausted: boolean;
  approvals: readonly DecidedBy[];
  rejections: readonly DecidedBy[];
};

export type StepOutcome = DecisionRecord['steps'][number];

type Asked = {
  requested: Requested;
  action: CurrentAction;
  /** Refused attempts recorded so far; bounded by `REFUSALS_RECORDED_MAX`. */
  refusals: number;
  /** Executions reported so far; bounded by `EXECUTIONS_RECORDED_MAX`. */
  executions: number;
  /** Comments so far; bounded by `COMMENTS_MAX`. */
  comments: number;
};

export type Gating = Asked & { status: 'gating'; gate: Gate | null };

export type InReview = Asked & {
  status: 'review';
  gate: Gate;
  open: OpenStep;
  /** Steps that were left behind, in order. */
  passed: readonly StepOutcome[];
  /** Everybody who voted on the current action, in whatever step: one person, one vote. */
  voters: readonly string[];
  claim: { by: DecidedBy; expiresAt: string } | null;
};

export type Closed = Asked & {
  status: 'closed';
  type: TerminalType;
  end: TerminalData;
  consumed: { by: DecidedBy; at: string } | null;
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
