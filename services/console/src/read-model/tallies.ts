import type { Kysely, Transaction } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** Adds to a running count, in the transaction that writes the rows it counts. */
export const addToTally = async (tx: Transaction<ReadModelTables>, tenant: string, name: string, count: number): Promise<void> => {
  await tx
    .insertInto('tallies')
    .values({ tenant, name, total: count })
    .onConflict(conflict =>
      conflict.columns(['tenant', 'name']).doUpdateSet(row => ({ total: row('tallies.total', '+', row.ref('excluded.total')) })),
    )
    .execute();
};

/** A running count, 0 where nothing was counted yet. */
export const tallyOf = async (db: Kysely<ReadModelTables>, tenant: string, name: string): Promise<number> => {
  const row = await db.selectFrom('tallies').select('total').where('tenant', '=', tenant).where('name', '=', name).executeTakeFirst();
  return row?.total ?? 0;
};
