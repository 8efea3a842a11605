import { WORKERS } from '@holdpoint/contracts';
import { counter, gauge } from '@holdpoint/service-kit';
import type { Relay, RelaySeen } from './start-relay.ts';

/** Counts rings and alarms. */
export const relaySeen = (): RelaySeen => {
  const rings = counter('holdpoint_relay_rings_total', 'Items rung, first or again', ['worker', 'ring']);
  const parked = counter('holdpoint_relay_parked_total', 'Work no worker answered for: raise an alarm on any increase', ['worker']);
  return {
    rung: (worker, items, again) => {
      if (items > again) rings.inc({ worker, ring: 'first' }, items - again);
      if (again > 0) rings.inc({ worker, ring: 'again' }, again);
    },
    parked: worker => parked.inc({ worker }),
  };
};

/** Shows what is open at each scrape. */
export const showRelay = (relay: Relay): void => {
  gauge('holdpoint_relay_active', '1 on the relay that rings', [], metric => metric.set(relay.status().active ? 1 : 0));
  gauge('holdpoint_relay_approvals', 'Approvals that wait for something', [], metric => metric.set(relay.status().approvals));
  gauge('holdpoint_relay_waits', 'Work and timers by worker and state', ['worker', 'state'], metric => {
    const { workers } = relay.status();
    for (const worker of WORKERS) {
      for (const state of ['inFlight', 'ready', 'later'] as const) metric.set({ worker, state }, workers[worker][state]);
    }
  });
};
