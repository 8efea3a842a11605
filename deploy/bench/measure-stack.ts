import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { cpuMs, pssMiB, round, sum } from './figures.ts';
import { acceptLoad, type CycleLegs, cycleLoad, fillPending, type Legs, openLoop, openReceiver, type Target } from './load.ts';

export type Setting = { transport: 'nats' | 'inProcess'; mode: 'all-in-one' | 'separate'; natsServer: string | null };
/** Milliseconds of CPU for one piece of work, by process and in all. */
export type CpuEach = Record<string, number>;
export type Measured<L extends Legs> = { legs: L; cpuMsEach: CpuEach };

const OPEN_LOOP_PER_SEC = 200;
const PENDING = 20_000;
/** Limits that a load run would meet long before the machine does. */
const LOAD_ENV = {
  INGEST_RATE_PER_SEC: '1000000',
  INGEST_RATE_BURST: '1000000',
  CALLBACK_CONCURRENCY_PER_ENDPOINT: '64',
  LOG_LEVEL: 'info',
};

const targetOf = ({ ingestPort, consolePort, credentials }: FreeStack): Target => ({
  ingestPort,
  consolePort,
  apiKey: credentials.apiKey,
  token: credentials.personalAccessToken,
});

const perProcess = (stack: FreeStack, read: (pid: number) => number): Record<string, number> =>
  Object.fromEntries([...stack.children.values()].map(child => [child.name, read(child.pid())]));

const cpuPer = async <L extends Legs>(stack: FreeStack, work: () => Promise<L>): Promise<Measured<L>> => {
  const before = perProcess(stack, cpuMs);
  const legs = await work();
  const after = perProcess(stack, cpuMs);
  const each = Object.fromEntries(Object.keys(before).map(name => [name, round((after[name]! - before[name]!) / legs.count, 3)]));
  return { legs, cpuMsEach: { ...each, total: round(sum(Object.values(each)), 3) } };
};

/** Waits until less than 5 % of a core is used over a second. @returns seconds it took, 120 at most */
const settle = async (stack: FreeStack): Promise<number> => {
  for (let second = 1; second <= 120; second += 1) {
    const before = sum(Object.values(perProcess(stack, cpuMs)));
    await new Promise(resolve => setTimeout(resolve, 1_000));
    if (sum(Object.values(perProcess(stack, cpuMs))) - before < 50) return second;
  }
  return 120;
};

const memory = (stack: FreeStack): Record<string, number> => {
  const byProcess = perProcess(stack, pid => round(pssMiB(pid), 1));
  return { ...byProcess, total: round(sum(Object.values(byProcess)), 1) };
};

/** Commits and appends the embedded store counted in its life; it says so when it stops. */
const storeCounts = (stack: FreeStack): { commits: number; appends: number } => {
  const lines = readFileSync(join(stack.dataDir, 'logs', 'event-store.log'), 'utf8')
    .trim()
    .split('\n');
  return JSON.parse(lines.at(-1)!) as { commits: number; appends: number };
};

const open = (setting: Setting) => startFreeStack({ mode: setting.mode, natsServer: setting.natsServer, env: LOAD_ENV });

/** One stack under every load, each after the one before has settled. */
export const measureStack = async (setting: Setting, seconds: number, say: (line: string) => void) => {
  const stack = await open(setting);
  try {
    const target = targetOf(stack);
    const receiver = await openReceiver();
    await settle(stack);
    const idlePssMiB = memory(stack);
    say('  warming up …');
    for (const connections of [64, 8]) await cycleLoad(target, receiver, connections, 2 * seconds);
    const cycle: Record<number, Measured<CycleLegs>> = {};
    for (const connections of [1, 64]) cycle[connections] = await cpuPer(stack, () => cycleLoad(target, receiver, connections, seconds));
    const openLoopLegs = await openLoop(target, receiver, OPEN_LOOP_PER_SEC, seconds);
    const accept: Record<number, Measured<Legs>> = {};
    const settledSec: Record<number, number> = {};
    for (const connections of [1, 16, 64]) {
      accept[connections] = await cpuPer(stack, () => acceptLoad(target, connections, seconds));
      settledSec[connections] = await settle(stack);
    }
    receiver.close();
    return { ...setting, idlePssMiB, cycle, openLoop: openLoopLegs, accept, settledSec, duplicateCallbacks: receiver.duplicates() };
  } finally {
    await stack.stop();
  }
};

/** Appends and commits of one whole cycle, counted by the store over `count` cycles one after the other. */
export const measureAppends = async (setting: Setting, seconds: number) => {
  const counted = async (work: (target: Target) => Promise<number>) => {
    const stack = await open(setting);
    const cycles = await work(targetOf(stack));
    await stack.stop({ keepFolder: true });
    const counts = storeCounts(stack);
    stack.removeFolder();
    return { cycles, ...counts };
  };
  const idle = await counted(() => Promise.resolve(0));
  const receiver = await openReceiver();
  const busy = await counted(async target => (await cycleLoad(target, receiver, 1, seconds)).count);
  receiver.close();
  return {
    cycles: busy.cycles,
    appendsPerCycle: round((busy.appends - idle.appends) / busy.cycles),
    commitsPerCycle: round((busy.commits - idle.commits) / busy.cycles),
  };
};

/** 20 000 undecided approvals: what they cost in memory, and what they cost the others. */
export const measurePending = async (setting: Setting, seconds: number, say: (line: string) => void) => {
  const stack = await open(setting);
  try {
    const target = targetOf(stack);
    const receiver = await openReceiver();
    say('  warming up …');
    for (const connections of [64, 8]) await cycleLoad(target, receiver, connections, 2 * seconds);
    await settle(stack);
    const empty = await cycleLoad(target, receiver, 1, seconds);
    const before = memory(stack);
    say(`  filling ${PENDING} …`);
    await fillPending(target, PENDING);
    const settledSec = await settle(stack);
    const after = memory(stack);
    const full = await cycleLoad(target, receiver, 1, seconds);
    const full64 = await cycleLoad(target, receiver, 64, seconds);
    const openLoopLegs = await openLoop(target, receiver, OPEN_LOOP_PER_SEC, seconds);
    receiver.close();
    await settle(stack);
    const filled = memory(stack);
    await fillPending(target, PENDING);
    await settle(stack);
    const twice = memory(stack);
    const each = (from: Record<string, number>, to: Record<string, number>) => round(((to['total']! - from['total']!) * 1_024) / PENDING);
    return {
      pending: PENDING,
      settledSec,
      before,
      after,
      twice,
      kibEach: each(before, after),
      kibEachNext: each(filled, twice),
      empty,
      full,
      full64,
      ratio: round(full.p50 / empty.p50),
      openLoop: openLoopLegs,
    };
  } finally {
    await stack.stop();
  }
};
