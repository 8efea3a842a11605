import { categoryOf, idOf, schemaVersionOf, type EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Transaction } from 'kysely';
import { evolveRow, readsPrivate, type RowEvent } from './approval-row.ts';
import type { OpenEvent, Projection } from './projection.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';
import { addToTally } from './tallies.ts';
import { rowWriter } from './write-rows.ts';

/** Keys per `in (…)` list: one statement text for full chunks. */
const LOOKUP_MAX = 64;

/** `approvals`: one row per approval, everything a list shows and filters by. `tallies`: how many are decided. */
export const approvalsProjection: Projection = {
  name: 'approvals',
  handle: async (events, tx, open) => {
    const concerned = events.filter(event => categoryOf(event.stream) === 'approval');
    if (concerned.length === 0) return;
    const before = await rowsBefore(concerned, tx);
    const after = new Map(before);
    for (const event of concerned) {
      const id = idOf(event.stream);
      const row = after.get(id);
      const next = evolveRow(row, asRowEvent(event, row, open));
      if (next) after.set(id, next);
    }
    const changed = [...after.values()].filter(row => before.get(row.id) !== row);
    await writeApprovals(tx, changed);
    await countDecided(changed, before, tx);
  },
};

const columns: readonly (keyof ApprovalRow)[] = [
  ...(['id', 'tenant', 'revision', 'status', 'phase', 'open', 'sort_key', 'risk_level', 'source', 'agent_id', 'agent_name'] as const),
  ...([
    'tool_name',
    'context_summary',
    'proposed_action',
    'entity_id',
    'amount',
    'currency',
    'verdict',
    'step_index',
    'step_name',
  ] as const),
  ...(['escalation_level', 'role_mask', 'named_operators', 'senior_only', 'voted_operators', 'exclude_requester', 'principal_id'] as const),
  ...(['claimed_by_id', 'claimed_by', 'claim_expires_at', 'thread_id', 'run_id', 'tool_call_id', 'requested_at'] as const),
  ...(['expires_at', 'escalate_at', 'decided_at', 'decided_by', 'search_text'] as const),
];
const writeApprovals = rowWriter('approvals', columns, ['id']);

/** Rows of the approvals in this batch that began before it. */
const rowsBefore = async (events: readonly LoggedEvent[], tx: Transaction<ReadModelTables>): Promise<Map<string, ApprovalRow>> => {
  const ids = [...new Set(events.map(event => idOf(event.stream)))];
  const rows = new Map<string, ApprovalRow>();
  for (let at = 0; at < ids.length; at += LOOKUP_MAX) {
    const chunk = ids.slice(at, at + LOOKUP_MAX);
    for (const row of await tx.selectFrom('approvals').selectAll().where('id', 'in', chunk).execute()) rows.set(row.id, row);
  }
  return rows;
};

const asRowEvent = (event: LoggedEvent, row: ApprovalRow | undefined, open: OpenEvent): RowEvent => {
  const { stream, revision, metadata } = event;
  const type = event.type as EventType;
  const asStored = metadata.schemaVersion === schemaVersionOf(type) && !readsPrivate(type, row);
  const data = asStored ? event.data : open(event).data;
  return { type, data, stream, revision, tenant: metadata.tenant } as RowEvent;
};

const countDecided = async (
  changed: readonly ApprovalRow[],
  before: ReadonlyMap<string, ApprovalRow>,
  tx: Transaction<ReadModelTables>,
): Promise<void> => {
  const added = new Map<string, number>();
  for (const row of changed) {
    if (row.open === 0 && before.get(row.id)?.open !== 0) added.set(row.tenant, (added.get(row.tenant) ?? 0) + 1);
  }
  for (const [tenant, count] of added) await addToTally(tx, tenant, 'decided', count);
};
