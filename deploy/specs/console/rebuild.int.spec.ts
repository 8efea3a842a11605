import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinarily, person } from '@holdpoint/testing';
import { openReadModels, rebuildReadModel, runProjections, type ReadModels, type RebuildProgress } from '@holdpoint/console';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, startPostgres, type RunningPostgres } from '../../setup/postgres.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

const found = findPostgres(() => undefined);
const missing = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const TABLES = [
  'approvals',
  'changes',
  'deliveries',
  'tallies',
  'after_reviews',
  'snoozes',
  'measures',
  'attention',
  'alerts',
  'legal_holds',
  'erased',
] as const;

let world: RunningConsole;
let folder: string;
let postgres: RunningPostgres | undefined;
beforeAll(async () => {
  world = await startConsole();
  folder = await mkdtemp(join(tmpdir(), `console-rebuild-${randomBytes(2).toString('hex')}-`));
  if ('path' in found) postgres = await startPostgres(found.path);
}, 120_000);
afterAll(async () => {
  await world.close();
  await postgres?.close();
  await rm(folder, { recursive: true, force: true });
});

const everyRow = async (models: ReadModels): Promise<Record<(typeof TABLES)[number], string[]>> => {
  const read = async (table: (typeof TABLES)[number]) => {
    const rows = await models.current().read.selectFrom(table).selectAll().execute();
    return rows.map(row => JSON.stringify(Object.entries(row).toSorted())).toSorted();
  };
  return Object.fromEntries(await Promise.all(TABLES.map(async table => [table, await read(table)]))) as never;
};

const rebuiltEqualsLive = async (url: string | undefined) => {
  const { eventLog, logger } = world.parts;
  const before = (await world.json<{ counts: { all: number; decided: number } }>('GET', '/api/inbox')).counts;
  for (let count = 0; count < 20; count += 1) {
    const id = await world.pending();
    const isDecided = count % 3 === 0;
    if (isDecided)
      await world.record(id, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: world.parts.now() });
    if (count % 4 === 1) await world.shown(id, isDecided ? 'decided' : 'all');
    if (count % 4 === 1) await world.call('POST', `/api/approvals/${id}/view`, { part: 'context' });
  }
  const models = await openReadModels(folder, event => eventLog.open(event), url);
  const run = runProjections({ eventLog, models, logger, onApplied: () => undefined });
  await run.caughtUp;
  const live = await everyRow(models);
  expect(live.approvals).toHaveLength(before.all + before.decided + 20);
  expect(live.measures).toHaveLength(live.approvals.length);
  expect(live.attention.length).toBeGreaterThan(0);

  const progress: RebuildProgress[] = [];
  const rebuilt = await rebuildReadModel({ eventLog, models, run, onProgress: step => void progress.push(step) });
  expect(await everyRow(models)).toEqual(live);
  expect(rebuilt.events).toBeGreaterThanOrEqual(live.changes.length);
  expect(progress.at(-1)?.events).toBe(rebuilt.events);

  const during: string[] = [];
  const served: number[] = [];
  const rebuilding = rebuildReadModel({ eventLog, models, run });
  for (let count = 0; count < 10; count += 1) {
    during.push(await world.pending());
    served.push((await models.current().read.selectFrom('approvals').select('id').execute()).length);
  }
  await rebuilding;
  expect(Math.min(...served), 'pages are answered all the time').toBeGreaterThanOrEqual(live.approvals.length);
  await expect.poll(async () => (await everyRow(models)).approvals.length, { timeout: 5_000 }).toBe(live.approvals.length + 10);
  await expect.poll(async () => (await everyRow(models)).changes.length, { timeout: 5_000 }).toBe(live.changes.length + 30);
  for (const id of during) expect((await everyRow(models)).measures.some(row => row.includes(id))).toBe(true);
  await run.close();
  await models.close();
};

describe('a rebuilt read model', () => {
  it('equals the live one row for row, and was built while the live one served and more came in', async () => {
    await rebuiltEqualsLive(undefined);
    expect((await readdir(join(folder, 'read-model'))).filter(name => name.endsWith('.sqlite'))).toHaveLength(1);
  });

  it.skipIf(missing !== '')(`does so in PostgreSQL${missing}`, () => rebuiltEqualsLive(postgres?.url));
});
