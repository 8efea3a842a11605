import type { Kysely, Transaction } from 'kysely';
import type { ApprovalRow, ReadModelTables } from './schema.ts';

/** Who may decide a row: all that the counts of an inbox depend on. Rows of one audience are counted together. */
export type Audience = Pick<ApprovalRow, (typeof AUDIENCE)[number]>;
const AUDIENCE = [
  ...(['phase', 'role_mask', 'named_operators', 'senior_only', 'voted_operators', 'exclude_requester'] as const),
  ...(['principal_id', 'agent_id', 'claimed_by_id', 'claim_expires_at'] as const),
];

const DECIDED = 'decided';
const OPEN = 'open:';

/** The tally a row is counted in. Who asked matters only where the requester is barred; elsewhere it would split tallies for nothing. */
const tallyOf = (row: ApprovalRow): string => {
  if (row.open === 0) return DECIDED;
  const audience = row.exclude_requester === 1 ? row : { ...row, principal_id: null, agent_id: '' };
  return OPEN + JSON.stringify(AUDIENCE.map(name => audience[name]));
};

/**
 * Moves rows from the tally they were counted in to the one they belong to now, in the transaction that writes them. A scan of 20 000
 * open rows takes some 70 ms, every half second for every organisation somebody looks at; this takes a handful of small rows per batch.
 * @param changes each row before (undefined when new) and after (undefined when it goes).
 */
export const countRows = async (
  tx: Transaction<ReadModelTables>,
  changes: readonly (readonly [before: ApprovalRow | undefined, after: ApprovalRow | undefined])[],
): Promise<void> => {
  const moved = new Map<string, Map<string, number>>();
  const add = (row: ApprovalRow, count: 1 | -1) => {
    const tallies = moved.get(row.tenant) ?? new Map<string, number>();
    moved.set(row.tenant, tallies);
    const name = tallyOf(row);
    tallies.set(name, (tallies.get(name) ?? 0) + count);
  };
  for (const [before, after] of changes) {
    if (before) add(before, -1);
    if (after) add(after, 1);
  }
  for (const [tenant, tallies] of moved) {
    const rows = [...tallies].filter(([, total]) => total !== 0).map(([name, total]) => ({ tenant, name, total }));
    if (rows.length > 0) await addToTallies(tx, rows);
    // Audiences come and go with every claim; an empty one is not kept.
    if (rows.some(row => row.total < 0)) await tx.deleteFrom('tallies').where('tenant', '=', tenant).where('total', '=', 0).execute();
  }
};

const addToTallies = (tx: Transaction<ReadModelTables>, rows: { tenant: string; name: string; total: number }[]): Promise<unknown> =>
  tx
    .insertInto('tallies')
    .values(rows)
    .onConflict(conflict =>
      conflict.columns(['tenant', 'name']).doUpdateSet(row => ({ total: row('tallies.total', '+', row.ref('excluded.total')) })),
    )
    .execute();

export type Tallies = { decided: number; open: { audience: Audience; count: number }[] };

/** All tallies of a tenant: a handful of rows however many approvals there are. */
export const readTallies = async (db: Kysely<ReadModelTables>, tenant: string): Promise<Tallies> => {
  const rows = await db.selectFrom('tallies').select(['name', 'total']).where('tenant', '=', tenant).execute();
  return {
    decided: rows.find(row => row.name === DECIDED)?.total ?? 0,
    open: rows
      .filter(row => row.name.startsWith(OPEN))
      .map(row => ({ audience: audienceIn(row.name.slice(OPEN.length)), count: row.total })),
  };
};

const audienceIn = (text: string): Audience => {
  const values = JSON.parse(text) as unknown[];
  return Object.fromEntries(AUDIENCE.map((name, index) => [name, values[index]])) as Audience;
};
