import { giveBackMemory } from './give-back-memory.ts';
import { openLogger, sayReady, type Logger } from './log.ts';
import { openParts } from './parts.ts';
import { processEnvironment, readPartsConfig } from './parts.config.ts';
import { ConfigError, readAll } from './read-config.ts';
import type { Service } from './service.ts';

/** Longest orderly shutdown, milliseconds; below the 30 s after which Kubernetes kills a pod. */
const DRAIN_MS_MAX = 20_000;

/**
 * Runs one service as this process: reads the configuration, opens the parts, starts the service and prints one line when it is ready.
 * SIGTERM or SIGINT drains (the service stops accepting, finishes its appends and acknowledges, then the parts close) and exits 0.
 * A configuration that cannot be used, a failed start or an error nobody caught ends the process with status 1 and one clear line: a
 * process whose state is unknown must not go on deciding; whoever supervises it starts it afresh.
 */
export const runService = async <Config>(service: Service<Config>, env: NodeJS.ProcessEnv = processEnvironment()): Promise<void> => {
  const [partsConfig, config] = readOrExit(service, env);
  const logger = openLogger({ name: service.name, level: partsConfig.LOG_LEVEL });
  dieOnUncaught(logger);
  try {
    const parts = await openParts(partsConfig, { name: service.name, logger });
    const running = await service.start(config, parts);
    sayReady(logger, { port: running.port }, `${service.name} is ready`);
    giveBackMemory();
    drainOnSignal(logger, async () => {
      await running.close();
      await parts.close();
    });
  } catch (error) {
    logger.fatal({ err: error }, `${service.name} could not start: ${messageOf(error)}`);
    process.exit(1);
  }
};

const readOrExit = <Config>(service: Service<Config>, env: NodeJS.ProcessEnv) => {
  try {
    return readAll(
      () => readPartsConfig(env),
      () => service.readConfig(env),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${service.name}: ${error.message}\n`);
    return process.exit(1);
  }
};

/** Ends the process with status 1 on the first error that nothing caught. */
export const dieOnUncaught = (logger: Logger): void => {
  const die = (kind: string) => (error: unknown) => {
    logger.fatal({ err: error }, `${kind}: ${messageOf(error)}`);
    process.exit(1);
  };
  process.once('uncaughtException', die('an error nobody caught'));
  process.once('unhandledRejection', die('a promise rejected and nobody listened'));
};

/**
 * Runs `drain` once on the first SIGTERM or SIGINT and exits 0 after it, or 1 when it fails or takes longer than {@link DRAIN_MS_MAX}.
 * A second signal exits at once.
 */
export const drainOnSignal = (logger: Logger, drain: () => Promise<void>): void => {
  let draining = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (draining) process.exit(130);
    draining = true;
    logger.info({ signal }, 'draining');
    const overdue = setTimeout(() => {
      logger.fatal({ afterMs: DRAIN_MS_MAX }, 'the shutdown did not finish in time');
      process.exit(1);
    }, DRAIN_MS_MAX);
    drain().then(
      () => {
        clearTimeout(overdue);
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.fatal({ err: error }, `the shutdown failed: ${messageOf(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
