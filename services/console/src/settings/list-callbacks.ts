import { streamOf, type callbacksQuery, type RecordedEvent } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { readCursor, writeCursor } from '../read-model/paging.ts';
import type { DeliveryRow, ReadModelTables } from '../read-model/schema.ts';

/** Between the two halves of a cursor: neither an instant nor an id has it. */
const BAR = '|';
export const cursorOf = ({ owed_at, approval_id }: Pick<DeliveryRow, 'owed_at' | 'approval_id'>): string =>
  writeCursor(`${owed_at}${BAR}${approval_id}`);
/** @throws CursorUnreadable */
export const placeOf = (cursor: string): { owedAt: string; id: string } => {
  const [owedAt = '', id = ''] = readCursor(cursor).split(BAR);
  return { owedAt, id };
};

/**
 * What apps were told or are to be told, decisions, notices and tests alike, newest first.
 * @throws CursorUnreadable when `cursor` is not one this function gave out.
 */
export const listCallbacks = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  { endpoint, state, cursor, limit }: z.output<typeof callbacksQuery>,
) => {
  let select = db.selectFrom('deliveries').selectAll().where('tenant', '=', tenant);
  select = state === 'all' ? select.where('callback_state', '!=', 'none') : select.where('callback_state', '=', state);
  if (endpoint !== undefined) select = select.where('endpoint_id', '=', endpoint);
  if (cursor !== undefined) {
    const { owedAt, id } = placeOf(cursor);
    select = select.where(eb => eb.or([eb('owed_at', '<', owedAt), eb.and([eb('owed_at', '=', owedAt), eb('approval_id', '<', id)])]));
  }
  const rows = await select
    .orderBy('owed_at', 'desc')
    .orderBy('approval_id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(itemOf), nextCursor: rows.length > page.length && last ? cursorOf(last) : null };
};

const itemOf = (row: DeliveryRow) => ({
  id: row.approval_id,
  kind: row.kind,
  approvalId: row.kind === 'decision' ? row.approval_id : null,
  webhookId: row.webhook_id,
  endpointId: row.endpoint_id,
  host: row.host,
  state: row.callback_state,
  attempts: row.callback_attempts,
  nextAttemptAt: row.callback_next_at,
  owedAt: row.owed_at,
  lastAttempt:
    row.tried_at === null ? null : { at: row.tried_at, status: row.status, errorClass: row.error_class, resolvedAddress: row.address },
});

/** One of them, with every attempt there was and the first 4 KiB of what a receiver said that did not take it. @throws ProblemError 404 */
export const showCallback = async (
  db: Kysely<ReadModelTables>,
  eventLog: Pick<EventLog, 'load'>,
  tenant: string,
  id: string,
): Promise<object> => {
  const row = await deliveryOf(db, tenant, id);
  const { events } = await eventLog.load(streamOf.callback(id));
  return { ...itemOf(row), history: events.map(attemptOf).filter(attempt => attempt !== null) };
};

/** @throws ProblemError 404 */
export const deliveryOf = async (db: Kysely<ReadModelTables>, tenant: string, id: string): Promise<DeliveryRow> => {
  const row = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('approval_id', '=', id)
    .where('tenant', '=', tenant)
    .where('callback_state', '!=', 'none')
    .executeTakeFirst();
  if (row === undefined) throw new ProblemError('not_found', 404, `There is no callback ${id}.`);
  return row;
};

const attemptOf = (event: RecordedEvent) => {
  switch (event.type) {
    case 'CallbackScheduled': {
      const { at, reason, nextAttemptAt } = event.data;
      return { what: 'scheduled', at, reason, nextAttemptAt };
    }
    case 'CallbackAttemptFailed': {
      const { approvalId: _id, webhookId: _webhookId, private: said, ...attempt } = event.data;
      return { what: 'failed', ...attempt, responseExcerpt: said.responseExcerpt };
    }
    case 'CallbackDelivered': {
      const { approvalId: _id, webhookId: _webhookId, ...attempt } = event.data;
      return { what: 'delivered', ...attempt };
    }
    case 'CallbackExhausted':
      return { what: 'exhausted', at: event.data.at, lastErrorClass: event.data.lastErrorClass };
    default:
      return null;
  }
};
