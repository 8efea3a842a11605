import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { byTurns, type Figure, type Party } from './by-turns.ts';
import { cpuMs, median, pssMiB, round, sum } from './figures.ts';
import { acceptLoad, type CycleLegs, cycleLoad, fillPending, openLoop, openReceiver, type Receiver, type Target } from './load.ts';
import type { Floor } from './open-floor.ts';

export type Setting = { transport: 'nats' | 'inProcess'; mode: 'all-in-one' | 'separate'; natsServer: string | null };

const OPEN_LOOP_PER_SEC = 200;
/** The same load where the floor does 7 200 cycles a second, as it does on the machine the aims were set on: that part of what this floor does. */
const OPEN_LOOP_OF_FLOOR = OPEN_LOOP_PER_SEC / 7_200;
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

/** One stack under every load, by turns with the floor, each after what came before has settled. */
export const measureStack = async (setting: Setting, floor: Floor, receiver: Receiver, seconds: number, say: (line: string) => void) => {
  const stack = await open(setting);
  try {
    const target = targetOf(stack);
    const party: Party = { target, pids: () => perProcess(stack, pid => pid), settle: () => settle(stack) };
    await settle(stack);
    const idlePssMiB = memory(stack);
    say('  warming up …');
    for (const connections of [64, 8]) await cycleLoad(target, receiver, connections, 2 * seconds);
    await settle(stack);
    const cycle: Record<number, Figure> = {};
    const toCallback: CycleLegs['decideToCallback'][] = [];
    for (const connections of [1, 64])
      cycle[connections] = await byTurns(party, floor, seconds, async (to, sec) => {
        const legs = await cycleLoad(to, receiver, connections, sec);
        if (connections === 1 && to === target) toCallback.push(legs.decideToCallback);
        return legs;
      });
    const openLoopAt = (perSecond: number) => byTurns(party, floor, seconds, (to, sec) => openLoop(to, receiver, perSecond, sec));
    const share = Math.round(OPEN_LOOP_OF_FLOOR * cycle[64]!.floor.legs.perSecond);
    const openLoops = { [OPEN_LOOP_PER_SEC]: await openLoopAt(OPEN_LOOP_PER_SEC), [share]: await openLoopAt(share) };
    const accept: Record<number, Figure> = {};
    for (const connections of [1, 16, 64])
      accept[connections] = await byTurns(party, floor, seconds, (to, sec) => acceptLoad(to, connections, sec));
    const decideToCallback = { p50: median(toCallback.map(({ p50 }) => p50)), p99: median(toCallback.map(({ p99 }) => p99)) };
    return { ...setting, idlePssMiB, cycle, decideToCallback, openLoops, accept, duplicateCallbacks: receiver.duplicates() };
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
