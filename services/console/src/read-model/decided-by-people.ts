import type { Kysely } from 'kysely';
import { decidedSortKeyOf } from './approval-row.ts';
import type { ReadModelTables } from './schema.ts';

/** What a person said about one action: agreed when it was approved as it was asked. */
export type Judged = { agentId: string; tool: string; amount: number | null; currency: string | null; agreed: boolean };

/** Newest decisions looked at, by rules and by people: some hundred milliseconds of work. */
const LOOKED_AT_MAX = 200_000;
/** Rows read at once; in between the loop is free for others. */
const CHUNK = 2_000;
const JUDGEMENTS = new Set(['approved', 'modified', 'rejected']);

/**
 * What people decided about live requests since an instant, newest first.
 * @param only agent and tool to keep; all of them where absent
 */
export const decidedByPeople = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  since: string,
  only: { agentId?: string | undefined; tool?: string | undefined },
): Promise<Judged[]> => {
  const judged: Judged[] = [];
  let after = '';
  for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += CHUNK) {
    // Sort keys count down from the newest decision, so the index ends the search at `since`.
    const rows = await db
      .selectFrom('approvals')
      .select(['agent_id', 'tool_name', 'amount', 'currency', 'status', 'decided_by', 'test', 'sort_key'])
      .where('tenant', '=', tenant)
      .where('open', '=', 0)
      .where('sort_key', '>', after)
      .where('sort_key', '<', decidedSortKeyOf('', since))
      .orderBy('sort_key')
      .limit(CHUNK)
      .execute();
    for (const { agent_id: agentId, tool_name: tool, amount, currency, status, decided_by, test } of rows) {
      if (test === 1 || !JUDGEMENTS.has(status) || !byPerson(decided_by)) continue;
      if ((only.agentId ?? agentId) !== agentId || (only.tool ?? tool) !== tool) continue;
      judged.push({ agentId, tool, amount, currency, agreed: status === 'approved' });
    }
    if (rows.length < CHUNK) break;
    after = rows.at(-1)?.sort_key ?? after;
    await new Promise(resolve => setImmediate(resolve));
  }
  return judged;
};

const byPerson = (decidedBy: string | null): boolean =>
  decidedBy !== null && (JSON.parse(decidedBy) as { kind: string }).kind === 'operator';
