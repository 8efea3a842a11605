import { spawn } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../build/build-all.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { benchAlerts } from './bench-alerts.ts';
import { benchCallbacks } from './bench-callbacks.ts';
import { round, table } from './figures.ts';
import { acceptLoad, cycleLoad, type CycleLegs, type Legs, openReceiver, type Target } from './load.ts';
import { measureBacktest, PAST_APPROVALS, PAST_APPROVALS_FULL } from './measure-backtest.ts';
import { measureProjections, PROJECTED, PROJECTED_FULL } from './measure-projections.ts';
import { measureAppends, measurePending, measureStack, type Setting } from './measure-stack.ts';

// `npm run bench [-- beside-nats|separate|in-process|appends|pending|store|backtest|callbacks|alerts|projections] [--json] [--seconds N] [--full]`: everything, or one part, each
// beside the floor of this run.

const json = process.argv.includes('--json');
const only = process.argv.slice(2).find(argument => !argument.startsWith('--') && Number.isNaN(Number(argument)));
const secondsAt = process.argv.indexOf('--seconds');
const seconds = secondsAt > 0 ? Number(process.argv[secondsAt + 1]) : 6;
const say = (line: string) => void (json || process.stdout.write(`${line}\n`));
const wanted = (...names: string[]) => !only || names.includes(only);

type Floor = { accept: Record<number, Legs>; cycle: Record<number, CycleLegs> };

