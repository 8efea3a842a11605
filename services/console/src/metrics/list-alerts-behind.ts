import type { BehindQuery } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { ReadModelTables } from '../read-model/schema.ts';
import { BAR, type BehindItem, itemOf } from './behind-item.ts';
import type { Period } from './period-of.ts';

/**
 * The alerts that a number of a channel counts, newest first, each with the request it was about: a request that two people were told about
 * comes twice. Of all agents, and of test requests too, as they are counted.
 * @param wanted the channel, and how far the alert got, or with what class of error it failed
 * @param nameOf the name of an operator
 * @throws CursorUnreadable when `cursor` is not one this list gave out
 */
export const listAlertsBehind = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  { from, to }: Pick<Period, 'from' | 'to'>,
  { cursor, limit }: Pick<BehindQuery, 'cursor' | 'limit'>,
  [channel, state, errorClass]: readonly [channel: string, state: string, errorClass: string],
  nameOf: (operatorId: string) => string,
): Promise<{ items: BehindItem[]; nextCursor: string | null }> => {
  let select = db
    .selectFrom('alerts')
    .innerJoin('measures', 'measures.approval_id', 'alerts.approval_id')
    .selectAll('measures')
    .select(['alerts.attempt_id', 'alerts.operator_id', 'alerts.first_at', 'alerts.state', 'alerts.error_class'])
    .where('alerts.tenant', '=', tenant)
    .where('alerts.channel', '=', channel)
    .where('alerts.first_at', '>=', from)
    .where('alerts.first_at', '<', to);
  if (state !== '') select = select.where('alerts.state', '=', state as 'sent');
  if (errorClass !== '') select = select.where('alerts.error_class', '=', errorClass);
  if (cursor !== undefined) {
    const [firstAt = '', attemptId = ''] = readCursor(cursor).split(BAR);
    select = select.where(eb =>
      eb.or([eb('alerts.first_at', '<', firstAt), eb.and([eb('alerts.first_at', '=', firstAt), eb('alerts.attempt_id', '<', attemptId)])]),
    );
  }
  const rows = await select
    .orderBy('alerts.first_at', 'desc')
    .orderBy('alerts.attempt_id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(row => ({
      ...itemOf(row),
      alert: { id: row.attempt_id, to: nameOf(row.operator_id), at: row.first_at, state: row.state, errorClass: row.error_class },
    })),
    nextCursor: rows.length > page.length && last ? writeCursor(`${last.first_at}${BAR}${last.attempt_id}`) : null,
  };
};
