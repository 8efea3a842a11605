import { join } from 'node:path';
import { backUp } from './back-up.ts';
import { LOG_FILE, startEventStore, type EventStoreOptions } from './start-event-store.ts';
import { verifyLog } from './verify-log.ts';

/** Exit codes: what was asked was done; it was not; what was asked is not known. */
const DONE = 0;
const FAILED = 1;
const USAGE = 2;

const say = (line: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * Runs one command of the program and prints one JSON line for what happened.
 * @param words the command line: nothing, `verify`, or `backup` and a file.
 * @returns the exit code.
 */
export const runCommand = async (words: readonly string[], readOptions: () => EventStoreOptions): Promise<number> => {
  const [command = 'serve', target] = words;
  try {
    const options = readOptions();
    if (command === 'serve') return await serve(options);
    if (command === 'verify') return verify(options);
    if (command === 'backup' && target !== undefined) return await backup(options, target);
    say({ event: 'usage', message: 'Commands: serve, verify, backup <file>.' });
    return USAGE;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    say({ event: 'failed', command, code, message });
    return FAILED;
  }
};

/** Serves until SIGTERM or SIGINT, or until the writer dies: then the supervisor has to start it again. */
const serve = async (options: EventStoreOptions): Promise<number> => {
  let stop: (code: number) => void = () => undefined;
  const stopped = new Promise<number>(resolve => (stop = resolve));
  const store = await startEventStore({
    ...options,
    onBroken: reason => {
      say({ event: 'broken', message: reason.message });
      stop(FAILED);
    },
    onNotice: message => say({ event: 'notice', message }),
  });
  process.once('SIGTERM', () => stop(DONE));
  process.once('SIGINT', () => stop(DONE));
  const { host = '127.0.0.1', dataDir } = options;
  say({ event: 'ready', host, port: store.port, dataDir, endPosition: store.stats().endPosition, pid: process.pid });
  const code = await stopped;
  await store.close();
  const { commits, appends, events } = store.stats();
  say({ event: 'stopped', commits, appends, events });
  return code;
};

const verify = (options: EventStoreOptions): number => {
  const report = verifyLog(join(options.dataDir, LOG_FILE));
  say({ event: 'verified', ...report });
  return report.damage.length === 0 ? DONE : FAILED;
};

const backup = async (options: EventStoreOptions, target: string): Promise<number> => {
  say({ event: 'backedUp', target, ...(await backUp(join(options.dataDir, LOG_FILE), target)) });
  return DONE;
};
