import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@holdpoint/contracts';
import { expect, it } from 'vitest';
import { aLog } from './a-log.ts';
import { openReadModels } from './open-read-model.ts';

it('lets others have their turn while a large batch is written, who see all of it afterwards and nothing before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'console-breathe-'));
  const models = await openReadModels(folder, event => event as unknown as RecordedEvent);
  const log = aLog();
  for (let number = 0; number < 600; number += 1) log.pending(`request-${number}`);
  const seen: number[] = [];
  const now = { writing: true };
  const others = (async () => {
    while (now.writing) {
      await new Promise(resolve => setImmediate(resolve));
      const rows = await models.current().read.selectFrom('approvals').select('id').execute();
      if (now.writing) seen.push(rows.length);
    }
  })();
  await models.current().apply(log.events);
  now.writing = false;
  await others;
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.filter(count => count !== 0 && count !== 600)).toEqual([]);
  expect(await models.current().read.selectFrom('approvals').select('id').execute()).toHaveLength(600);
  await models.close();
  await rm(folder, { recursive: true });
});
