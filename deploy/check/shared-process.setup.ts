import { afterAll } from 'vitest';

/** What `libs/event-log` keeps while the one log of this process is open. */
const OPEN = Symbol.for('holdpoint.eventLog.open');
const registry = globalThis as { [OPEN]?: boolean };

// Specs share this process. A log that one leaves open, most likely because it failed, would fail every spec after it instead.
afterAll(() => {
  if (registry[OPEN] !== true) return;
  registry[OPEN] = false;
  throw new Error('This spec left its event log open: close in `afterAll` what it starts.');
});
