import type { Kysely } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** Creates the tables of what is kept from erasure and of what was erased, where they are missing. Both are listed by time. */
export const createErasureTables = async (db: Kysely<ReadModelTables>): Promise<void> => {
  let holds = db.schema
    .createTable('legal_holds')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.primaryKey());
  for (const name of ['tenant', 'placed_by', 'placed_at'] as const) holds = holds.addColumn(name, 'text', column => column.notNull());
  await holds.execute();
  await db.schema
    .createIndex('legal_holds_listed')
    .ifNotExists()
    .on('legal_holds')
    .columns(['tenant', 'placed_at', 'approval_id'])
    .execute();

  let erased = db.schema
    .createTable('erased')
    .ifNotExists()
    .addColumn('approval_id', 'text', column => column.primaryKey());
  for (const name of ['tenant', 'ground', 'ordered_by', 'reason', 'ordered_at'] as const)
    erased = erased.addColumn(name, 'text', column => column.notNull());
  await erased.addColumn('done_at', 'text').execute();
  await db.schema.createIndex('erased_listed').ifNotExists().on('erased').columns(['tenant', 'ordered_at', 'approval_id']).execute();
};
