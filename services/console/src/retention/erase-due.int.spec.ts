import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent, Retention, RetentionCommand, RetentionReply } from '@holdpoint/contracts';
import { NoResponder } from '@holdpoint/messaging';
import { noonPlus, ordinarily, person, TENANT } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLog } from '../read-model/a-log.ts';
import { openReadModels, type ReadModels } from '../read-model/open-read-model.ts';
import { eraseDue, eraseDueRegularly } from './erase-due.ts';

const SIX_MONTHS: Retention = { months: 6, paused: false };
/** Seven months after everything in the log has happened. */
const LATER = '2027-06-22T12:00:00.000Z';

let folder: string;
let models: ReadModels;
let retention: Record<string, Retention>;
/** Commands that were sent, and what is answered to each. */
let sent: RetentionCommand[];
let answer: (command: RetentionCommand) => Promise<RetentionReply>;
let logged: Record<string, unknown>[];
let now: string;

const deps = () => ({
  messaging: {
    request: async <R>(subject: string, body: unknown): Promise<R> => {
      expect(subject).toBe('hp.cmd.retention.erase');
      sent.push(body as RetentionCommand);
      return (await answer(body as RetentionCommand)) as R;
    },
  },
  directory: {
    organizations: () =>
      Object.keys(retention).map(organizationId => ({ organizationId, name: organizationId, profile: null, logo: null })),
    retentionOf: (tenant: string) => retention[tenant] ?? SIX_MONTHS,
  },
  models,
  now: () => now,
  logger: { info: (line: object) => void logged.push({ ...line }), warn: (line: object) => void logged.push({ warned: true, ...line }) },
});
const decided = (count: number): string[] => {
  const log = aLog();
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const id = log.pending(`request ${number}`);
    log.command(id, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: noonPlus(number) });
    ids.push(id);
  }
  events = log.events;
  return ids;
};
let events: ReturnType<typeof aLog>['events'];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-retention-'));
  models = await openReadModels(folder, event => event as unknown as RecordedEvent);
  retention = { [TENANT]: SIX_MONTHS };
  sent = [];
  logged = [];
  now = LATER;
  answer = async ({ approvalIds }) => ({ erased: approvalIds.length, refused: [] });
});
afterEach(async () => {
  await models.close();
  await rm(folder, { recursive: true, force: true });
});

const sweep = (signal = new AbortController().signal) => eraseDue(deps(), signal);

describe('looking for what is due', () => {
  it('has it erased a page at a time, oldest first, each once', async () => {
    const ids = decided(230);
    await models.current().apply(events);
    expect(await sweep()).toBe(230);
    expect(sent.map(({ approvalIds }) => approvalIds.length)).toEqual([100, 100, 30]);
    expect(sent.flatMap(({ approvalIds }) => approvalIds)).toEqual(ids);
    expect(sent.every(({ tenant }) => tenant === TENANT)).toBe(true);
    expect(logged).toMatchObject([{ tenant: TENANT, erased: 230, refused: {} }]);
  });

  it('takes nothing that ended within the months, nor anything while it is kept for ever or paused', async () => {
    const ids = decided(3);
    await models.current().apply(events);
    // The first ended at noon on 22 November, the others a second and two later.
    now = '2027-05-22T12:00:00.000Z';
    expect(await sweep()).toBe(0);
    now = '2027-05-22T12:00:01.000Z';
    expect(await sweep()).toBe(1);
    expect(sent.at(-1)?.approvalIds).toEqual([ids[0]]);
    now = LATER;
    for (const kept of [
      { months: null, paused: false },
      { months: 6, paused: true },
    ]) {
      retention = { [TENANT]: kept };
      expect(await sweep()).toBe(0);
    }
    expect(sent).toHaveLength(1);
  });

  it('asks once for what is refused, and counts why', async () => {
    decided(150);
    await models.current().apply(events);
    answer = async ({ approvalIds }) => ({
      erased: 0,
      refused: approvalIds.map(approvalId => ({ approvalId, code: 'legal_hold' as const, detail: 'It is held.' })),
    });
    expect(await sweep()).toBe(0);
    expect(sent).toHaveLength(2);
    expect(logged).toMatchObject([{ erased: 0, refused: { legal_hold: 150 } }]);
  });

  it('stops before the next page when it is told to, and when somebody pauses it meanwhile', async () => {
    decided(250);
    await models.current().apply(events);
    const stop = new AbortController();
    answer = async ({ approvalIds }) => {
      stop.abort();
      return { erased: approvalIds.length, refused: [] };
    };
    expect(await sweep(stop.signal)).toBe(100);
    answer = async ({ approvalIds }) => {
      retention = { [TENANT]: { months: 6, paused: true } };
      return { erased: approvalIds.length, refused: [] };
    };
    expect(await sweep()).toBe(100);
    expect(sent).toHaveLength(2);
  });

  it('goes organisation by organisation, each by its own months', async () => {
    decided(2);
    await models.current().apply(events);
    retention = { org_other: SIX_MONTHS, [TENANT]: { months: 84, paused: false } };
    expect(await sweep()).toBe(0);
    expect(sent).toEqual([]);
  });
});

describe('looking again and again', () => {
  it('begins when the read model has caught up, survives a look that fails, and ends when it is stopped', async () => {
    decided(1);
    await models.current().apply(events);
    const caughtUp = Promise.withResolvers<void>();
    let failures = 0;
    answer = async ({ approvalIds }) => {
      if (failures++ === 0) throw new NoResponder('hp.cmd.retention.erase');
      return { erased: approvalIds.length, refused: [] };
    };
    const stop = eraseDueRegularly(deps(), { everySec: 0.02, caughtUp: caughtUp.promise });
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(sent).toEqual([]);
    caughtUp.resolve();
    await expect.poll(() => sent.length, { timeout: 5_000 }).toBeGreaterThan(1);
    stop();
    expect(logged[0]).toMatchObject({ warned: true });
    const looked = sent.length;
    await new Promise(resolve => setTimeout(resolve, 80));
    expect(sent.length - looked).toBeLessThanOrEqual(1);
  });
});
