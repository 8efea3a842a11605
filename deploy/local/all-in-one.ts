import { callback } from '@holdpoint/callback';
import { consoleService } from '@holdpoint/console';
import { decision } from '@holdpoint/decision';
import { ingest } from '@holdpoint/ingest';
import { notification } from '@holdpoint/notification';
import { relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import {
  ConfigError,
  dieOnUncaught,
  drainOnSignal,
  giveBackMemory,
  openLogger,
  openParts,
  processEnvironment,
  readAll,
  readPartsConfig,
  sayReady,
  type RunningService,
  type Service,
} from '@holdpoint/service-kit';

/** Every service in one process, on one event-log client: development, tests and small installations. The relay starts last, so that all workers listen when it rings. */
const SERVICES = [consoleService, ingest, routing, decision, notification, callback, relay] as Service<unknown>[];

const main = async () => {
  const env = processEnvironment();
  const [partsConfig, ...configs] = readAll(() => readPartsConfig(env), ...SERVICES.map(service => () => service.readConfig(env)));
  const logger = openLogger({ name: 'holdpoint', level: partsConfig.LOG_LEVEL });
  dieOnUncaught(logger);
  const parts = await openParts(partsConfig, { name: 'holdpoint', logger });
  const running: RunningService[] = [];
  for (const [index, service] of SERVICES.entries())
    running.push(await service.start(configs[index], { ...parts, logger: logger.child({ service: service.name }) }));
  sayReady(logger, { ready: true }, 'holdpoint is ready');
  giveBackMemory();
  drainOnSignal(logger, async () => {
    // Ingest and console stop accepting first; the relay's lease goes last but one, so that work under way can finish.
    for (const service of running) await service.close();
    await parts.close();
  });
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});
