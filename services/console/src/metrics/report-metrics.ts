import type { MetricsReport } from '@holdpoint/contracts';
import type { Kysely } from 'kysely';
import type { ReadModelTables } from '../read-model/schema.ts';
import { countAlerts, countCallbacks } from './count-deliveries.ts';
import { countOperators } from './count-operators.ts';
import { countRequests } from './count-requests.ts';
import { countUnfinished } from './count-unfinished.ts';
import type { Period } from './period-of.ts';

/**
 * How it goes: what was asked in a period and what became of it, how people decide, whether alerts and callbacks arrive, and what is not finished.
 * Alerts and callbacks are those of all agents.
 */
export const reportMetrics = async (
  db: Kysely<ReadModelTables>,
  tenant: string,
  period: Period,
  nameOf: (operatorId: string) => string,
): Promise<MetricsReport> => {
  const { complete, ...requests } = await countRequests(db, tenant, period);
  const people = await countOperators(db, tenant, period, nameOf);
  const alerts = await countAlerts(db, tenant, period);
  const callbacks = await countCallbacks(db, tenant, period);
  return {
    ...period,
    ...requests,
    complete: complete && people.complete && alerts.complete && callbacks.complete,
    operators: people.operators,
    channels: alerts.channels,
    endpoints: callbacks.endpoints,
    unfinished: await countUnfinished(db, tenant, period.agent),
  };
};
