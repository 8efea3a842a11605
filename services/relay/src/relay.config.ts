import { variable } from '@holdpoint/service-kit';
import { z } from 'zod';
import { PACE } from './pace.ts';

export const relayConfig = z.object({
  RELAY_PORT: variable.port(7076),
  RELAY_HOST: variable.host(),
  RELAY_LEASE_MS: variable
    .count(500, 60_000, 3_000)
    .describe('How long a relay that hangs or is cut off keeps the others waiting, milliseconds; one that died is followed at once'),
  RELAY_SNAPSHOT_EVENTS: variable
    .count(1_000, 10_000_000, 50_000)
    .describe('Events between snapshots; a start after a crash reads at most about so many again'),
  RELAY_WINDOW_ITEMS: variable
    .count(1, 100_000, PACE.windowItems)
    .describe('Work items one worker role may have unanswered before further ones wait'),
  RELAY_BURST_WINDOW_ITEMS: variable
    .count(1, 100_000, PACE.burstWindowItems)
    .describe('The same while requests come in a burst: accepting them goes first'),
  RELAY_BURST_PER_SEC: variable
    .count(1, 1_000_000, PACE.burstPerSec)
    .describe('Requests per second, with fewer than half as many decisions, that make a burst'),
  RELAY_PARK_AFTER_RINGS: variable
    .count(2, 100, PACE.parkAfterRings)
    .describe('Rings without an answer after which work is recorded as parked and alarmed; ringing goes on slowly'),
});
export type RelayConfig = z.infer<typeof relayConfig>;
