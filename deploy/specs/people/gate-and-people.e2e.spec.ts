import { afterAll, beforeAll } from 'vitest';
import { startGateAndPeople, type GateAndPeople } from './a-gate-and-its-people.ts';
import { automaticSuite } from './automatic.suite.ts';
import { batchSuite } from './batch.suite.ts';
import { hoursSuite } from './hours.suite.ts';
import { ladderSuite } from './ladder.suite.ts';
import { storiesOf } from './routes.ts';

/** One installation for all: each story has a tool, a route and people of its own, so they run side by side. */
let running: GateAndPeople;
const world = (): GateAndPeople => running;
beforeAll(async () => {
  running = await startGateAndPeople();
  // Stories share people and run side by side: many requests in a minute for one person are no storm here.
  await running.api('PUT', '/api/organization/channel-policy', { policy: { alertsPerMinuteMax: 600 } });
  await running.api('POST', '/api/policies', { document: storiesOf(running.members) });
}, 120_000);
afterAll(() => running.close());

hoursSuite(world);
ladderSuite(world);
automaticSuite(world);
batchSuite(world);
