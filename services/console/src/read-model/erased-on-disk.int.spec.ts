import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@holdpoint/contracts';
import { noonPlus, ordinarily, person } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLog } from './a-log.ts';
import { openReadModels } from './open-read-model.ts';

/** Enough rows that whole pages are given back. */
const MANY = 400;
const WORD = 'Rumpelstiltskin';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'erased-on-disk-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const timesOnDisk = (): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + readFileSync(join(parentPath, name)).toString('latin1').split(WORD).length - 1, 0);

describe('a SQLite read model', () => {
  it('keeps no copy of what was erased, neither in the space it gave back nor in its write-ahead log', async () => {
    const log = aLog();
    const ids = Array.from({ length: MANY }, (_, n) => {
      const id = log.pending(`r${n}`, {
        private: { arguments: { contextSummary: WORD, proposedAction: `${WORD} ${n}`, entityId: `${WORD}-${n}`, riskLevel: 'low' } },
      });
      log.command(id, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: noonPlus(20) });
      return id;
    });
    const asked = log.events.length;
    for (const id of ids)
      log.command(id, { type: 'EraseApproval', ground: 'retention', reason: 'x', endedBefore: noonPlus(100), now: noonPlus(100) });
    const open = (event: unknown) => event as RecordedEvent;

    let models = await openReadModels(folder, open);
    await models.current().apply(log.events.slice(0, asked));
    await models.close();
    expect(timesOnDisk()).toBeGreaterThan(MANY);
    models = await openReadModels(folder, open);
    await models.current().apply(log.events.slice(asked));
    expect(timesOnDisk()).toBe(0);
    await models.close();
  });
});
