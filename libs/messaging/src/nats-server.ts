import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { connect } from 'nats';

export type NatsServer = {
  url: string;
  port: number;
  pid: number;
  /** Ends the server; `SIGKILL` for a crash. */ stop(signal?: NodeJS.Signals): Promise<void>;
};

/** A server that is not ready by then will not be, ms. */
const READY_MS_MAX = 10_000;
const READY_LOOK_MS = 30;

/** Whether the program can be started here. */
export const hasNatsServer = (program = 'nats-server'): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Starts a `nats-server` with JetStream on loopback for a local stack or a test.
 * Takes the data folder of JetStream, a port (0: any free one) and the program; resolves when it answers.
 * Throws when the program is missing (`ENOENT`) or does not come up; the server ends with {@link NatsServer.stop}.
 */
export const startNatsServer = async (options: { storeDir: string; port?: number; program?: string }): Promise<NatsServer> => {
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const program = options.program ?? 'nats-server';
  const child = spawn(program, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', options.storeDir], { stdio: 'ignore' });
  const ended = new Promise<Error>(resolve => {
    child.once('error', resolve);
    child.once('exit', code => resolve(new Error(`${program} ended with code ${code} before it was ready on port ${port}`)));
  });
  const url = `nats://127.0.0.1:${port}`;
  const failure = await Promise.race([ended, answers(url)]);
  if (failure !== null) {
    child.kill('SIGKILL');
    throw failure;
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
};

/** Null when JetStream answers at the URL, else why not. */
const answers = async (url: string): Promise<Error | null> => {
  const deadlineMs = performance.now() + READY_MS_MAX;
  for (;;) {
    try {
      const connection = await connect({ servers: url, reconnect: false, timeout: 500 });
      try {
        await connection.jetstreamManager();
        return null;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (performance.now() > deadlineMs) return error as Error;
      await new Promise(resolve => setTimeout(resolve, READY_LOOK_MS));
    }
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