/** The floor, a process of its own, under the same load. */
const measureFloor = async (): Promise<Floor> => {
  const program = fileURLToPath(new URL('floor.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>(resolve =>
    child.stdout.once('data', (line: Buffer) => resolve((JSON.parse(line.toString()) as { port: number }).port)),
  );
  const target: Target = { ingestPort: port, consolePort: port, apiKey: '', token: '' };
  const receiver = await openReceiver();
  await acceptLoad(target, 16, 2);
  const floor: Floor = { accept: {}, cycle: {} };
  for (const connections of [1, 16, 64]) floor.accept[connections] = await acceptLoad(target, connections, seconds);
  for (const connections of [1, 64]) floor.cycle[connections] = await cycleLoad(target, receiver, connections, seconds);
  receiver.close();
  child.kill('SIGTERM');
  return floor;
};

const row = (what: string, legs: Legs, floor?: Legs, cpuMs?: number) => ({
  what,
  'per second': legs.perSecond,
  'of the floor': floor ? round(legs.perSecond / floor.perSecond, 3) : '',
  'p50 ms': legs.p50,
  'p99 ms': legs.p99,
  'max ms': legs.max,
  failed: legs.failed,
  'CPU ms each': cpuMs ?? '',
});

const tellStack = (measured: Awaited<ReturnType<typeof measureStack>>, floor: Floor) => {
  const { accept, cycle, openLoop, idlePssMiB } = measured;
  say(
    table([
      ...[1, 16, 64].map(n => row(`accept ×${n}`, accept[n]!.legs, floor.accept[n], accept[n]!.cpuMsEach['total'])),
      ...[1, 64].map(n => row(`cycle ×${n}`, cycle[n]!.legs, floor.cycle[n], cycle[n]!.cpuMsEach['total'])),
      row('open loop 200/s', openLoop),
    ]),
  );
  say(
    `decision → first callback byte, one connection: p50 ${cycle[1]!.legs.decideToCallback.p50} ms, p99 ${cycle[1]!.legs.decideToCallback.p99} ms`,
  );
  say(`CPU ms per cycle ×64: ${JSON.stringify(cycle[64]!.cpuMsEach)}`);
  say(`idle, MiB PSS: ${JSON.stringify(idlePssMiB)}`);
};

const tellBacktest = async () => {
  const approvals = process.argv.includes('--full') ? PAST_APPROVALS_FULL : PAST_APPROVALS;
  const figures = await measureBacktest(approvals, say);
  if (json) return void process.stdout.write(`${JSON.stringify({ backtest: figures })}\n`);
  const { seconds, approvalsPerSec, eventsPerSec, cpuUsEach, pssMiB, changed, otherRule } = figures;
  say(
    `${approvals} past approvals played again in ${round(seconds / 60, 1)} min: ${approvalsPerSec} approvals/s, ${eventsPerSec} events/s`,
  );
  say(`CPU µs for each: ${JSON.stringify(cpuUsEach)}; memory of the command, MiB PSS: ${JSON.stringify(pssMiB)}`);
  say(`Of the active version over its own period, ${changed} verdicts differ, ${otherRule} rules`);
};

const tellProjections = async () => {
  const figures = await measureProjections(process.argv.includes('--full') ? PROJECTED_FULL : PROJECTED, say);
  if (json) return void process.stdout.write(`${JSON.stringify({ projections: figures })}\n`);
  const rows = Object.entries({ 'SQLite files': figures.sqlite, PostgreSQL: figures.postgres });
  say('All read models built from the first event:');
  say(
    table(
      rows.flatMap(([what, of]) =>
        of === null
          ? []
          : [{ what, events: of.events, 'events/s': of.eventsPerSec, 'CPU µs each': of.cpuUsEach, 'metrics of all, ms': of.metricsMs }],
      ),
    ),
  );
};

/** What each measured setting is. Work for a role of the same process is handed over without the broker (decision 11). */
const WORDS: Record<string, string> = {
  'in-process': 'all services in one process, no broker',
  'beside-nats': 'all services in one process beside NATS',
  separate: 'one process per service over NATS',
};

const main = async () => {
  if (only === 'store') {
    const { main: storeBench } = await import('../../services/event-store/bench/store.bench.ts');
    return storeBench();
  }
  if (only === 'projections') return tellProjections();
  buildAll();
  if (only === 'backtest') return tellBacktest();
  if (only === 'callbacks') return benchCallbacks(json, say);
  if (only === 'alerts') return benchAlerts(json, say);
  const found = findOrInstall('nats-server', 'nats-server', say);
  const natsServer = 'path' in found ? found.path : null;
  if (!natsServer) say('Without nats-server only the in-process transport is measured.');
  say(`${cpus().length} × ${cpus()[0]?.model}, ${round(totalmem() / 2 ** 30, 0)} GiB, Node ${process.version}, ${seconds} s each\n`);
  const floor = await measureFloor();
  const report: Record<string, unknown> = { floor };
  say('The floor: one bare process');
  say(table([...[1, 16, 64].map(n => row(`accept ×${n}`, floor.accept[n]!)), ...[1, 64].map(n => row(`cycle ×${n}`, floor.cycle[n]!))]));

  const overNats: Setting = { transport: 'nats', mode: 'all-in-one', natsServer };
  const settings: [string, Setting][] = [
    ['in-process', { transport: 'inProcess', mode: 'all-in-one', natsServer: null }],
    ...(natsServer
      ? ([
          ['beside-nats', overNats],
          ['separate', { ...overNats, mode: 'separate' }],
        ] as [string, Setting][])
      : []),
  ];
  for (const [name, setting] of settings) {
    if (!wanted(name)) continue;
    say(`\nHoldpoint, ${WORDS[name]}`);
    const measured = await measureStack(setting, seconds, say);
    report[name] = measured;
    tellStack(measured, floor);
  }
  const [, last] = settings.at(natsServer ? 1 : 0)!;
  if (wanted('appends')) {
    const counted = await measureAppends(last, seconds);
    report['appends'] = counted;
    say(
      `\nAppends per cycle ${counted.appendsPerCycle}, commits (one fsync each) per cycle ${counted.commitsPerCycle}, over ${counted.cycles} cycles one after the other`,
    );
  }
  if (wanted('pending')) {
    say('\nWith 20 000 undecided approvals');
    const measured = await measurePending(last, seconds, say);
    report['pending'] = measured;
    say(
      table([
        row('cycle ×1, empty', measured.empty),
        row('cycle ×1', measured.full),
        row('cycle ×64', measured.full64),
        row('open loop 200/s', measured.openLoop),
      ]),
    );
    say(
      `p50 ${measured.ratio} × the empty one; caught up after ${measured.settledSec} s; ${measured.kibEach} KiB PSS each for the first 20 000, with the room caches and heaps take once (${measured.before['total']} → ${measured.after['total']} MiB), ${measured.kibEachNext} for the next`,
    );
  }
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
};

await main();
process.exit(0);
