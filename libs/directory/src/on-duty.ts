import { onCall } from '@holdpoint/gate';
import { spanAround, spanOf, type Span } from './derived.ts';
import { keyOf, type DirectoryState, type PublishedSchedule } from './directory-state.ts';

/** Who is on call in a schedule, and for how long that stays so. */
export type Duty = Span & { operators: readonly string[] };
export type OnDuty = (tenant: string, scheduleId: string, atMs: number) => Duty;

/**
 * Turns, restrictions and holidays begin and end on whole minutes, since zones' offsets are whole minutes (the last one that was not ended
 * in 1972); only overrides are instants. An answer is good for its minute: looking for the next hand-over costs a thousand times as much.
 */
const MINUTE_MS = 60_000;
const NOBODY: Duty = { operators: [], fromMs: -Infinity, untilMs: Infinity };

/** Answers who is on call, worked out at most once a minute. Nobody is in a schedule that does not exist. */
export const openOnDuty = (state: () => DirectoryState): OnDuty => {
  // A schedule that changed is another object, so what was known of it is never asked for again.
  const known = new WeakMap<PublishedSchedule, { edges: readonly number[]; duty: Duty }>();
  return (tenant, scheduleId, atMs) => {
    const schedule = state().schedules.get(keyOf(tenant, scheduleId));
    if (schedule === undefined) return NOBODY;
    const before = known.get(schedule);
    if (before !== undefined && atMs >= before.duty.fromMs && atMs < before.duty.untilMs) return before.duty;
    const edges = before?.edges ?? edgesOf(schedule);
    const fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const span = spanOf([{ fromMs, untilMs: fromMs + MINUTE_MS }, spanAround(edges, atMs)]);
    const duty = { operators: onCall(schedule.document, new Date(atMs).toISOString()), ...span };
    known.set(schedule, { edges, duty });
    return duty;
  };
};

/** When overrides begin and end, ascending. */
const edgesOf = ({ document }: PublishedSchedule): number[] =>
  document.overrides.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]).sort((a, b) => a - b);
