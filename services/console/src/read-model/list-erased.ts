import type { DecidedBy, ErasedPage, LegalHoldsPage, PageQuery } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from './paging.ts';
import type { ReadModelTables } from './schema.ts';

/** Between the two halves of a cursor: neither an instant nor an id has it. */
const BAR = '|';

/**
 * What a tenant had erased, newest order first: who ordered it, when, on what ground, and when it was done.
 * @throws CursorUnreadable when `cursor` is not one this function gave out
 */
export const listErased = async (db: Kysely<ReadModelTables>, tenant: string, { cursor, limit }: PageQuery): Promise<ErasedPage> => {
  let select = db.selectFrom('erased').selectAll().where('tenant', '=', tenant);
  if (cursor !== undefined) {
    const { at, id } = placeOf(cursor);
    select = select.where(eb => eb.or([eb('ordered_at', '<', at), eb.and([eb('ordered_at', '=', at), eb('approval_id', '<', id)])]));
  }
  const rows = await select
    .orderBy('ordered_at', 'desc')
    .orderBy('approval_id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({
      approvalId: row.approval_id,
      ground: row.ground,
      by: JSON.parse(row.ordered_by) as DecidedBy,
      reason: row.reason,
      erasedAt: row.ordered_at,
      keysDestroyedAt: row.done_at,
    })),
    nextCursor: rows.length > page.length && last ? writeCursor(`${last.ordered_at}${BAR}${last.approval_id}`) : null,
  };
};

/**
 * What of a tenant is on legal hold, newest hold first.
 * @throws CursorUnreadable when `cursor` is not one this function gave out
 */
export const listLegalHolds = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  { cursor, limit }: PageQuery,
): Promise<LegalHoldsPage> => {
  let select = db
    .selectFrom('legal_holds')
    .innerJoin('approvals', 'approvals.id', 'legal_holds.approval_id')
    .select(['approval_id', 'placed_by', 'placed_at', 'agent_id', 'tool_name', 'status', 'decided_at'])
    .where('legal_holds.tenant', '=', tenant);
  if (cursor !== undefined) {
    const { at, id } = placeOf(cursor);
    select = select.where(eb => eb.or([eb('placed_at', '<', at), eb.and([eb('placed_at', '=', at), eb('approval_id', '<', id)])]));
  }
  const rows = await select
    .orderBy('placed_at', 'desc')
    .orderBy('approval_id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({
      approvalId: row.approval_id,
      by: JSON.parse(row.placed_by) as DecidedBy,
      at: row.placed_at,
      agentId: row.agent_id,
      toolName: row.tool_name,
      status: row.status,
      decidedAt: row.decided_at,
    })),
    nextCursor: rows.length > page.length && last ? writeCursor(`${last.placed_at}${BAR}${last.approval_id}`) : null,
  };
};

const placeOf = (cursor: string): { at: string; id: string } => {
  const [at = '', id = ''] = readCursor(cursor).split(BAR);
  return { at, id };
};
