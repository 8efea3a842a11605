import { categoryOf, idOf, schemaVersionOf, type EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Transaction } from 'kysely';
import { alertIn, evolveAlert } from './alert-row.ts';
import { attentiveIn, evolveAttention } from './attention-row.ts';
import { breathe } from './breathe.ts';
import { evolveMeasure, readsPrivateForMeasures, type MeasuredEvent } from './measure-row.ts';
import { openUnlessErased, type OpenEvent, type Projection } from './projection.ts';
import type { AlertRow, AttentionRow, MeasureRow, ReadModelTables } from './schema.ts';
import { rowWriter } from './write-rows.ts';

type Tx = Transaction<ReadModelTables>;

/** Keys per `in (…)` list. */
const LOOKUP_MAX = 64;
const CATEGORIES = new Set(['approval', 'notification', 'view']);

/** `measures`, `attention` and `alerts`: what the metrics are counted from. Each row is folded by itself, so a number is what its list shows. */
export const metricsProjection: Projection = {
  name: 'metrics',
  handle: async (logged, tx, open) => {
    const events = logged.filter(({ stream }) => CATEGORIES.has(categoryOf(stream))).flatMap(event => measured(event, open) ?? []);
    if (events.length === 0) return;
    const before = await rowsBefore(tx, events);
    const measures = new Map(before.measures);
    const attention = new Map(before.attention);
    const alerts = new Map(before.alerts);
    for (const event of events) {
      const measure = measures.get(event.approvalId);
      const next = evolveMeasure(measure, event);
      if (next !== undefined) measures.set(event.approvalId, next);
      const operatorId = attentiveIn(event);
      const key = keyOf(event.approvalId, operatorId ?? '');
      if (operatorId !== null && measure !== undefined) attention.set(key, evolveAttention(attention.get(key), event, measure, operatorId));
      const alert = alertIn(event);
      if (alert !== null) alerts.set(alert, evolveAlert(alerts.get(alert), event));
      await breathe();
    }
    await writeMeasures(tx, changed(measures, before.measures));
    await writeAttention(tx, changed(attention, before.attention));
    await writeAlerts(tx, changed(alerts, before.alerts));
  },
};

/** @returns null when it was erased */
const measured = (event: LoggedEvent, open: OpenEvent): MeasuredEvent | null => {
  const { type, stream, metadata } = event;
  const asStored = metadata.schemaVersion === schemaVersionOf(type as EventType) && !readsPrivateForMeasures(type);
  const data = asStored ? event.data : openUnlessErased(event, open)?.data;
  return data === undefined ? null : { approvalId: idOf(stream), tenant: metadata.tenant, type, data };
};

const keyOf = (approvalId: string, operatorId: string): string => `${approvalId} ${operatorId}`;
const changed = <Row>(after: ReadonlyMap<string, Row>, before: ReadonlyMap<string, Row>): Row[] =>
  [...after].filter(([key, row]) => before.get(key) !== row).map(([, row]) => row);

/** Rows of what began before this batch. */
const rowsBefore = async (tx: Tx, events: readonly MeasuredEvent[]) => {
  const measures = new Map<string, MeasureRow>();
  const attention = new Map<string, AttentionRow>();
  const alerts = new Map<string, AlertRow>();
  const wanted = (keys: readonly (string | null)[]) => [...new Set(keys.filter(key => key !== null))];
  await inChunks(wanted(events.map(({ approvalId }) => approvalId)), async chunk => {
    for (const row of await tx.selectFrom('measures').selectAll().where('approval_id', 'in', chunk).execute())
      measures.set(row.approval_id, row);
  });
  await inChunks(wanted(events.map(event => (attentiveIn(event) === null ? null : event.approvalId))), async chunk => {
    for (const row of await tx.selectFrom('attention').selectAll().where('approval_id', 'in', chunk).execute())
      attention.set(keyOf(row.approval_id, row.operator_id), row);
  });
  await inChunks(wanted(events.map(alertIn)), async chunk => {
    for (const row of await tx.selectFrom('alerts').selectAll().where('attempt_id', 'in', chunk).execute()) alerts.set(row.attempt_id, row);
  });
  return { measures, attention, alerts };
};

const inChunks = async (keys: readonly string[], read: (chunk: string[]) => Promise<void>): Promise<void> => {
  for (let at = 0; at < keys.length; at += LOOKUP_MAX) {
    await read(keys.slice(at, at + LOOKUP_MAX));
    await breathe();
  }
};

/** What never changes after the request, and what is in an index. */
const asked = [...(['approval_id', 'tenant', 'test', 'agent_id', 'tool_name', 'risk_level', 'requested_at', 'content_chars'] as const)];
const since = [
  ...([
    'status',
    'expires_at',
    'verdict',
    'policy_id',
    'policy_version',
    'rule',
    'asked_at',
    'reach_sec',
    'open_sec',
    'decide_sec',
  ] as const),
  ...(['escalations', 'exhausted', 'decided_at', 'decided_kind', 'decided_by_id', 'channel'] as const),
];
const writeMeasures = rowWriter('measures', [...asked, ...since], ['approval_id'], since);
const writeAttention = rowWriter(
  'attention',
  [
    ...(['approval_id', 'operator_id', 'tenant', 'test', 'agent_id', 'content_chars'] as const),
    ...(['viewed_at', 'context_at', 'voted_at', 'vote', 'channel'] as const),
  ],
  ['approval_id', 'operator_id'],
);
const writeAlerts = rowWriter(
  'alerts',
  ['attempt_id', 'approval_id', 'tenant', 'operator_id', 'channel', 'first_at', 'state', 'failures', 'error_class'],
  ['attempt_id'],
  ['state', 'failures', 'error_class'],
);
