import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../local/local.config.ts';
import { cpuMs, pssMiB, round, sum } from './figures.ts';
import { EVENTS_EACH, PAST_TENANT, writePastApprovals } from './past-approvals.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Past approvals when nothing else is said, and with `--full`. */
export const PAST_APPROVALS = 100_000;
export const PAST_APPROVALS_FULL = 1_000_000;
/** How often the memory of the running backtest is looked at, milliseconds. */
const SAMPLE_MS = 200;

export type BacktestFigures = {
  approvals: number;
  events: number;
  filledSec: number;
  seconds: number;
  approvalsPerSec: number;
  eventsPerSec: number;
  /** CPU per approval, microseconds: of the command, and of the store that feeds it. */
  cpuUsEach: { backtest: number; store: number };
  /** Memory of the command, MiB PSS: early on (20 to 30 % of the time) and late (the last tenth), and the most. */
  pssMiB: { early: number; late: number; max: number };
  changed: number;
  otherRule: number;
};

/**
 * Plays the active policy over past approvals with `holdpoint policy backtest`, in processes of their own as an operator would: nothing may
 * differ, and the memory may not grow with the log.
 */
export const measureBacktest = async (approvals: number, say: (line: string) => void): Promise<BacktestFigures> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdpoint-backtest-'));
  try {
    const fillingMs = performance.now();
    writePastApprovals(dataDir, approvals, written => {
      if (written % 100_000 === 0) say(`  ${written} past approvals written …`);
    });
    const filledSec = round((performance.now() - fillingMs) / 1_000, 1);
    const store = await startStore(dataDir);
    try {
      return { approvals, filledSec, ...(await runCommand(dataDir, store, approvals)) };
    } finally {
      await stopped(store.child);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

type Store = { child: ChildProcess; port: number };

const startStore = async (dataDir: string): Promise<Store> => {
  const program = join(root, 'services/event-store/dist/main.js');
  const child = spawn(process.execPath, ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnv({ HOLDPOINT_DATA: dataDir, EVENT_STORE_PORT: '0' }),
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { event: string; port?: number; message?: string };
    if (said.event === 'ready' && said.port !== undefined) return { child, port: said.port };
    if (said.event === 'failed') throw new Error(`the event store did not start: ${said.message}`);
  }
  throw new Error('the event store ended before it was ready');
};

const runCommand = async (dataDir: string, store: Store, approvals: number) => {
  const connection = `esdb://127.0.0.1:${store.port}?tls=false`;
  const storeCpuMs = cpuMs(store.child.pid!);
  const startedMs = performance.now();
  const words = `policy backtest active --own-period --json --show 0 --tenant ${PAST_TENANT}`.split(' ');
  const program = ['--disable-warning=ExperimentalWarning', join(root, 'libs/cli/dist/main.js')];
  const child = spawn(process.execPath, [...program, ...words, '--data', dataDir, '--connection', connection], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const samples: number[] = [];
  let cpu = 0;
  const sampling = setInterval(() => {
    try {
      samples.push(pssMiB(child.pid!));
      cpu = cpuMs(child.pid!);
    } catch {
      // It has just ended.
      clearInterval(sampling);
    }
  }, SAMPLE_MS);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  clearInterval(sampling);
  const seconds = (performance.now() - startedMs) / 1_000;
  if (code !== 0) throw new Error(`the backtest ended with ${code}: ${output}`);
  const report = JSON.parse(output) as { events: number; cases: number; changed: { count: number }; otherRule: number };
  if (report.cases !== approvals) throw new Error(`the backtest saw ${report.cases} of ${approvals} approvals`);
  const mean = (from: number, to: number): number => {
    const part = samples.slice(Math.floor(samples.length * from), Math.max(1, Math.ceil(samples.length * to)));
    return round(sum(part) / part.length, 1);
  };
  return {
    events: report.events,
    seconds: round(seconds, 1),
    approvalsPerSec: round(approvals / seconds, 0),
    eventsPerSec: round((approvals * EVENTS_EACH) / seconds, 0),
    cpuUsEach: {
      backtest: round((cpu * 1_000) / approvals, 0),
      store: round(((cpuMs(store.child.pid!) - storeCpuMs) * 1_000) / approvals, 0),
    },
    pssMiB: { early: mean(0.2, 0.3), late: mean(0.9, 1), max: round(Math.max(...samples), 1) },
    changed: report.changed.count,
    otherRule: report.otherRule,
  };
};

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
