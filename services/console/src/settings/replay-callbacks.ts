import { LIMITS, streamOf, type CallbackEvent, type replayCallbacksBody } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { DeliveryRow, ReadModelTables } from '../read-model/schema.ts';
import type { Changer } from './change-settings.ts';
import { cursorOf, deliveryOf, placeOf } from './list-callbacks.ts';

type Deps = { read: Kysely<ReadModelTables>; eventLog: Pick<EventLog, 'handle'>; now: () => string };
type Asked = z.output<typeof replayCallbacksBody>;

/** Replays recorded at the same time. */
const CONCURRENT_MAX = 8;

/**
 * Sends callbacks again, each under the webhook id it always had; the schedule begins anew.
 * @returns what is sent again, and where to go on when there is more.
 * @throws ProblemError 404 for an id that is not there, 409 for one that was never tried; then none is sent. CursorUnreadable.
 */
export const replayCallbacks =
  (deps: Deps) =>
  async (by: Changer, asked: Asked): Promise<{ items: { id: string; webhookId: string }[]; nextCursor: string | null }> => {
    const { rows, nextCursor } =
      'ids' in asked
        ? { rows: await Promise.all([...new Set(asked.ids)].map(id => deliveryOf(deps.read, by.tenant, id))), nextCursor: null }
        : await within(deps.read, by.tenant, asked);
    const untried = rows.find(({ webhook_id: webhookId }) => webhookId === null);
    if (untried) throw new ProblemError('never_tried', 409, `${untried.approval_id} was not tried yet: it is on its way.`);
    for (let at = 0; at < rows.length; at += CONCURRENT_MAX)
      await Promise.all(rows.slice(at, at + CONCURRENT_MAX).map(row => replay(deps, by, row)));
    return { items: rows.map(row => ({ id: row.approval_id, webhookId: row.webhook_id as string })), nextCursor };
  };

const within = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  { endpointId, from, to, failedOnly, cursor }: Exclude<Asked, { ids: unknown }>,
) => {
  let select = db
    .selectFrom('deliveries')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('endpoint_id', '=', endpointId)
    .where('webhook_id', 'is not', null)
    .where('owed_at', '>=', new Date(from).toISOString())
    .where('owed_at', '<', new Date(to).toISOString());
  select = failedOnly ? select.where('callback_state', '=', 'exhausted') : select.where('callback_state', '!=', 'none');
  if (cursor !== undefined) {
    const { owedAt, id } = placeOf(cursor);
    select = select.where(eb => eb.or([eb('owed_at', '>', owedAt), eb.and([eb('owed_at', '=', owedAt), eb('approval_id', '>', id)])]));
  }
  const found = await select
    .orderBy('owed_at')
    .orderBy('approval_id')
    .limit(LIMITS.bulkMax + 1)
    .execute();
  const rows = found.slice(0, LIMITS.bulkMax);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > rows.length && last ? cursorOf(last) : null };
};

/** Records that it is to be sent again; the relay rings for it, callback sends it. */
const replay = async (
  { eventLog, now }: Deps,
  { tenant, operatorId }: Changer,
  { approval_id: id, webhook_id: webhookId }: DeliveryRow,
): Promise<void> => {
  const at = now();
  const scheduled: CallbackEvent = {
    type: 'CallbackScheduled',
    data: { approvalId: id, webhookId: webhookId as string, nextAttemptAt: at, reason: 'replay', at },
  };
  const decider = { initial: null, evolve: () => null, decide: (): CallbackEvent[] => [scheduled] };
  await eventLog.handle(decider, streamOf.callback(id), null, {
    commandId: newId('cmd'),
    tenant,
    actor: `operator:${operatorId}`,
    recordedAt: at,
  });
};
