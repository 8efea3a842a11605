import {
  DECISION_VERBS,
  type ApprovalDetail,
  type EventData,
  type HistoryEntry,
  type JsonObject,
  type RecordedEvent,
} from '@holdpoint/contracts';
import {
  decisionOfState,
  evolve,
  initial,
  inWords,
  mayDo,
  isSatisfied,
  mayDecide,
  rungAfter,
  type Circumstances,
  type OpenStep,
  needsStepUp,
  type Person,
} from '@holdpoint/approval';
import { foldRow } from '../read-model/approval-row.ts';
import { deliveryStateOf, evolveDelivery, pendingDelivery } from '../read-model/deliveries.projection.ts';
import { itemOf, type Viewer } from '../read-model/inbox.ts';
import type { ApprovalRow, DeliveryRow } from '../read-model/schema.ts';
import { alertsOf } from './alerts.ts';
import { reachOf } from './reach.ts';
import { extendableUntil, stepStandings } from './step-standings.ts';
import { historyWords, type NameOf } from './history-words.ts';
import type { ApprovalRecord } from './load-approval.ts';

/** Who looks, as the decider would see this person; everybody else who works here; and what the organisation has switched on. */
export type Looking = { person: Person; people: () => readonly Person[]; at: Circumstances };
type Names = { operator: NameOf; agent: (agentId: string) => string | null };

/**
 * Everything about one approval as one person sees it, folded from its streams: what the agent saw, what would run, why the gate asked,
 * who was reached, what this person may do and why not. Pure.
 */
export const approvalDetail = (record: ApprovalRecord, viewer: Viewer, { person, people, at }: Looking, names: Names): ApprovalDetail => {
  const state = record.approval.reduce(evolve, initial);
  if (state.status === 'none') throw new TypeError('an approval begins with ApprovalRequested');
  const requested = requestedIn(record).data;
  const decision = decisionOfState(state);
  const open = state.status === 'review' ? stepToShow(state.open, person) : null;
  return {
    item: { ...itemOf(rowOf(record), viewer, names.agent), snoozedUntil: snoozedUntil(record, viewer) },
    arguments: requested.private.arguments,
    action: requested.private.action,
    effectiveAction: state.status === 'closed' && decision?.approvedAction ? decision.approvedAction : state.action.action,
    argsSchema: requested.private.argsSchema ?? null,
    allowedDecisions: requested.allowedDecisions,
    context: record.context,
    ...(record.contextErased ? { contextErased: true } : {}),
    // An edit that is not decided yet is what a person would approve: its hash, not the first one, belongs to the action shown.
    binding: decision?.binding ?? { ...requested.binding, actionHash: state.action.hash },
    principal: requested.private.principal,
    preconditions: [...state.preconditions],
    labels: requested.labels,
    threadId: requested.threadId,
    runId: requested.runId,
    toolCallId: requested.toolCallId,
    upstreamExpiresAt: requested.upstreamExpiresAt,
    gate: gateOf(record),
    step: open?.step ?? null,
    steps: stepStandings(state, { people, now: at.now, solo: at.solo, nameOf: names.operator }),
    extendableUntil: extendableUntil(state),
    stepUpNeeded: state.status === 'review' && needsStepUp(state),
    escalation: escalationOf(record, open),
    may: DECISION_VERBS.map(verb => ({ verb, ...mayDo(verb, person, state, at) })),
    comments: record.approval.flatMap(event =>
      event.type === 'CommentAdded' ? [{ by: event.data.by, at: event.data.at, text: event.data.private.text }] : [],
    ),
    alerts: alertsOf(record.history, names.operator),
    reach: reachOf(record.history),
    decision,
    delivery: deliveryStateOf(deliveryOf(record)),
    legalHold: state.legalHold,
    history: record.history.map(event => historyEntry(event, names.operator)),
  };
};

/** Until when this person has put it off; null when it is in sight. */
const snoozedUntil = (record: ApprovalRecord, { operatorId, now }: Viewer): string | null => {
  const last = record.approval.findLast(event => event.type === 'ApprovalSnoozed' && event.data.by.id === operatorId);
  return last?.type === 'ApprovalSnoozed' && last.data.until > now ? last.data.until : null;
};

