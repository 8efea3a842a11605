import { flagsOf, type Proposal } from '@holdpoint/gate';
import {
  categoryOf,
  ROLES,
  idOf,
  type Action,
  type ApprovalEvent,
  type Approvers,
  type EventData,
  type RecordedEvent,
  type Role,
} from '@holdpoint/contracts';
import type { ApprovalRow } from './schema.ts';

/** An approval's event with what stands beside it in the log. `private` needs to be open only where {@link readsPrivate} says so. */
export type RowEvent = ApprovalEvent & { stream: string; revision: number; tenant: string };

/** Requests due within the same five minutes are ordered by risk: an hour's deadline must not hide a critical request behind a low one. */
const DUE_SLOT_MS = 300_000;
const RISK_ORDER: Record<string, number> = { critical: 0, high: 1, medium: 2, low: 3 };
/** Largest millisecond instant that still has 13 digits (the year 2286): decided approvals sort newest first by what is left to it. */
const INSTANT_MS_MAX = 9_999_999_999_999;
const INSTANT_DIGITS = 13;

/** Order of an open approval: due slot, risk, deadline, id. Fixed width, so it compares as text in every database. */
const sortKeyOf = (row: Pick<ApprovalRow, 'expires_at' | 'risk_level' | 'id'>): string => {
  const dueMs = Date.parse(row.expires_at);
  const slot = Math.floor(dueMs / DUE_SLOT_MS) * DUE_SLOT_MS;
  return `${digits(slot)}-${RISK_ORDER[row.risk_level] ?? 0}-${digits(dueMs)}-${row.id}`;
};
/** Order of a decided approval: the newest decision first. */
export const decidedSortKeyOf = (id: string, decidedAt: string): string => `${digits(INSTANT_MS_MAX - Date.parse(decidedAt))}-${id}`;
const digits = (ms: number): string => String(ms).padStart(INSTANT_DIGITS, '0');

/** Roles → bits in `ROLES` order. Both databases can test `role_mask & :mine` without a join. */
export const roleMask = (roles: readonly Role[]): number => roles.reduce((mask, role) => mask | (1 << ROLES.indexOf(role)), 0);

/** `|a|b|`, and the empty text for nobody: `like '%|a|%'` finds a member exactly. */
export const between = (ids: readonly string[]): string => (ids.length === 0 ? '' : `|${ids.join('|')}|`);
const joined = (list: string, ids: readonly string[]): string => {
  const fresh = ids.filter(id => !list.includes(`|${id}|`));
  return fresh.length === 0 ? list : between([...list.split('|').filter(Boolean), ...fresh]);
};

/**
 * Whether the fold needs the sealed part of an event. Opening costs more than the rest of the fold, so the gate's facts are opened
 * only where the amount is not already known from the request itself.
 */
export const readsPrivate = (type: string, row: ApprovalRow | undefined): boolean =>
  type === 'ApprovalRequested' || type === 'ActionModified' || (type === 'GateEvaluated' && row?.amount === null);

/**
 * One event onto an inbox row.
 * @param row the row so far; undefined before `ApprovalRequested`.
 * @returns the new row, or the given one when the event does not concern it or was folded already (revision at or below the row's).
 */
