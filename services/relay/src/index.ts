import { readConfig, type Service, startNest } from '@holdpoint/service-kit';
import { relaySeen, showRelay } from './relay-metrics.ts';
import { type RelayConfig, relayConfig } from './relay.config.ts';
import { RelayModule } from './relay.module.ts';
import { startRelay } from './start-relay.ts';

export { type Pace, PACE } from './pace.ts';
export { type Relay, type RelayDeps, type RelayStatus, startRelay } from './start-relay.ts';
export type { RelayConfig } from './relay.config.ts';

/** Turns the event log into work and owns time. */
export const relay: Service<RelayConfig> = {
  name: 'relay',
  readConfig: env => readConfig(relayConfig, env),
  start: async (config, parts) => {
    const running = startRelay({
      eventLog: parts.eventLog,
      messaging: parts.messaging,
      now: parts.now,
      logger: parts.logger,
      leaseMs: config.RELAY_LEASE_MS,
      snapshotEvents: config.RELAY_SNAPSHOT_EVENTS,
      pace: {
        windowItems: config.RELAY_WINDOW_ITEMS,
        burstWindowItems: config.RELAY_BURST_WINDOW_ITEMS,
        burstPerSec: config.RELAY_BURST_PER_SEC,
        parkAfterRings: config.RELAY_PARK_AFTER_RINGS,
      },
      seen: relaySeen(),
    });
    showRelay(running);
    return startNest({ name: 'relay', module: RelayModule.of(running), parts, port: config.RELAY_PORT, host: config.RELAY_HOST });
  },
};
