import { afterAll, beforeAll } from 'vitest';
import { startHookedGate, type HookedGate } from './a-hooked-gate.ts';
import { webhooksNotTakenSuite } from './webhooks-not-taken.suite.ts';
import { webhooksOfAgentsApiSuite } from './webhooks-of-agents-api.suite.ts';
import { webhooksOfManagedAgentsSuite } from './webhooks-of-managed-agents.suite.ts';
import { webhooksOfResponsesSuite } from './webhooks-of-responses.suite.ts';

/** One gate for all, with a connection for each provider. The last suite stops its event store, so it stays the last. */
let running: HookedGate;
const world = (): HookedGate => running;
beforeAll(async () => {
  running = await startHookedGate();
});
afterAll(() => running.close());

webhooksOfAgentsApiSuite(world);
webhooksOfManagedAgentsSuite(world);
webhooksOfResponsesSuite(world);
webhooksNotTakenSuite(world);