export const evolveRow = (row: ApprovalRow | undefined, event: RowEvent): ApprovalRow | undefined => {
  if (event.type === 'ApprovalRequested') return row ?? rowOf(event.data, event);
  if (!row || event.revision <= row.revision) return row;
  const next = { ...row, revision: event.revision };
  switch (event.type) {
    case 'GateEvaluated':
      next.verdict = event.data.verdict;
      if (row.amount === null) {
        next.amount = event.data.private.facts.amount;
        next.currency = event.data.private.facts.currency;
      }
      return next;
    case 'ReviewStepOpened':
      return Object.assign(next, openStep(row, event.data), due(row, event.data.expiresAt));
    case 'ApprovalEscalated':
      next.escalation_level = event.data.level;
      next.escalate_at = event.data.escalateAt;
      return Object.assign(next, reached(row, event.data.approvers, event.data));
    case 'EscalationExhausted':
      next.escalate_at = null;
      return next;
    case 'ReviewerAssigned':
      return Object.assign(next, reached(row, NOBODY, { assigned: event.data.operators }));
    case 'ApprovalDelegated':
      return Object.assign(next, reached(row, NOBODY, { assigned: [event.data.to] }));
    case 'DeadlineChanged':
      next.escalate_at = event.data.escalations === undefined ? row.escalate_at : (event.data.escalations[0]?.escalateAt ?? null);
      return Object.assign(next, due(row, event.data.expiresAt));
    case 'PreconditionsChanged':
      next.voted_operators = '';
      return next;
    case 'ApprovalClaimed':
      // Of parallel steps others stay free: who may decide them is for the decider to say.
      if (event.data.stepIndex !== undefined) return next;
      next.escalate_at = event.data.escalateAt === undefined ? row.escalate_at : event.data.escalateAt;
      next.claimed_by_id = event.data.by.id;
      next.claimed_by = JSON.stringify(event.data.by);
      next.claim_expires_at = event.data.claimExpiresAt;
      return next;
    case 'ClaimReleased':
      next.escalate_at = event.data.escalateAt === undefined ? row.escalate_at : event.data.escalateAt;
      return Object.assign(next, UNCLAIMED);
    case 'StepApproved':
    case 'StepRejected':
      next.voted_operators = joined(
        row.voted_operators,
        [event.data.by, event.data.onBehalfOf ?? event.data.by].map(({ id }) => id),
      );
      return next;
    case 'ActionModified':
      next.amount = numberAt(event.data.private.action.args['amount']);
      // What was said stays said; an edit can only add to it.
      if (flagsOf(aboutNothingElse(event.data.private.action), []).length > 0) next.flagged = 1;
      if (!event.data.approvalsKept) next.voted_operators = '';
      return next;
    case 'ApprovalGrantedAutomatically':
    case 'ApprovalRejectedAutomatically':
    case 'ApprovalGranted':
    case 'ApprovalGrantedWithChanges':
    case 'ApprovalRejected':
    case 'ApprovalExpired':
    case 'ApprovalWithdrawn':
      return Object.assign(next, decided(row.id, event.data));
    case 'ShadowEvaluated':
    case 'QuestionAsked':
    case 'QuestionAnswered':
    case 'ApprovalSnoozed':
    case 'ApprovalRevised':
    case 'ApprovalVoided':
    case 'GateBypassed':
    case 'AfterReviewOpened':
    case 'AfterReviewed':
    case 'CommentAdded':
    case 'DecisionRefused':
    case 'ApprovalConsumed':
    case 'ExecutionReported':
    case 'LegalHoldPlaced':
    case 'LegalHoldReleased':
    case 'ErasureOrdered':
    case 'ApprovalErased':
      return next;
    default:
      return unknownEvent(event);
  }
};

/** The row of a whole `approval-` stream; undefined where it does not begin with `ApprovalRequested`. @param events all of it, in order */
export const foldRow = (events: readonly (ApprovalEvent & RecordedEvent)[]): ApprovalRow | undefined =>
  events.reduce<ApprovalRow | undefined>((row, event) => evolveRow(row, { ...event, tenant: event.metadata.tenant }), undefined);

export const isApprovalEvent = (event: RecordedEvent): event is ApprovalEvent & RecordedEvent => categoryOf(event.stream) === 'approval';

const unknownEvent = (event: never): never => {
  throw new Error(`the approvals read model does not know ${(event as RowEvent).type}`);
};

const NOBODY: Approvers = { roles: [], operators: [] };

/** A deadline that moves takes the row to another place in the list. */
const due = (row: ApprovalRow, expiresAt: string): Partial<ApprovalRow> =>
  row.expires_at === expiresAt ? {} : { expires_at: expiresAt, sort_key: sortKeyOf({ ...row, expires_at: expiresAt }) };

const UNCLAIMED = { claimed_by_id: null, claimed_by: null, claim_expires_at: null } as const;

