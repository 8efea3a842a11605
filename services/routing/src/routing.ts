import { MessagingStrategy } from '@holdpoint/messaging';
import { openSigningKey } from '@holdpoint/sealing';
import { keyFiles, startNest, type Service } from '@holdpoint/service-kit';
import { openRoutingMetrics } from './metrics.ts';
import { readRoutingConfig, type RoutingConfig } from './routing.config.ts';
import { RoutingModule } from './routing.module.ts';
import { openDesk } from './take-work.ts';

/** Says what the rules say about each request, opens its review steps, and moves it on when time is over. */
export const routing: Service<RoutingConfig> = {
  name: 'routing',
  readConfig: readRoutingConfig,
  start: async (config, parts) => {
    const desk = openDesk({
      ...parts,
      signer: openSigningKey({ file: keyFiles(parts.dataDir).receipt }),
      metrics: openRoutingMetrics(),
      inFlightMax: config.ROUTING_IN_FLIGHT_MAX,
    });
    const nest = await startNest({
      name: 'routing',
      module: RoutingModule.with(desk),
      parts,
      port: config.ROUTING_PORT,
      host: config.ROUTING_HOST,
      strategy: new MessagingStrategy(parts.messaging),
    });
    return { port: nest.port, close: nest.close };
  },
};
