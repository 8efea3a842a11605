import { evolve, initial, type ApprovalState } from '@holdpoint/approval';
import type { ApprovalEvent, EventType, RecordedEvent } from '@holdpoint/contracts';

/** An approval as far as it is known, and what an append to it needs. */
export type Known = {
  tenant: string;
  state: ApprovalState;
  revision: number;
  /** Revision of the last event that changed what a person would be deciding on; a decision made on an older view is refused. */
  changedAt: number;
  /** Ids of its events: a command that is among them was carried out already. */
  ids: readonly string[];
  correlationId: string | undefined;
  traceparent: string | undefined;
};

/** Events after which the question is still the one a person saw. */
const UNCHANGING: ReadonlySet<EventType> = new Set<EventType>([
  'ApprovalClaimed',
  'ClaimReleased',
  'ApprovalEscalated',
  'EscalationExhausted',
  'ReviewerAssigned',
  'ApprovalDelegated',
  'ApprovalSnoozed',
  'DeadlineChanged',
  'DecisionRefused',
]);

/** Folds events that follow each other onto what is known; `null` when nothing is known yet. */
export const fold = (known: Known | null, events: readonly RecordedEvent[]): Known | null => {
  const first = events[0];
  if (first === undefined) return known;
  const { metadata } = first;
  const start: Known = known ?? {
    tenant: metadata.tenant,
    state: initial,
    revision: -1,
    changedAt: 0,
    ids: [],
    correlationId: metadata.$correlationId,
    traceparent: metadata.traceparent,
  };
  return next(
    start,
    events as unknown as readonly ApprovalEvent[],
    events.map(({ id }) => id),
  );
};

/** What is known after these events, whose ids are given, in order. */
export const next = (known: Known, events: readonly ApprovalEvent[], ids: readonly string[]): Known => {
  let { state, revision, changedAt } = known;
  for (const event of events) {
    state = evolve(state, event);
    revision += 1;
    if (!UNCHANGING.has(event.type)) changedAt = revision;
  }
  return { ...known, state, revision, changedAt, ids: [...known.ids, ...ids] };
};