const rowOf = (data: EventData<'ApprovalRequested'>, { stream, revision, tenant }: RowEvent): ApprovalRow => {
  const { arguments: says, action, principal } = data.private;
  const id = idOf(stream);
  return {
    id,
    tenant,
    revision,
    status: 'pending',
    phase: 'gating',
    open: 1,
    sort_key: sortKeyOf({ id, expires_at: data.expiresAt, risk_level: data.riskLevel }),
    risk_level: data.riskLevel,
    source: data.source,
    agent_id: data.agent.id,
    agent_name: data.agent.name ?? null,
    tool_name: data.toolName,
    context_summary: says.contextSummary,
    proposed_action: says.proposedAction,
    entity_id: says.entityId,
    amount: numberAt(action?.args['amount']) ?? says.amount ?? null,
    currency: textAt(action?.args['currency']) ?? says.currency ?? null,
    verdict: null,
    step_index: null,
    step_name: null,
    escalation_level: 0,
    role_mask: 0,
    named_operators: '',
    senior_only: 0,
    voted_operators: '',
    exclude_requester: 0,
    principal_id: principal?.id ?? null,
    ...UNCLAIMED,
    flagged: flagsOf({ requested: data, action: action ?? { name: data.toolName, args: {} }, edited: false }, []).length > 0 ? 1 : 0,
    test: data.test ? 1 : 0,
    thread_id: data.threadId,
    run_id: data.runId,
    tool_call_id: data.toolCallId,
    requested_at: data.requestedAt,
    expires_at: data.expiresAt,
    escalate_at: null,
    decided_at: null,
    decided_by: null,
  };
};

/** An action by itself, for what looks at whole proposals. */
const aboutNothingElse = (action: Action): Proposal => ({
  requested: {
    riskLevel: 'low',
    agent: { id: '' },
    labels: {},
    source: 'custom',
    private: { arguments: { contextSummary: '', proposedAction: '', entityId: '', riskLevel: 'low' }, principal: null },
  },
  action,
  edited: true,
});

/** Steps that are open at the same time share the row: it shows everybody any of them asks. */
const openStep = (row: ApprovalRow, { step, escalateAt }: EventData<'ReviewStepOpened'>): Partial<ApprovalRow> => {
  const beside = step.parallel !== undefined && step.index > step.parallel.first;
  const before = beside ? row : { ...row, role_mask: 0, named_operators: '', step_name: null };
  return {
    phase: 'review',
    step_index: step.index,
    step_name: before.step_name === null ? step.name : `${before.step_name}, ${step.name}`,
    escalation_level: 0,
    senior_only: step.seniorOnly ? 1 : 0,
    exclude_requester: step.excludeRequester && (!beside || row.exclude_requester === 1) ? 1 : 0,
    escalate_at: escalateAt,
    ...reached(before, step.approvers, step),
  };
};

type Found = {
  assigned?: readonly string[] | undefined;
  others?: readonly string[] | undefined;
  standIns?: readonly { to: string }[] | undefined;
};

/** Whoever was reached may decide: the roles and people named, and those found behind teams, schedules and absences. */
const reached = (row: ApprovalRow, approvers: Approvers, { assigned = [], others = [], standIns = [] }: Found): Partial<ApprovalRow> => ({
  role_mask: row.role_mask | roleMask(approvers.roles),
  named_operators: joined(row.named_operators, [...approvers.operators, ...assigned, ...others, ...standIns.map(({ to }) => to)]),
});

const decided = (id: string, { decision }: EventData<'ApprovalGranted'>): Partial<ApprovalRow> => ({
  status: decision.decision,
  phase: 'decided',
  open: 0,
  sort_key: decidedSortKeyOf(id, decision.decidedAt),
  decided_at: decision.decidedAt,
  decided_by: JSON.stringify(decision.by),
  escalate_at: null,
  ...UNCLAIMED,
});

const numberAt = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textAt = (value: unknown): string | null => (typeof value === 'string' ? value : null);
