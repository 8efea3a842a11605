import type { Kysely, SelectQueryBuilder } from 'kysely';
import { decidedBefore } from './decided-rows.ts';
import type { ReadModelTables } from './schema.ts';

/** Counted up to here: nobody needs to know more, and a count reads every row. */
const COUNTED_MAX = 10_000;

/** An approval whose time is over, and its place in the order of ends. */
export type Due = { id: string; sortKey: string };

/**
 * A tenant's approvals that ended before an instant and are on no legal hold, oldest first.
 * @param cutoff as `cutoffOf` gives it
 * @param after the sort key of the last one of the page before, `''` for the first page
 */
export const dueForErasure = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  cutoff: string,
  { after, limit }: { after: string; limit: number },
): Promise<Due[]> => {
  let select = endedAndFree(db, tenant).where('sort_key', '>', decidedBefore(cutoff));
  if (after !== '') select = select.where('sort_key', '<', after);
  const rows = await select.select(['id', 'sort_key']).orderBy('sort_key', 'desc').limit(limit).execute();
  return rows.map(({ id, sort_key }) => ({ id, sortKey: sort_key }));
};

/**
 * How many are due; `more` where there are more than are counted.
 * @param cutoff null where nothing is due
 * @returns with when the oldest one ended that is kept and on no legal hold; null where there is none
 */
export const countDue = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  cutoff: string | null,
): Promise<{ count: number; more: boolean; oldest: string | null }> => {
  const oldest = await endedAndFree(db, tenant).select('decided_at').orderBy('sort_key', 'desc').limit(1).executeTakeFirst();
  const due =
    cutoff === null
      ? []
      : await endedAndFree(db, tenant)
          .where('sort_key', '>', decidedBefore(cutoff))
          .select('id')
          .limit(COUNTED_MAX + 1)
          .execute();
  return { count: Math.min(due.length, COUNTED_MAX), more: due.length > COUNTED_MAX, oldest: oldest?.decided_at ?? null };
};

/** By the index of the inbox: ends are sorted there, newest first. */
const endedAndFree = (db: Kysely<ReadModelTables>, tenant: string): SelectQueryBuilder<ReadModelTables, 'approvals', object> =>
  db
    .selectFrom('approvals')
    .where('tenant', '=', tenant)
    .where('open', '=', 0)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('legal_holds').select('legal_holds.approval_id').whereRef('legal_holds.approval_id', '=', 'approvals.id'))),
    );
