import type { ApprovalsPage, ApprovalsQuery } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from './paging.ts';
import type { ReadModelTables } from './schema.ts';

/** Between the two halves of a cursor: neither an instant nor an id has it. */
const BAR = '|';

/**
 * A tenant's approvals, newest request first: the agents' list. Test keys see what test keys asked, live keys what live keys asked.
 * @throws CursorUnreadable when `cursor` is not one this function gave out.
 */
export const listApprovals = async (db: Kysely<ReadModelTables>, query: ApprovalsQuery): Promise<ApprovalsPage> => {
  let select = db
    .selectFrom('approvals')
    .select(['id', 'status', 'agent_id', 'source', 'thread_id', 'run_id', 'tool_call_id', 'risk_level', 'tool_name'])
    .select(['requested_at', 'expires_at', 'decided_at'])
    .where('tenant', '=', query.tenant)
    .where('test', '=', query.test ? 1 : 0);
  if (query.status) select = select.where('status', '=', query.status);
  if (query.agentId) select = select.where('agent_id', '=', query.agentId);
  if (query.threadId) select = select.where('thread_id', '=', query.threadId);
  if (query.cursor) {
    const [requestedAt = '', id = ''] = readCursor(query.cursor).split(BAR);
    select = select.where(eb =>
      eb.or([eb('requested_at', '<', requestedAt), eb.and([eb('requested_at', '=', requestedAt), eb('id', '<', id)])]),
    );
  }
  const rows = await select
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({
      id: row.id,
      status: row.status,
      agentId: row.agent_id,
      source: row.source,
      threadId: row.thread_id,
      runId: row.run_id,
      toolCallId: row.tool_call_id,
      riskLevel: row.risk_level,
      toolName: row.tool_name,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      decidedAt: row.decided_at,
    })),
    nextCursor: rows.length > page.length && last ? writeCursor(`${last.requested_at}${BAR}${last.id}`) : null,
  };
};
