import type { MetricsReport } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import type { ReadModelTables } from '../read-model/schema.ts';

type Unfinished = MetricsReport['unfinished'];

/** What is not finished in a tenant now, whenever it began. */
export const countUnfinished = async (db: Kysely<ReadModelTables>, tenant: string, agent: string | null): Promise<Unfinished> => {
  let open = db.selectFrom('approvals').where('tenant', '=', tenant).where('open', '=', 1).where('test', '=', 0);
  if (agent !== null) open = open.where('agent_id', '=', agent);
  const waiting = await open
    .select(eb => ['phase', eb.fn.countAll<number>().as('count')])
    .groupBy('phase')
    .execute();
  const callbacks = await db
    .selectFrom('deliveries')
    .where('tenant', '=', tenant)
    .where('callback_state', 'in', ['pending', 'exhausted'])
    .where('kind', '=', 'decision')
    .select(eb => ['callback_state as state', eb.fn.countAll<number>().as('count')])
    .groupBy('callback_state')
    .execute();
  const resumes = await db
    .selectFrom('deliveries')
    .where('tenant', '=', tenant)
    .where('resume_state', 'in', ['pending', 'impossible'])
    .select(eb => ['resume_state as state', eb.fn.countAll<number>().as('count')])
    .groupBy('resume_state')
    .execute();
  const reviews = await db
    .selectFrom('after_reviews')
    .where('tenant', '=', tenant)
    .where('reviewed_at', 'is', null)
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const of = (rows: readonly { state: string; count: number }[], state: string) =>
    Number(rows.find(row => row.state === state)?.count ?? 0);
  return {
    open: waiting.reduce((sum, { count }) => sum + Number(count), 0),
    gating: Number(waiting.find(({ phase }) => phase === 'gating')?.count ?? 0),
    callbacksPending: of(callbacks, 'pending'),
    callbacksExhausted: of(callbacks, 'exhausted'),
    resumesPending: of(resumes, 'pending'),
    resumesImpossible: of(resumes, 'impossible'),
    afterReviews: Number(reviews.count),
  };
};
