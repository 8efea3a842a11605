import type { ApprovalEvent } from '@holdpoint/contracts';
import { counter } from '@holdpoint/service-kit';

export type RoutingMetrics = { appended(events: readonly ApprovalEvent[]): void; failed(): void; bandReturned(): void };

/** Counts verdicts by policy rule, and what routing appended by type. */
export const openRoutingMetrics = (): RoutingMetrics => {
  const verdicts = counter('holdpoint_gate_verdicts_total', 'Verdicts of the gate', ['verdict']);
  const events = counter('holdpoint_routing_events_total', 'Events appended by routing', ['type']);
  const failures = counter('holdpoint_routing_failures_total', 'Work items that failed and are rung again', []);
  const bands = counter('holdpoint_gate_bands_returned_total', 'Amount bands that went back to people because samples were rejected', []);
  return {
    appended: appended => {
      for (const event of appended) {
        events.inc({ type: event.type });
        if (event.type === 'GateEvaluated') verdicts.inc({ verdict: event.data.verdict });
      }
    },
    failed: () => failures.inc(),
    bandReturned: () => bands.inc(),
  };
};
