import type { Kysely } from 'kysely';
import { decidedSortKeyOf } from './approval-row.ts';
import type { ApprovalRow, ReadModelTables } from './schema.ts';

/** Rows read at once: some milliseconds; in between the loop is free for others. */
const CHUNK_ROWS = 250;
/** Behind every id, in the order of bytes. */
const BEHIND_IDS = '~';

/** Sort keys of what was decided before an instant are greater than this one: they count down from the newest decision. */
export const decidedBefore = (instant: string): string => decidedSortKeyOf(BEHIND_IDS, instant);

type Query = { from?: string | undefined; to?: string | undefined; agent?: string | undefined };

/**
 * A tenant's decided requests by when they were decided, oldest first.
 * @param after the sort key of the row to go on behind, `''` for the first
 */
export async function* decidedRows(
  db: Kysely<ReadModelTables>,
  tenant: string,
  { from, to, agent }: Query,
  after: string,
): AsyncGenerator<ApprovalRow> {
  let below = after;
  for (;;) {
    let select = db.selectFrom('approvals').selectAll().where('tenant', '=', tenant).where('open', '=', 0);
    if (from !== undefined) select = select.where('sort_key', '<', decidedBefore(from));
    if (to !== undefined) select = select.where('sort_key', '>', decidedBefore(to));
    if (agent !== undefined) select = select.where('agent_id', '=', agent);
    if (below !== '') select = select.where('sort_key', '<', below);
    const rows = await select.orderBy('sort_key', 'desc').limit(CHUNK_ROWS).execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK_ROWS) return;
    below = last.sort_key;
    await new Promise(resolve => setImmediate(resolve));
  }
}
