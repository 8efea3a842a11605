import { isTerminal, type EventData, type TerminalData } from '@holdpoint/contracts';
import type { MeasureRow } from './schema.ts';

/** An event about one approval, of whatever stream; what is sealed of it is open where {@link readsPrivateForMeasures} says so. */
export type MeasuredEvent = { approvalId: string; tenant: string; type: string; data: unknown };

/** How much there is to read is in the sealed part. */
export const readsPrivateForMeasures = (type: string): boolean => type === 'ApprovalRequested';

/** Told because nobody could be: that reached administrators, not whoever decides. */
const ALARM = '/unreached';

/**
 * One event onto an approval's measures.
 * @param row undefined before `ApprovalRequested`
 * @returns the new row, or the given one when the event does not concern it
 */
export const evolveMeasure = (row: MeasureRow | undefined, event: MeasuredEvent): MeasureRow | undefined => {
  if (event.type === 'ApprovalRequested') return row ?? measureOf(event, event.data as EventData<'ApprovalRequested'>);
  if (row === undefined) return undefined;
  if (isTerminal(event.type)) return ended(row, event.data as TerminalData);
  switch (event.type) {
    case 'GateEvaluated': {
      const { verdict, policy } = event.data as EventData<'GateEvaluated'>;
      // The gate speaks again about an edit; what it said about the agent's own request is what its rules are measured by.
      return row.verdict === null ? { ...row, verdict, policy_id: policy.id, policy_version: policy.version, rule: policy.rule } : row;
    }
    case 'ReviewStepOpened':
      return row.asked_at === null ? { ...row, asked_at: (event.data as EventData<'ReviewStepOpened'>).openedAt } : row;
    case 'ApprovalEscalated':
      return { ...row, escalations: row.escalations + 1 };
    case 'EscalationExhausted':
      return { ...row, exhausted: 1 };
    case 'DeadlineChanged':
      return { ...row, expires_at: (event.data as EventData<'DeadlineChanged'>).expiresAt };
    case 'NotificationSent': {
      const { at, cause } = event.data as EventData<'NotificationSent'>;
      return cause?.endsWith(ALARM) === true ? row : reached(row, at);
    }
    case 'ApprovalViewed': {
      const { at } = event.data as EventData<'ApprovalViewed'>;
      return reached(row.open_sec === null ? { ...row, open_sec: since(row.asked_at, at) } : row, at);
    }
    case 'ApprovalClaimed':
      return reached(row, (event.data as EventData<'ApprovalClaimed'>).claimedAt);
    case 'StepApproved':
    case 'StepRejected':
      return reached(row, (event.data as EventData<'StepApproved'>).at);
    default:
      return row;
  }
};

const reached = (row: MeasureRow, at: string): MeasureRow =>
  row.reach_sec === null && row.asked_at !== null ? { ...row, reach_sec: since(row.asked_at, at) } : row;

/** Seconds between two instants, none below zero: two clocks may have written them. Null where there was no beginning. */
export const since = (from: string | null, to: string): number | null =>
  from === null ? null : Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;

const ended = (row: MeasureRow, { decision: { decision, by, channel, decidedAt } }: TerminalData): MeasureRow => ({
  ...row,
  status: decision,
  decided_at: decidedAt,
  decided_kind: by.kind,
  decided_by_id: by.id,
  channel,
  decide_sec: by.kind === 'operator' ? since(row.asked_at, decidedAt) : null,
});

const measureOf = ({ approvalId, tenant }: MeasuredEvent, data: EventData<'ApprovalRequested'>): MeasureRow => ({
  approval_id: approvalId,
  tenant,
  test: data.test ? 1 : 0,
  agent_id: data.agent.id,
  tool_name: data.toolName,
  risk_level: data.riskLevel,
  status: 'pending',
  requested_at: data.requestedAt,
  expires_at: data.expiresAt,
  content_chars: contentChars(data),
  verdict: null,
  policy_id: null,
  policy_version: null,
  rule: null,
  asked_at: null,
  reach_sec: null,
  open_sec: null,
  decide_sec: null,
  escalations: 0,
  exhausted: 0,
  decided_at: null,
  decided_kind: null,
  decided_by_id: null,
  channel: null,
});

/** How much a person has to read: what the agent says, the call itself, and the context with its punctuation. */
const contentChars = ({ contextRef, private: { arguments: says, action, context } }: EventData<'ApprovalRequested'>): number =>
  says.contextSummary.length +
  says.proposedAction.length +
  (action === null ? 0 : JSON.stringify(action.args).length) +
  (contextRef?.bytes ?? (context === undefined ? 0 : JSON.stringify(context).length));
