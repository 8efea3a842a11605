import { cpus, totalmem } from 'node:os';
import { buildAll } from '../build/build-all.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { benchAlerts } from './bench-alerts.ts';
import { benchCallbacks } from './bench-callbacks.ts';
import type { Figure } from './by-turns.ts';
import { round, table } from './figures.ts';
import { type Legs, openReceiver } from './load.ts';
import { measureBacktest, PAST_APPROVALS, PAST_APPROVALS_FULL } from './measure-backtest.ts';
import { measureProjections, PROJECTED, PROJECTED_FULL } from './measure-projections.ts';
import { measureAppends, measurePending, measureStack, type Setting } from './measure-stack.ts';
import { openFloor } from './open-floor.ts';

// `npm run bench [-- beside-nats|separate|in-process|appends|pending|store|backtest|callbacks|alerts|projections] [--json] [--seconds N] [--full]`: everything, or one part, each
// beside the floor of this run.

const json = process.argv.includes('--json');
const only = process.argv.slice(2).find(argument => !argument.startsWith('--') && Number.isNaN(Number(argument)));
const secondsAt = process.argv.indexOf('--seconds');
const seconds = secondsAt > 0 ? Number(process.argv[secondsAt + 1]) : 6;
const say = (line: string) => void (json || process.stdout.write(`${line}\n`));
const wanted = (...names: string[]) => !only || names.includes(only);

const row = (what: string, legs: Legs) => ({
  what,
  'per second': legs.perSecond,
  'p50 ms': legs.p50,
  'p99 ms': legs.p99,
  'max ms': legs.max,
  failed: legs.failed,
});

/** A figure beside what the floor did in between. */
const beside = (what: string, { legs, cpuMsEach, floor, ofFloor }: Figure) => ({
  ...row(what, legs),
  'CPU ms each': cpuMsEach['total']!,
  'of the floor': ofFloor,
  'floor: per second': floor.legs.perSecond,
  p50: floor.legs.p50,
  p99: floor.legs.p99,
  CPU: floor.cpuMsEach['total']!,
});

const tellStack = ({ accept, cycle, decideToCallback, openLoops, idlePssMiB }: Awaited<ReturnType<typeof measureStack>>) => {
  say(
    table([
      ...Object.entries(accept).map(([connections, figure]) => beside(`accept ×${connections}`, figure)),
      ...Object.entries(cycle).map(([connections, figure]) => beside(`cycle ×${connections}`, figure)),
      ...Object.entries(openLoops).map(([perSecond, figure]) => beside(`open loop ${perSecond}/s`, figure)),
    ]),
  );
  say(`decision → first callback byte, one connection: p50 ${decideToCallback.p50} ms, p99 ${decideToCallback.p99} ms`);
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

const benchStacks = async (settings: readonly [string, Setting][], report: Record<string, unknown>) => {
  const receiver = await openReceiver();
  const floor = await openFloor(receiver);
  for (const [name, setting] of settings) {
    say(`\nHoldpoint, ${WORDS[name]}; by turns with it the floor, one bare process`);
    const measured = await measureStack(setting, floor, receiver, seconds, say);
    report[name] = measured;
    tellStack(measured);
  }
  floor.close();
  receiver.close();
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
  const report: Record<string, unknown> = {};

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
  const chosen = settings.filter(([name]) => wanted(name));
  if (chosen.length > 0) await benchStacks(chosen, report);
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
