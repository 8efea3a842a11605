import { spawn } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../build/build-all.ts';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { cpuMs, pssMiB, round, sum, table } from './figures.ts';
import { acceptLoad, cycleLoad, type CycleLegs, fillPending, type Legs, openLoop, openReceiver, type Target } from './load.ts';

const SECONDS = 5;
const WARM_UP_SEC = 2;
const PENDING = 20_000;
const OPEN_LOOP_PER_SEC = 200;

const json = process.argv.includes('--json');
const only = process.argv.slice(2).find(argument => !argument.startsWith('--'));
const say = (line: string) => json || process.stdout.write(`${line}\n`);

type Report = Record<string, unknown>;

/** The floor in a process of its own, and what it does under the same load. */
const measureFloor = async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('floor.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>(resolve =>
    child.stdout!.once('data', (line: Buffer) => resolve((JSON.parse(line.toString()) as { port: number }).port)),
  );
  const target: Target = { ingestPort: port, consolePort: port, apiKey: '', token: '' };
  const receiver = await openReceiver();
  await acceptLoad(target, 16, 1);
  const accept: Record<number, Legs> = {};
  for (const connections of [1, 16, 64]) accept[connections] = await acceptLoad(target, connections, SECONDS);
  const cycle: Record<number, CycleLegs> = {};
  for (const connections of [1, 64]) cycle[connections] = await cycleLoad(target, receiver, connections, SECONDS);
  receiver.close();
  child.kill('SIGTERM');
  return { accept, cycle };
};

const targetOf = (stack: FreeStack): Target => ({
  ingestPort: stack.ingestPort,
  consolePort: stack.consolePort,
  apiKey: stack.credentials.apiKey,
  token: stack.credentials.personalAccessToken,
});

const pids = (stack: FreeStack) => [...stack.children.values()].map(child => ({ name: child.name, pid: child.pid() }));
const cpuOf = (stack: FreeStack) => Object.fromEntries(pids(stack).map(({ name, pid }) => [name, cpuMs(pid)]));
const pssOf = (stack: FreeStack) => Object.fromEntries(pids(stack).map(({ name, pid }) => [name, round(pssMiB(pid), 1)]));

/** CPU milliseconds per piece of work, by process. */
const cpuPer = async (stack: FreeStack, work: () => Promise<Legs>) => {
  const before = cpuOf(stack);
  const legs = await work();
  const after = cpuOf(stack);
  const byProcess = Object.fromEntries(Object.keys(before).map(name => [name, round((after[name]! - before[name]!) / legs.count, 3)]));
  return { legs, cpuMsEach: { ...byProcess, total: round(sum(Object.values(byProcess)), 3) } };
};

/** Waits until the stack is idle: less than 5 % of a core over a second. */
const settle = async (stack: FreeStack) => {
  for (let second = 0; second < 120; second += 1) {
    const before = sum(Object.values(cpuOf(stack)));
    await new Promise(resolve => setTimeout(resolve, 1_000));
    if (sum(Object.values(cpuOf(stack))) - before < 50) return second;
  }
  return 120;
};

const measureHoldpoint = async (
  transport: 'nats' | 'inProcess',
  mode: 'all-in-one' | 'separate',
  natsServer: string | null,
): Promise<Report> => {
  const stack = await startFreeStack({
    mode,
    natsServer,
    env: { LOG_LEVEL: 'info', INGEST_RATE_PER_SEC: '1000000', INGEST_RATE_BURST: '1000000' },
  });
  try {
    const target = targetOf(stack);
    const receiver = await openReceiver();
    await settle(stack);
    const idlePssMiB = pssOf(stack);
    say(`  idle: ${JSON.stringify(idlePssMiB)} MiB PSS, ${round(sum(Object.values(idlePssMiB)), 0)} in all`);
    await cycleLoad(target, receiver, 8, WARM_UP_SEC);
    const cycles: Record<string, unknown> = {};
    for (const connections of [1, 64]) {
      const measured = await cpuPer(stack, () => cycleLoad(target, receiver, connections, SECONDS));
      cycles[connections] = measured;
      say(`  cycle ×${connections}: ${JSON.stringify(measured)}`);
    }
    const open = await openLoop(target, receiver, OPEN_LOOP_PER_SEC, SECONDS);
    say(`  open loop ${OPEN_LOOP_PER_SEC}/s: ${JSON.stringify(open)}`);
    const accepts: Record<string, unknown> = {};
    for (const connections of [1, 16, 64]) {
      const measured = await cpuPer(stack, () => acceptLoad(target, connections, SECONDS));
      accepts[connections] = measured;
      say(`  accept ×${connections}: ${JSON.stringify(measured)}`);
      await settle(stack);
    }
    const duplicates = receiver.duplicates();
    receiver.close();
    return { transport, mode, idlePssMiB, cycles, openLoop: open, accepts, duplicateCallbacks: duplicates };
  } finally {
    await stack.stop();
  }
};

