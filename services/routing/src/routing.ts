import { openRotations } from '@holdpoint/directory';
import { MessagingStrategy } from '@holdpoint/messaging';
import { openSigningKey } from '@holdpoint/sealing';
import { keyFiles, startNest, type Service } from '@holdpoint/service-kit';
import { openHistoryIndex } from './history-index.ts';
import { openRoutingMetrics } from './metrics.ts';
import { readRoutingConfig, type RoutingConfig } from './routing.config.ts';
import { RoutingModule } from './routing.module.ts';
import { openSampler } from './sample-of.ts';
import { openSampleReviews } from './sample-reviews.ts';
import { openDesk } from './take-work.ts';

/** Says what the rules say about each request, opens its review steps, and moves it on when time is over. */
export const routing: Service<RoutingConfig> = {
  name: 'routing',
  readConfig: readRoutingConfig,
  start: async (config, parts) => {
    const file = keyFiles(parts.dataDir).receipt;
    const signer = openSigningKey({ file });
    const history = openHistoryIndex(parts);
    const samples = openSampleReviews(parts);
    const rotations = openRotations(parts);
    const desk = openDesk({
      ...parts,
      history,
      samples,
      signer,
      sampleOf: openSampler(file),
      rotations,
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
    return {
      port: nest.port,
      close: async () => {
        await nest.close();
        await Promise.all([history.close(), samples.close(), rotations.close()]);
      },
    };
  },
};
