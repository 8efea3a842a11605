import { categoryOf, idOf, schemaVersionOf, type EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Transaction } from 'kysely';
import { evolveRow, readsPrivate, type RowEvent } from './approval-row.ts';
import { breathe } from './breathe.ts';
import { openUnlessErased, type OpenEvent, type Projection } from './projection.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';
import { countRows } from './tallies.ts';
import { rowUpdater, rowWriter } from './write-rows.ts';

/** Keys per `in (…)` list: one statement text for full chunks. */
const LOOKUP_MAX = 64;

/** `approvals`: one row per approval, everything a list shows and filters by. `tallies`: how many rows there are of each kind. */
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
      const readable = asRowEvent(event, row, open);
      const next = readable && evolveRow(row, readable);
      if (next) after.set(id, next);
      await breathe();
    }
    const changed = [...after.values()].filter(row => before.get(row.id) !== row);
    await write(tx, changed, before);
    await countRows(
      tx,
      changed.map(row => [before.get(row.id), row] as const),
    );
  },
};

/** What never changes after the request. */
const asked = [
  ...(['id', 'tenant', 'risk_level', 'source', 'agent_id', 'agent_name', 'tool_name', 'context_summary', 'proposed_action'] as const),
  ...(['entity_id', 'principal_id', 'thread_id', 'run_id', 'tool_call_id', 'requested_at', 'test'] as const),
];
/** What changes while people are asked; none of it is in an index. */
const asking = [
  ...(['revision', 'phase', 'amount', 'currency', 'verdict', 'step_index', 'step_name', 'escalation_level', 'role_mask'] as const),
  ...(['named_operators', 'senior_only', 'voted_operators', 'exclude_requester', 'claimed_by_id', 'claimed_by'] as const),
  ...(['claim_expires_at', 'expires_at', 'escalate_at', 'flagged'] as const),
];
/** What changes with the decision, or when the row's place in the list does. */
const ending = ['status', 'open', 'sort_key', 'decided_at', 'decided_by'] as const;

const all = [...asked, ...asking, ...ending];
const insertRows = rowWriter('approvals', all, ['id']);
const updateAsking = rowUpdater('approvals', asking, 'id', all);
const updateEnding = rowUpdater('approvals', [...asking, ...ending], 'id', all);

const write = async (
  tx: Transaction<ReadModelTables>,
  changed: readonly ApprovalRow[],
  before: ReadonlyMap<string, ApprovalRow>,
): Promise<void> => {
  const known = (row: ApprovalRow) => before.get(row.id);
  await insertRows(
    tx,
    changed.filter(row => !known(row)),
  );
  await updateAsking(
    tx,
    changed.filter(row => known(row)?.sort_key === row.sort_key),
  );
  await updateEnding(
    tx,
    changed.filter(row => known(row) && known(row)?.sort_key !== row.sort_key),
  );
};

/** Rows of the approvals in this batch that began before it. */
const rowsBefore = async (events: readonly LoggedEvent[], tx: Transaction<ReadModelTables>): Promise<Map<string, ApprovalRow>> => {
  const ids = [...new Set(events.map(event => idOf(event.stream)))];
  const rows = new Map<string, ApprovalRow>();
  for (let at = 0; at < ids.length; at += LOOKUP_MAX) {
    const chunk = ids.slice(at, at + LOOKUP_MAX);
    for (const row of await tx.selectFrom('approvals').selectAll().where('id', 'in', chunk).execute()) rows.set(row.id, row);
    await breathe();
  }
  return rows;
};

/** @returns null when it was erased */
const asRowEvent = (event: LoggedEvent, row: ApprovalRow | undefined, open: OpenEvent): RowEvent | null => {
  const { stream, revision, metadata } = event;
  const type = event.type as EventType;
  const asStored = metadata.schemaVersion === schemaVersionOf(type) && !readsPrivate(type, row);
  const data = asStored ? event.data : openUnlessErased(event, open)?.data;
  return data === undefined ? null : ({ type, data, stream, revision, tenant: metadata.tenant } as RowEvent);
};
