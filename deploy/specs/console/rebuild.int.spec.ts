import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinarily, person } from '@holdpoint/testing';
import { openReadModels, rebuildReadModel, runProjections, type RebuildProgress } from '@holdpoint/console';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let folder: string;
beforeAll(async () => {
  world = await startConsole();
  folder = await mkdtemp(join(tmpdir(), `console-rebuild-${randomBytes(2).toString('hex')}-`));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a rebuilt read model', () => {
  it('equals the live one row for row, and was built while the live one served and more came in', async () => {
    const { eventLog, logger } = world.parts;
    for (let count = 0; count < 20; count += 1) {
      const id = await world.pending();
      if (count % 3 === 0)
        await world.record(id, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: world.parts.now() });
    }
    const models = await openReadModels(folder, event => eventLog.open(event));
    const run = runProjections({ eventLog, models, logger, onApplied: () => undefined });
    await run.caughtUp;
    const rows = async () => ({
      approvals: await models.current().read.selectFrom('approvals').selectAll().orderBy('id').execute(),
      changes: await models.current().read.selectFrom('changes').selectAll().orderBy('position').execute(),
      deliveries: await models.current().read.selectFrom('deliveries').selectAll().orderBy('approval_id').execute(),
      tallies: await models.current().read.selectFrom('tallies').selectAll().orderBy('name').execute(),
    });
    const live = await rows();
    expect(live.approvals).toHaveLength(20);

    const progress: RebuildProgress[] = [];
    const rebuilt = await rebuildReadModel({ eventLog, models, run, onProgress: step => void progress.push(step) });
    expect(await rows()).toEqual(live);
    expect(rebuilt.events).toBe(live.changes.length);
    expect(progress.at(-1)?.events).toBe(rebuilt.events);

    const during: string[] = [];
    const rebuilding = rebuildReadModel({ eventLog, models, run });
    for (let count = 0; count < 10; count += 1) during.push(await world.pending());
    await rebuilding;
    await expect.poll(async () => (await rows()).approvals.length, { timeout: 5_000 }).toBe(30);
    await expect.poll(async () => (await rows()).changes.length, { timeout: 5_000 }).toBe(live.changes.length + 30);
    expect((await rows()).approvals.map(row => row.id)).toEqual(expect.arrayContaining(during));

    await run.close();
    await models.close();
    expect((await readdir(join(folder, 'read-model'))).filter(name => name.endsWith('.sqlite'))).toHaveLength(1);
  });
});
