import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import type { LocalConfig } from './local.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As many threads as V8 starts of itself. */
const V8_THREADS_MAX = 4;
export const SERVICES = ['console', 'ingest', 'routing', 'decision', 'notification', 'callback', 'relay'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** How to run the stack: ports and folder from the configuration, the broker if there is one. */
export type StackOptions = {
  config: LocalConfig;
  /** Path of nats-server; null runs everything in one process without a broker. */
  natsServer: string | null;
  /** Variables for the services, for example SMTP settings. */
  env?: Record<string, string>;
  /** One line per part as it comes up, and when one is started again. */
  say?: (line: string) => void;
};

export type Stack = {
  ingestUrl: string;
  consoleUrl: string;
  dataDir: string;
  connectionString: string;
  natsUrl: string | null;
  /** Every process by name: `event-store`, `nats-server`, and either `all-in-one` or one per service. */
  children: Map<string, Child>;
  stop(): Promise<void>;
};

/**
 * Starts event store, broker and services as processes that are started again when they die.
 * @returns once every part is ready
 * @throws Error that names the part that did not start, with the end of its log
 */
export const startStack = async ({ config, natsServer, env = {}, say = () => {} }: StackOptions): Promise<Stack> => {
  const dataDir = resolve(config.HOLDPOINT_DATA);
  const logs = join(dataDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const children = new Map<string, Child>();
  const stop = async () => {
    for (const child of children.values()) child.letEnd();
    for (const name of [...children.keys()].reverse()) await children.get(name)!.stop();
  };
  const up = async (
    name: string,
    command: string,
    args: string[],
    extra: Record<string, string>,
    isReady: (line: string) => boolean,
    where: string,
  ) => {
    const startedAt = performance.now();
    children.set(name, await startChild({ name, command, args, env: extra, isReady, logFile: join(logs, `${name}.log`) }, say));
    say(`${name.padEnd(14)} ready in ${String(Math.round(performance.now() - startedAt)).padStart(4)} ms   ${where}`);
  };
  const shared = sharedEnv(config, dataDir, natsServer, env);
  const node = (folder: string, file: string) => [
    // The store's buffers are short-lived and large: a small young generation keeps its memory low at no cost. The services gain from a larger one.
    `--max-semi-space-size=${folder === 'services/event-store' ? 2 : 32}`,
    // V8's own threads, four by default: on fewer cores those that collect garbage hold each other up, and requests with them.
    `--v8-pool-size=${Math.min(V8_THREADS_MAX, availableParallelism())}`,
    '--disable-warning=ExperimentalWarning',
    join(root, folder, 'dist', `${file}.js`),
  ];
  const service = (name: string, folder: string, file: string, where: string) =>
    up(name, process.execPath, node(folder, file), shared, saysReady, where);
  try {
    const broker = natsServer
      ? up(
          'nats-server',
          natsServer,
          natsArgs(config, dataDir),
          {},
          line => line.includes('Server is ready'),
          `nats://127.0.0.1:${config.NATS_PORT}`,
        )
      : undefined;
    await allUp([broker, service('event-store', 'services/event-store', 'main', `esdb://127.0.0.1:${config.EVENT_STORE_PORT}`)]);
    if (config.HOLDPOINT_MODE === 'all-in-one')
      await service(
        'all-in-one',
        'deploy',
        'all-in-one',
        `agents' API ${shared.HOLDPOINT_PUBLIC_URL}, console ${shared.HOLDPOINT_CONSOLE_URL}`,
      );
    else await allUp(SERVICES.map(name => service(name, `services/${name}`, 'main', `port ${portOf(config, name)}`)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ingestUrl: shared.HOLDPOINT_PUBLIC_URL!,
    consoleUrl: shared.HOLDPOINT_CONSOLE_URL!,
    dataDir,
    connectionString: shared.EVENTSTORE_CONNECTION_STRING!,
    natsUrl: natsServer ? shared.NATS_URL! : null,
    children,
    stop,
  };
};

/** Waits for all, also after one failed: what is still starting must be known before everything is stopped. */
const allUp = async (starting: (Promise<void> | undefined)[]) => {
  const failed = (await Promise.allSettled(starting)).find(result => result.status === 'rejected');
  if (failed) throw failed.reason as Error;
};

const READY = /"event":"ready"|"ready":true| is ready"/;
const saysReady = (line: string) => READY.test(line);
const portOf = (config: LocalConfig, name: ServiceName): number => config[`${name.toUpperCase()}_PORT` as 'INGEST_PORT'];

const natsArgs = (config: LocalConfig, dataDir: string) => [
  '-a',
  '127.0.0.1',
  '-p',
  String(config.NATS_PORT),
  '-js',
  '-sd',
  join(dataDir, 'nats'),
];

const sharedEnv = (
  config: LocalConfig,
  dataDir: string,
  natsServer: string | null,
  extra: Record<string, string>,
): Record<string, string> => ({
  HOLDPOINT_DATA: dataDir,
  HOLDPOINT_TRANSPORT: natsServer ? 'nats' : 'inProcess',
  NATS_URL: `nats://127.0.0.1:${config.NATS_PORT}`,
  EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${config.EVENT_STORE_PORT}?tls=false`,
  HOLDPOINT_EGRESS_ALLOW: config.HOLDPOINT_EGRESS_ALLOW,
  HOLDPOINT_PUBLIC_URL: `http://127.0.0.1:${config.INGEST_PORT}`,
  HOLDPOINT_CONSOLE_URL: `http://127.0.0.1:${config.CONSOLE_PORT}`,
  EVENT_STORE_PORT: String(config.EVENT_STORE_PORT),
  ...Object.fromEntries(SERVICES.map(name => [`${name.toUpperCase()}_PORT`, String(portOf(config, name))])),
  ...extra,
});
