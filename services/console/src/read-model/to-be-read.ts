import type { Kysely } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/**
 * Which of these approvals must be read on their own page before they are approved: those with flagged text, and those the read model does not have
 * (yet), about which nothing can be said.
 */
export const toBeRead = async (db: Kysely<ReadModelTables>, tenant: string, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const plain = await db
    .selectFrom('approvals')
    .select('id')
    .where('tenant', '=', tenant)
    .where('flagged', '=', 0)
    .where('id', 'in', [...ids])
    .execute();
  const known = new Set(plain.map(({ id }) => id));
  return new Set(ids.filter(id => !known.has(id)));
};
