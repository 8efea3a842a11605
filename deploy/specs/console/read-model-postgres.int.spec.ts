import type { RecordedEvent } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { openReadModels } from '@holdpoint/console';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLog } from '../../../services/console/src/read-model/a-log.ts';
import { metricsSuite } from '../../../services/console/src/metrics/metrics.suite.ts';
import { erasureSuite } from '../../../services/console/src/read-model/erasure.suite.ts';
import { readModelSuite } from '../../../services/console/src/read-model/read-model.suite.ts';
import { findPostgres, startPostgres, type RunningPostgres } from '../../setup/postgres.ts';

const found = findPostgres(() => undefined);
const skipped = 'missing' in found ? ` (skipped: ${found.missing})` : '';

/** The same promises on PostgreSQL as on SQLite files. */
describe.skipIf(skipped !== '')(`in PostgreSQL${skipped}`, () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    if ('path' in found) postgres = await startPostgres(found.path);
  }, 120_000);
  afterAll(() => postgres?.close());

  describe('the read model', () => readModelSuite(() => postgres.url));
  describe('erasing', () => erasureSuite(() => postgres.url));
  describe('the metrics', () => metricsSuite(() => postgres.url));

  it('is written once by two consoles, and each tells its own people', async () => {
    const log = aLog();
    for (let number = 0; number < 30; number += 1) log.pending(`request-${number}`);
    const asStored = (event: LoggedEvent) => event as unknown as RecordedEvent;
    const first = await openReadModels('', asStored, postgres.url);
    await first.swap(await first.openNext());
    await first.close();
    const consoles = [await openReadModels('', asStored, postgres.url), await openReadModels('', asStored, postgres.url)];
    const told = await Promise.all(consoles.map(models => models.current().apply(log.events)));
    expect(told.map(events => events.length)).toEqual([log.events.length, log.events.length]);
    const { read } = consoles[0]!.current();
    expect(await read.selectFrom('changes').select('position').execute()).toHaveLength(log.events.length);
    const tallies = await read.selectFrom('tallies').select('total').execute();
    expect(tallies.reduce((sum, { total }) => sum + total, 0)).toBe(30);
    for (const models of consoles) await models.close();
  });
});
