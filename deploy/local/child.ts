import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnv } from './local.config.ts';

/** One part of the stack as a process. */
export type Part = {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** True for the line (stdout or stderr) that says the part is ready. */
  isReady(line: string): boolean;
  logFile: string;
};

export type Child = {
  name: string;
  pid(): number;
  /** Starts of this part, the first one included. */
  starts(): number;
  /** Resolves at the next time the part says it is ready. */
  ready(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Is not started again from now on: Ctrl-C in a terminal reaches every part at once, and one that ends by it is where it should be. */
  letEnd(): void;
  /** Ends it for good: SIGTERM, and SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
};

const READY_WITHIN_MS = 20_000;
/** A part that dies is started again after this, doubling up to the maximum while it keeps dying. */
const RESTART_MS = 100;
const RESTART_MS_MAX = 5_000;
const STEADY_AFTER_MS = 10_000;

/** Parts that run. However this process ends, they are not left behind, SIGKILL excepted. */
const running = new Set<() => void>();
process.on('exit', () => running.forEach(end => end()));

/**
 * Starts a part and keeps it running: services here are crash-only, so whatever dies is started again.
 * @param onExit told at every end that was not asked for
 * @throws Error with the last lines of its log, if the part is not ready within 20 s at the first start
 */
export const startChild = async (part: Part, onExit: (text: string) => void = () => {}): Promise<Child> => {
  const log = createWriteStream(part.logFile, { flags: 'a' });
  let child!: ChildProcess;
  let starts = 0;
  let stopping = false;
  let restartMs = RESTART_MS;
  let waiters: (() => void)[] = [];
  const tail: string[] = [];

  const start = () => {
    starts += 1;
    const startedAt = Date.now();
    child = spawn(part.command, part.args, { env: childEnv(part.env), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', line => {
        keep(line, log, tail);
        if (waiters.length && part.isReady(line)) {
          const ready = waiters;
          waiters = [];
          for (const wake of ready) wake();
        }
      });
    }
    child.on('exit', (code, signal) => {
      if (stopping) return;
      onExit(`${part.name} ended (${signal ?? `exit ${code}`}); starting it again`);
      restartMs = Date.now() - startedAt > STEADY_AFTER_MS ? RESTART_MS : Math.min(restartMs * 2, RESTART_MS_MAX);
      setTimeout(() => stopping || start(), restartMs).unref();
    });
  };

  const end = () => void child.kill('SIGTERM');
  running.add(end);
  const ready = () => new Promise<void>(resolve => waiters.push(resolve));
  const first = ready();
  start();
  const died = new Promise<never>((_, reject) => child.once('exit', () => reject(new Error('it ended'))));
  const late = delay(READY_WITHIN_MS).then(() => Promise.reject(new Error(`it was not ready within ${READY_WITHIN_MS / 1_000} s`)));
  try {
    await Promise.race([first, died, late]);
  } catch (error) {
    stopping = true;
    running.delete(end);
    child.kill('SIGKILL');
    throw new Error(`${part.name} did not start: ${(error as Error).message}.\n${tail.slice(-12).join('\n')}\nIts log: ${part.logFile}`, {
      cause: error,
    });
  }
  return {
    name: part.name,
    pid: () => child.pid!,
    starts: () => starts,
    ready,
    kill: signal => child.kill(signal),
    letEnd: () => {
      stopping = true;
    },
    stop: async (graceMs = 8_000) => {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
        await ended;
        clearTimeout(timer);
      }
      running.delete(end);
      log.end();
    },
  };
};

const TAIL_LINES = 50;
const keep = (line: string, log: WriteStream, tail: string[]) => {
  log.write(`${line}\n`);
  tail.push(line);
  if (tail.length > TAIL_LINES) tail.shift();
};
