import type { ExportQuery } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { ApprovalRow, ReadModelTables } from '../read-model/schema.ts';
import type { Export, ExportRecord } from './export-format.ts';

/** Rows read at once: some milliseconds; in between the loop is free for others. */
const CHUNK_ROWS = 250;
/** Between the two halves of a cursor: neither an instant nor an id has it. */
const BAR = '|';

const COLUMNS = [
  ...([
    'id',
    'status',
    'requestedAt',
    'expiresAt',
    'decidedAt',
    'decidedBy',
    'agentId',
    'agentName',
    'tool',
    'riskLevel',
    'verdict',
  ] as const),
  ...(['source', 'entityId', 'amount', 'currency', 'contextSummary', 'proposedAction', 'threadId', 'runId', 'toolCallId'] as const),
  ...(['test', 'cursor'] as const),
];

/**
 * A tenant's requests by when they were asked, oldest first, as the read model has them.
 * @throws CursorUnreadable with the first record when `cursor` is not one this export gave out
 */
export const exportApprovals = (db: Kysely<ReadModelTables>, tenant: string, query: ExportQuery): Export => ({
  columns: COLUMNS,
  records: approvalRecords(db, tenant, query),
});

async function* approvalRecords(db: Kysely<ReadModelTables>, tenant: string, query: ExportQuery): AsyncGenerator<ExportRecord> {
  let after = query.cursor === undefined ? null : placeOf(query.cursor);
  for (;;) {
    let select = db.selectFrom('approvals').selectAll().where('tenant', '=', tenant);
    if (query.from !== undefined) select = select.where('requested_at', '>=', query.from);
    if (query.to !== undefined) select = select.where('requested_at', '<', query.to);
    if (query.agent !== undefined) select = select.where('agent_id', '=', query.agent);
    if (after !== null) {
      const { requestedAt, id } = after;
      select = select
        .where('requested_at', '>=', requestedAt)
        .where(eb => eb.or([eb('requested_at', '>', requestedAt), eb('id', '>', id)]));
    }
    const rows = await select.orderBy('requested_at').orderBy('id').limit(CHUNK_ROWS).execute();
    for (const row of rows) yield recordOf(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK_ROWS) return;
    after = { requestedAt: last.requested_at, id: last.id };
    await new Promise(resolve => setImmediate(resolve));
  }
}

const placeOf = (cursor: string): { requestedAt: string; id: string } => {
  const [requestedAt = '', id = ''] = readCursor(cursor).split(BAR);
  return { requestedAt, id };
};

const recordOf = (row: ApprovalRow): ExportRecord => ({
  id: row.id,
  status: row.status,
  requestedAt: row.requested_at,
  expiresAt: row.expires_at,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by === null ? null : (JSON.parse(row.decided_by) as { id: string }).id,
  agentId: row.agent_id,
  agentName: row.agent_name,
  tool: row.tool_name,
  riskLevel: row.risk_level,
  verdict: row.verdict,
  source: row.source,
  entityId: row.entity_id,
  amount: row.amount,
  currency: row.currency,
  contextSummary: row.context_summary,
  proposedAction: row.proposed_action,
  threadId: row.thread_id,
  runId: row.run_id,
  toolCallId: row.tool_call_id,
  test: row.test === 1,
  cursor: writeCursor(`${row.requested_at}${BAR}${row.id}`),
});
