import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReadModels, rebuildReadModel } from '@holdpoint/console';
import { startEventStore } from '@holdpoint/event-store';
import { openParts, readPartsConfig, type OpenParts } from '@holdpoint/service-kit';
import { reportMetrics } from '../../services/console/src/metrics/report-metrics.ts';
import { findPostgres, startPostgres } from '../setup/postgres.ts';
import { round } from './figures.ts';
import { PAST_TENANT, writePastApprovals } from './past-approvals.ts';

/** Past approvals when nothing else is said, and with `--full`. */
export const PROJECTED = 20_000;
export const PROJECTED_FULL = 200_000;

export type ProjectionFigures = {
  events: number;
  eventsPerSec: number;
  /** CPU of this process for each event, microseconds; the database server's own is not in it. */
  cpuUsEach: number;
  /** Counting the metrics of all of them, ms. */
  metricsMs: number;
};

/**
 * Builds every read model from the first event of a filled log, as a new schema generation does: in SQLite files and in PostgreSQL (synced to disk as it
 * is by default, in a folder of its own), one after the other.
 * @returns null for PostgreSQL where it is not there
 */
export const measureProjections = async (
  approvals: number,
  say: (line: string) => void,
): Promise<{ sqlite: ProjectionFigures; postgres: ProjectionFigures | null }> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdpoint-projections-'));
  writePastApprovals(dataDir, approvals);
  say(`  ${approvals} past approvals written …`);
  const store = await startEventStore({ dataDir: join(dataDir, 'event-store'), port: 0 });
  const env = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
    LOG_LEVEL: 'fatal',
  };
  const parts = await openParts(readPartsConfig(env), { name: 'bench' });
  try {
    const sqlite = await rebuildIn(parts, join(dataDir, 'files'), undefined);
    const found = findPostgres(say);
    if ('missing' in found) {
      say(`Without PostgreSQL: ${found.missing}`);
      return { sqlite, postgres: null };
    }
    const server = await startPostgres(found.path, []);
    try {
      return { sqlite, postgres: await rebuildIn(parts, dataDir, server.url) };
    } finally {
      await server.close();
    }
  } finally {
    await parts.close();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const rebuildIn = async ({ eventLog }: OpenParts, folder: string, url: string | undefined): Promise<ProjectionFigures> => {
  const models = await openReadModels(folder, event => eventLog.open(event), url);
  const cpuBefore = process.cpuUsage();
  const { events, elapsedMs } = await rebuildReadModel({ eventLog, models, run: { whileStill: work => work() } });
  const { user, system } = process.cpuUsage(cpuBefore);
  const countingMs = performance.now();
  await reportMetrics(models.current().read, PAST_TENANT, { from: '2026-01-01', to: '2027-01-01', agent: null }, id => id);
  const metricsMs = round(performance.now() - countingMs, 0);
  await models.close();
  const eventsPerSec = round(events / (elapsedMs / 1_000), 0);
  return { events, eventsPerSec, cpuUsEach: round((user + system) / events, 0), metricsMs };
};
