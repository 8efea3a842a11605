import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from './paging.ts';
import type { ReadModelTables } from './schema.ts';

type Query = { state: 'open' | 'done' | 'all'; kind?: 'sample' | 'breakGlass' | undefined; cursor?: string | undefined; limit: number };

/** Between the two halves of a cursor: neither an instant nor an id has it. */
const BAR = '|';

/**
 * What was let through without anybody deciding and is to be looked at afterwards, oldest first.
 * @throws CursorUnreadable when `cursor` is not one this function gave out.
 */
export const listAfterReviews = async (db: Kysely<ReadModelTables>, tenant: string, query: Query) => {
  let select = db
    .selectFrom('after_reviews')
    .innerJoin('approvals', 'approvals.id', 'after_reviews.approval_id')
    .select(['approval_id', 'kind', 'opened_at', 'reviewed_at', 'reviewed_by', 'agreed'])
    .select(['agent_id', 'tool_name', 'risk_level', 'amount', 'currency', 'status', 'context_summary', 'proposed_action'])
    .where('after_reviews.tenant', '=', tenant);
  if (query.state !== 'all') select = select.where('reviewed_at', query.state === 'open' ? 'is' : 'is not', null);
  if (query.kind) select = select.where('kind', '=', query.kind);
  if (query.cursor) {
    const [openedAt = '', id = ''] = readCursor(query.cursor).split(BAR);
    select = select.where(eb =>
      eb.or([eb('opened_at', '>', openedAt), eb.and([eb('opened_at', '=', openedAt), eb('approval_id', '>', id)])]),
    );
  }
  const rows = await select
    .orderBy('opened_at')
    .orderBy('approval_id')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({
      approvalId: row.approval_id,
      kind: row.kind,
      openedAt: row.opened_at,
      reviewedAt: row.reviewed_at,
      reviewedBy: row.reviewed_by === null ? null : (JSON.parse(row.reviewed_by) as unknown),
      agreed: row.agreed === null ? null : row.agreed === 1,
      agentId: row.agent_id,
      toolName: row.tool_name,
      riskLevel: row.risk_level,
      amount: row.amount,
      currency: row.currency,
      status: row.status,
      contextSummary: row.context_summary,
      proposedAction: row.proposed_action,
    })),
    nextCursor: rows.length > page.length && last ? writeCursor(`${last.opened_at}${BAR}${last.approval_id}`) : null,
  };
};
