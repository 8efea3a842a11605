import { nextHandoff, onCall } from '@holdpoint/gate';
import type { Span } from './derived.ts';
import { keyOf, type DirectoryState, type PublishedSchedule } from './directory-state.ts';

/** Who is on call in a schedule, and for how long that stays so. */
export type Duty = Span & { operators: readonly string[] };
export type OnDuty = (tenant: string, scheduleId: string, atMs: number) => Duty;

/** `nextHandoff` looks a year ahead; what it did not find is looked for again after that, milliseconds. */
const LOOKED_AHEAD_MS = 365 * 86_400_000;
const NOBODY: Duty = { operators: [], fromMs: -Infinity, untilMs: Infinity };

/**
 * Answers who is on call, worked out once per hand-over: looking for the next one costs some hundred times as much as the question itself.
 * Nobody is on call in a schedule that does not exist.
 */
export const openOnDuty = (state: () => DirectoryState): OnDuty => {
  // A schedule that changed is another object, so what was known of it is never asked for again.
  const known = new WeakMap<PublishedSchedule, Duty>();
  return (tenant, scheduleId, atMs) => {
    const schedule = state().schedules.get(keyOf(tenant, scheduleId));
    if (schedule === undefined) return NOBODY;
    const before = known.get(schedule);
    if (before !== undefined && atMs >= before.fromMs && atMs < before.untilMs) return before;
    const at = new Date(atMs).toISOString();
    const next = nextHandoff(schedule.document, at);
    const untilMs = next === null ? atMs + LOOKED_AHEAD_MS : Date.parse(next.at);
    const duty = { operators: onCall(schedule.document, at), fromMs: atMs, untilMs };
    known.set(schedule, duty);
    return duty;
  };
};
