import type { DecidedBy, ExportQuery } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { decidedRows } from '../read-model/decided-rows.ts';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { ApprovalRow, ReadModelTables } from '../read-model/schema.ts';
import type { Export, ExportRecord } from './export-format.ts';

const COLUMNS = [
  ...(['id', 'decision', 'decidedAt', 'byKind', 'byId', 'byName', 'byRole', 'verdict', 'agentId', 'tool', 'riskLevel'] as const),
  ...(['entityId', 'amount', 'currency', 'requestedAt', 'expiresAt', 'test', 'cursor'] as const),
];

/**
 * A tenant's decisions by when they were made, oldest first: by people, by rules, and where nobody decided in time.
 * @throws CursorUnreadable with the first record when `cursor` is not one this export gave out
 */
export const exportDecisions = (db: Kysely<ReadModelTables>, tenant: string, query: ExportQuery): Export => ({
  columns: COLUMNS,
  records: decisionRecords(db, tenant, query),
});

async function* decisionRecords(db: Kysely<ReadModelTables>, tenant: string, query: ExportQuery): AsyncGenerator<ExportRecord> {
  const after = query.cursor === undefined ? '' : readCursor(query.cursor);
  for await (const row of decidedRows(db, tenant, query, after)) yield recordOf(row);
}

const recordOf = (row: ApprovalRow): ExportRecord => {
  const by = row.decided_by === null ? null : (JSON.parse(row.decided_by) as DecidedBy);
  return {
    id: row.id,
    decision: row.status,
    decidedAt: row.decided_at,
    byKind: by?.kind ?? null,
    byId: by?.id ?? null,
    byName: by?.display ?? null,
    byRole: by?.role ?? null,
    verdict: row.verdict,
    agentId: row.agent_id,
    tool: row.tool_name,
    riskLevel: row.risk_level,
    entityId: row.entity_id,
    amount: row.amount,
    currency: row.currency,
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    test: row.test === 1,
    cursor: writeCursor(row.sort_key),
  };
};
