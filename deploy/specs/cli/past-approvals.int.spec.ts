import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '@holdpoint/cli';
import { openEventLog } from '@holdpoint/event-log';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { openMasterKey } from '@holdpoint/sealing';
import { EVENTS_EACH, PAST_TENANT, pastPolicy, writePastApprovals } from '../../bench/past-approvals.ts';

const APPROVALS = 1_200;

let dataDir: string;
let store: RunningEventStore;
let connection: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'past-approvals-'));
  writePastApprovals(dataDir, APPROVALS);
  store = await startEventStore({ dataDir: join(dataDir, 'event-store'), port: 0 });
  connection = `esdb://127.0.0.1:${store.port}?tls=false`;
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const backtest = async (...words: string[]) => {
  const said = { out: '', err: '' };
  const code = await run(['policy', 'backtest', ...words, '--connection', connection, '--json'], {
    out: line => void (said.out += line),
    err: line => void (said.err += line),
    env: { HOLDPOINT_DATA: dataDir },
  });
  return { code, ...(JSON.parse(said.out) as Report) };
};
type Report = {
  message?: string;
  cases: number;
  events: number;
  changed: { count: number };
  otherRule: number;
  wouldPassButRejected: { count: number; ids: string[] };
  table: Record<string, Record<string, number>>;
};
const candidate = (name: string, replace: [string, string]): string => {
  const path = join(dataDir, name);
  writeFileSync(path, JSON.stringify(pastPolicy()).replace(...replace));
  return path;
};

describe('a log of past approvals', () => {
  it('holds whole, sealed events as the services write them', async () => {
    const log = openEventLog({ connectionString: connection, masterKey: openMasterKey({ file: join(dataDir, 'keys', 'master.key') }) });
    const tenants = new Set<string>();
    let events = 0;
    await log.replay({
      prefixes: ['approval-', 'organization-', 'gatePolicy-'],
      from: 'start',
      onEvents: batch => {
        for (const event of batch) tenants.add(log.open(event).metadata.tenant);
        events += batch.length;
      },
    });
    await log.close();
    expect([events, [...tenants]]).toEqual([APPROVALS * EVENTS_EACH + 3, [PAST_TENANT]]);
  });

  it('shows no change under the policy that was active, which is found without being told', async () => {
    expect(await backtest('active', '--own-period')).toMatchObject({ code: 0, cases: APPROVALS, changed: { count: 0 }, otherRule: 0 });
    expect(await backtest('1', '--against', 'active')).toMatchObject({ code: 0, cases: APPROVALS, changed: { count: 0 } });
  });

  it('tells of each rejected request a lenient candidate would have let through, to the last line of the file', async () => {
    const all = join(dataDir, 'all.jsonl');
    const lenient = candidate('lenient.json', ['amount < 50', 'amount < 400']);
    const { code, wouldPassButRejected, changed, table } = await backtest(lenient, '--all', all, '--show', '1');
    expect(code).toBe(1);
    expect(wouldPassButRejected.count).toBeGreaterThan(5);
    expect(table['APPROVE_AUTOMATICALLY']!['rejected']).toBe(wouldPassButRejected.count);
    const lines = readFileSync(all, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { kind: string; approvalId: string });
    expect(lines.filter(({ kind }) => kind === 'wouldPassButRejected').map(({ approvalId }) => approvalId)).toEqual(
      wouldPassButRejected.ids,
    );
    expect(lines.filter(({ kind }) => kind === 'changed')).toHaveLength(changed.count);
  });

  it('is read no further than the period asked for needs', async () => {
    const { cases, events } = await backtest('active', '--from', '2026-08-10', '--to', '2026-08-20T12:00:00Z');
    expect(cases).toBe(140);
    expect(events).toBeLessThan((APPROVALS * EVENTS_EACH) / 1.5);
  });

  it('is not judged at all when a key is missing: a part would mislead', async () => {
    const other = join(dataDir, 'other.key');
    writeFileSync(other, `${Buffer.alloc(32, 9).toString('base64')}\n`, { mode: 0o600 });
    const said: string[] = [];
    const code = await run(['policy', 'backtest', 'active', '--connection', connection], {
      out: line => void said.push(line),
      err: line => void said.push(line),
      env: { HOLDPOINT_DATA: dataDir, HOLDPOINT_MASTER_KEY_FILE: other },
    });
    expect([code, said.join('\n')]).toEqual([2, expect.stringContaining('leaves events out would mislead')]);
  });
});