const requestedIn = (record: ApprovalRecord) => {
  const first = record.approval[0];
  if (first?.type !== 'ApprovalRequested') throw new TypeError('an approval begins with ApprovalRequested');
  return first;
};

/** Of parallel steps the one this person may decide, else the first that still waits. */
const stepToShow = (open: readonly [OpenStep, ...OpenStep[]], person: Person): OpenStep =>
  open.find(one => !isSatisfied(one) && mayDecide(person, one)) ?? open.find(one => !isSatisfied(one)) ?? open[0];

const rowOf = (record: ApprovalRecord): ApprovalRow => {
  const row = foldRow(record.approval);
  if (!row) throw new TypeError('an approval begins with ApprovalRequested');
  return row;
};

/** What is owed is known from the request on; what became of it, from the callback's events. */
const deliveryOf = (record: ApprovalRecord): DeliveryRow => {
  const requested = requestedIn(record);
  return record.history.reduce(
    (before: DeliveryRow, event): DeliveryRow => evolveDelivery(before, event) ?? before,
    pendingDelivery(requested, requested.data),
  );
};

const gateOf = (record: ApprovalRecord): ApprovalDetail['gate'] => {
  const gate = record.approval.findLast(event => event.type === 'GateEvaluated')?.data;
  if (!gate) return null;
  const { verdict, policy, explanation, problems, evaluatedAt } = gate;
  return { verdict, policy, explanation, problems, facts: gate.private.facts, evaluatedAt };
};

/** The ladder of a step: its own approvers, then each rung with the time it was or will be asked. Of a decided request, its last step's. */
const escalationOf = (record: ApprovalRecord, open: OpenStep | null): ApprovalDetail['escalation'] => {
  const opened = record.approval.findLast(
    event => event.type === 'ReviewStepOpened' && (open === null || event.data.step.index === open.step.index),
  );
  if (opened?.type !== 'ReviewStepOpened') return [];
  const { step, openedAt } = opened.data;
  const asked = new Map<number, string>();
  for (const event of record.approval)
    if (event.type === 'ApprovalEscalated' && event.data.stepIndex === step.index) asked.set(event.data.level, event.data.escalatedAt);
  const rungs: ApprovalDetail['escalation'] = [{ level: 0, approvers: inWords([step.approvers]), at: openedAt, reached: true }];
  const next = open === null ? null : rungAfter(step, open.level);
  for (let rung = rungAfter(step, 0); rung !== null; rung = rungAfter(step, rung.level)) {
    const due = rung.level === next?.level ? (open?.escalateAt ?? null) : rung.at;
    const at = asked.get(rung.level) ?? due;
    rungs.push({ level: rung.level, approvers: inWords([rung.targets]), at, reached: asked.has(rung.level) });
  }
  return rungs;
};

/** An event for the history of the page. The request's context stands on the page already and is left out here. */
const historyEntry = (event: RecordedEvent, nameOf: NameOf): HistoryEntry => {
  const data = event.type === 'ApprovalRequested' ? withoutContext(event.data) : event.data;
  return entryOf(event, data as unknown as JsonObject, nameOf);
};

const withoutContext = (data: EventData<'ApprovalRequested'>) => {
  const { context: _context, ...rest } = data.private;
  return { ...data, private: rest };
};

/** An event as the API shows it, whole. */
export const rawEntry = (event: RecordedEvent, nameOf: NameOf): HistoryEntry => entryOf(event, event.data as unknown as JsonObject, nameOf);

const entryOf = (event: RecordedEvent, data: JsonObject, nameOf: NameOf): HistoryEntry => ({
  id: event.id,
  stream: event.stream,
  revision: event.revision,
  type: event.type,
  at: event.metadata.recordedAt,
  actor: event.metadata.actor,
  summary: historyWords(event, nameOf),
  data: withoutWayBack(data),
});

/** Whoever has the address of a waiting workflow can let it go on: it is nobody's to read. */
const withoutWayBack = (data: JsonObject): JsonObject => {
  const { private: sealed } = data;
  if (typeof sealed !== 'object' || sealed === null || Array.isArray(sealed) || !('resumeUrl' in sealed)) return data;
  return { ...data, private: { ...sealed, resumeUrl: '[withheld]' } };
};