/** A stack that holds 20 000 undecided approvals: what they cost, and what they cost the others. */
const measurePending = async (natsServer: string | null): Promise<Report> => {
  const stack = await startFreeStack({
    mode: 'all-in-one',
    natsServer,
    env: { INGEST_RATE_PER_SEC: '1000000', INGEST_RATE_BURST: '1000000' },
  });
  try {
    const target = targetOf(stack);
    const receiver = await openReceiver();
    await cycleLoad(target, receiver, 8, WARM_UP_SEC);
    const empty = await cycleLoad(target, receiver, 1, SECONDS);
    await settle(stack);
    const before = pssOf(stack);
    await fillPending(target, PENDING);
    const settledSec = await settle(stack);
    const after = pssOf(stack);
    const kibEach = round(((sum(Object.values(after)) - sum(Object.values(before))) * 1_024) / PENDING, 2);
    const full = await cycleLoad(target, receiver, 1, SECONDS);
    const full64 = await cycleLoad(target, receiver, 64, SECONDS);
    const open = await openLoop(target, receiver, OPEN_LOOP_PER_SEC, SECONDS);
    receiver.close();
    const report = {
      pending: PENDING,
      settledSec,
      before,
      after,
      kibEach,
      emptyCycle: empty,
      cycle: full,
      cycle64: full64,
      ratio: round(full.p50 / empty.p50),
      openLoop: open,
    };
    say(`  20 000 pending: ${JSON.stringify(report)}`);
    return report;
  } finally {
    await stack.stop();
  }
};

const main = async () => {
  buildAll();
  if (only === 'store') {
    const { main: storeBench } = await import('../../services/event-store/bench/store.bench.ts');
    await storeBench();
    return;
  }
  const found = findOrInstall('nats-server', 'nats-server', say);
  const natsServer = 'path' in found ? found.path : null;
  say(`${cpus().length} × ${cpus()[0]?.model}, ${round(totalmem() / 2 ** 30, 0)} GiB, Node ${process.version}\n`);
  const report: Report = {};
  const wanted = (name: string) => !only || only === name;
  if (wanted('floor') || wanted('nats') || wanted('in-process')) {
    const floor = await measureFloor();
    report.floor = floor;
    say('The floor: one bare process');
    say(
      table([
        ...Object.entries(floor.accept).map(([n, l]) => ({ what: `accept ×${n}`, ...plain(l) })),
        ...Object.entries(floor.cycle).map(([n, l]) => ({ what: `cycle ×${n}`, ...plain(l) })),
      ]),
    );
  }
  for (const [name, run] of [
    ['nats', () => measureHoldpoint('nats', 'all-in-one', natsServer)],
    ['separate', () => measureHoldpoint('nats', 'separate', natsServer)],
    ['in-process', () => measureHoldpoint('inProcess', 'all-in-one', null)],
    ['pending', () => measurePending(natsServer)],
  ] as const) {
    if (!wanted(name)) continue;
    say(`\n${name}`);
    report[name] = await run();
  }
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
};

const plain = ({ perSecond, p50, p99, failed }: Legs) => ({ 'per second': perSecond, 'p50 ms': p50, 'p99 ms': p99, failed });

await main();
process.exit(0);
