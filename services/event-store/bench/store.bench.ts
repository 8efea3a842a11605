import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Job, Measurement } from './bench-client.ts';
import { fillLog } from './fill-log.ts';
import { measureFloor, type Floor } from './raw-floor.ts';

/** Clock ticks per second of /proc/<pid>/stat on Linux. */
const TICKS_PER_SECOND = 100;

export type BenchOptions = {
  /** Log sizes to measure at, in events, ascending. */
  events: readonly number[];
  /** Appends in flight. */
  concurrency: readonly number[];
  /** Length of each run, seconds. */
  seconds: number;
  /** Gets a line for each step. */
  progress: (line: string) => void;
};

export type BenchRow = {
  what: string;
  logEvents: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  serverCpuMicros: number;
  clientCpuMicros: number;
  /** Share of what raw SQLite does. */
  ofFloor: number | undefined;
  serverRssMib: number;
};

export type BenchReport = { floor: Floor; rows: BenchRow[] };

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** CPU time a process used so far, in microseconds. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
};

const rssMibOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

type Server = { child: ChildProcess; pid: number; port: number };

const startServer = async (home: string): Promise<Server> => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn('env', ['-u', 'NODE_OPTIONS', `HOLDPOINT_DATA=${home}`, 'EVENT_STORE_PORT=0', process.execPath, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await new Promise<string[]>((resolve, reject) => {
    lines.once('line', line => resolve([line]));
    child.once('exit', code => reject(new Error(`The event store ended with ${code}.`)));
  })) as [string];
  const { event, port, message } = JSON.parse(first) as { event: string; port: number; message?: string };
  if (event !== 'ready') throw new Error(`The event store did not start: ${message}`);
  return { child, pid: child.pid as number, port };
};

const stopServer = async ({ child }: Server): Promise<void> => {
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
};

const startClient = () => {
  const child = fork(fileURLToPath(new URL('./bench-client.ts', import.meta.url)), { execArgv: [] });
  const ask = (job: Job): Promise<Measurement | undefined> =>
    new Promise((resolve, reject) => {
      child.once('message', ({ measurement, error }: { measurement?: Measurement; error?: string }) =>
        error === undefined ? resolve(measurement) : reject(new Error(error)),
      );
      child.send(job);
    });
  return { ask, stop: () => child.disconnect() };
};

/** Runs every measurement at every log size. Server and client are processes of their own. */
export const runStoreBench = async (options: BenchOptions): Promise<BenchReport> => {
  const home = mkdtempSync(join(tmpdir(), 'event-store-bench-'));
  const client = startClient();
  const rows: BenchRow[] = [];
  try {
    options.progress('raw SQLite …');
    const floor = measureFloor(options.concurrency, Math.min(2, options.seconds));
    let filled = 0;
    for (const size of options.events) {
      options.progress(`filling the log to ${size} events …`);
      fillLog(join(home, 'event-store'), filled, size);
      filled = size;
      const server = await startServer(home);
      await client.ask({ kind: 'connect', port: server.port });
      const measure = async (what: string, job: Job, floorPerSecond?: number): Promise<void> => {
        const cpuBefore = cpuOf(server.pid);
        const result = (await client.ask(job)) as Measurement;
        const perSecond = result.count / result.seconds;
        const row: BenchRow = {
          what,
          logEvents: size,
          perSecond: Math.round(perSecond),
          p50Ms: round(result.p50Ms, 2),
          p99Ms: round(result.p99Ms, 2),
          serverCpuMicros: round((cpuOf(server.pid) - cpuBefore) / result.count),
          clientCpuMicros: round(result.cpuMicros),
          ofFloor: floorPerSecond === undefined ? undefined : round(perSecond / floorPerSecond, 2),
          serverRssMib: Math.round(rssMibOf(server.pid)),
        };
        options.progress(`  ${what}: ${row.perSecond}/s, p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms, server ${row.serverCpuMicros} µs CPU`);
        rows.push(row);
      };
      await measure('catch up on settings', { kind: 'settings' });
      await measure('append x8 (warm-up)', { kind: 'append', concurrency: 8, seconds: 1 });
      rows.pop();
      for (const concurrency of options.concurrency) {
        await measure(`append x${concurrency}`, { kind: 'append', concurrency, seconds: options.seconds }, floor.groups[concurrency]);
      }
      await measure('append → delivered', { kind: 'delay', samples: 300 });
      await measure('read $all', { kind: 'readAll', events: Math.min(size, 100_000) }, floor.readsPerSecond);
      await measure('read 5-event stream x1', { kind: 'readStreams', concurrency: 1, seconds: options.seconds, eventsEach: 5 });
      await measure('read 5-event stream x32', { kind: 'readStreams', concurrency: 32, seconds: options.seconds, eventsEach: 5 });
      await stopServer(server);
    }
    return { floor, rows };
  } finally {
    client.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

const table = ({ floor, rows }: BenchReport): string => {
  const head = ['what', 'log', 'per second', 'p50 ms', 'p99 ms', 'server µs', 'client µs', 'of SQLite', 'server MiB'];
  const lines = rows.map(row => [
    row.what,
    row.logEvents.toLocaleString('en'),
    row.perSecond.toLocaleString('en'),
    row.p50Ms,
    row.p99Ms,
    row.serverCpuMicros,
    row.clientCpuMicros,
    row.ofFloor ?? '',
    row.serverRssMib,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map(line => String(line[column]).length)));
  const print = (cells: readonly unknown[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[column] as number) : String(cell).padStart(widths[column] as number),
      )
      .join('  ');
  const groups = Object.entries(floor.groups).map(([size, rate]) => `${size} per commit ${rate.toLocaleString('en')}/s`);
  return [print(head), ...lines.map(print), `raw SQLite: ${groups.join(', ')}; scan ${floor.readsPerSecond.toLocaleString('en')}/s`].join(
    '\n',
  );
};

/** The command line: `--full` goes up to ten million events, `--quick` stops at ten thousand, `--json` prints the report as JSON. */
export const main = async (words: readonly string[] = process.argv): Promise<void> => {
  const json = words.includes('--json');
  const events = words.includes('--full') ? [1e4, 1e5, 1e6, 1e7] : words.includes('--quick') ? [1e4] : [1e4, 1e5, 1e6];
  const seconds = words.includes('--quick') ? 2 : 4;
  const report = await runStoreBench({
    events,
    concurrency: [1, 16, 64, 256],
    seconds,
    progress: line => (json ? undefined : console.log(line)),
  });
  console.log(json ? JSON.stringify(report) : `\n${table(report)}`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
