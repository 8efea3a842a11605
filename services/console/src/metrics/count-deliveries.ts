import type { MetricsReport } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import { since } from '../read-model/measure-row.ts';
import type { AlertRow, DeliveryRow, ReadModelTables } from '../read-model/schema.ts';
import { durationsOf } from './durations.ts';
import { inChunks } from './in-chunks.ts';
import type { Period } from './period-of.ts';

type Channel = MetricsReport['channels'][number];
type Endpoint = MetricsReport['endpoints'][number];
type Db = Kysely<ReadModelTables>;

/** How alerts fared that were begun in a period, by channel; what was delivered was sent too, what was seen delivered. */
export const countAlerts = async (db: Db, tenant: string, { from, to }: Period): Promise<{ complete: boolean; channels: Channel[] }> => {
  const channels = new Map<string, Channel & { byError: Map<string, number> }>();
  const read = (after: AlertRow | null, limit: number): Promise<AlertRow[]> => {
    let select = db.selectFrom('alerts').selectAll().where('tenant', '=', tenant).where('first_at', '>=', from);
    if (after === null) select = select.where('first_at', '<', to);
    else {
      const { first_at, attempt_id } = after;
      select = select
        .where('first_at', '<=', first_at)
        .where(eb => eb.or([eb('first_at', '<', first_at), eb('attempt_id', '<', attempt_id)]));
    }
    return select.orderBy('first_at', 'desc').orderBy('attempt_id', 'desc').limit(limit).execute();
  };
  const complete = await inChunks(read, ({ channel, state, error_class: errorClass }) => {
    const none = { channel, alerts: 0, held: 0, failed: 0, sent: 0, delivered: 0, seen: 0, errors: [], byError: new Map<string, number>() };
    const of = channels.get(channel) ?? none;
    channels.set(channel, of);
    of.alerts += 1;
    of[state] += 1;
    if (state === 'failed' && errorClass !== null) of.byError.set(errorClass, (of.byError.get(errorClass) ?? 0) + 1);
  });
  const told = [...channels.values()].map(({ byError, ...channel }) => ({
    ...channel,
    errors: [...byError].map(([errorClass, count]) => ({ errorClass, count })).sort((a, b) => b.count - a.count),
  }));
  return { complete, channels: told.sort((a, b) => b.alerts - a.alerts || a.channel.localeCompare(b.channel)) };
};

/** How apps were told what was decided in a period, by endpoint; by host where the address came with the request. */
export const countCallbacks = async (
  db: Db,
  tenant: string,
  { from, to }: Period,
): Promise<{ complete: boolean; endpoints: Endpoint[] }> => {
  const endpoints = new Map<string, Omit<Endpoint, 'took'> & { took: number[] }>();
  const read = (after: DeliveryRow | null, limit: number): Promise<DeliveryRow[]> => {
    let select = db.selectFrom('deliveries').selectAll().where('tenant', '=', tenant).where('owed_at', '>=', from);
    if (after === null) select = select.where('owed_at', '<', to);
    else {
      const { owed_at, approval_id } = after;
      select = select
        .where('owed_at', '<=', owed_at)
        .where(eb => eb.or([eb('owed_at', '<', owed_at), eb('approval_id', '<', approval_id)]));
    }
    return select
      .where('callback_state', '!=', 'none')
      .where('kind', '=', 'decision')
      .orderBy('owed_at', 'desc')
      .orderBy('approval_id', 'desc')
      .limit(limit)
      .execute();
  };
  const complete = await inChunks(read, row => {
    const key = row.endpoint_id ?? row.host ?? '';
    const none = { endpointId: row.endpoint_id, host: row.host, owed: 0, delivered: 0, pending: 0, exhausted: 0, attempts: 0, took: [] };
    const of = endpoints.get(key) ?? none;
    endpoints.set(key, of);
    of.owed += 1;
    of.attempts += row.callback_attempts;
    of[row.callback_state as 'delivered' | 'pending' | 'exhausted'] += 1;
    const took = row.callback_state === 'delivered' && row.tried_at !== null ? since(row.owed_at, row.tried_at) : null;
    if (took !== null) of.took.push(took);
  });
  const told = [...endpoints.values()].map(({ took, ...endpoint }) => ({ ...endpoint, took: durationsOf(took) }));
  return { complete, endpoints: told.sort((a, b) => b.owed - a.owed || nameOf(a).localeCompare(nameOf(b))) };
};

const nameOf = ({ endpointId, host }: Pick<Endpoint, 'endpointId' | 'host'>): string => endpointId ?? host ?? '';
