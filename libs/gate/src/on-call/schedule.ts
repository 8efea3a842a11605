import type { Schedule, ScheduleLayer } from '@holdpoint/contracts';
import { isWithin } from './windows.ts';
import { offDays } from './working-hours.ts';
import { DAY_MS, dayOfDate, MINUTE_MS, minutesOf, zoneOf, type WallMs } from './zone.ts';

/**
 * Who is on call at an instant: the override made last, else of the layers that have somebody those of the highest priority, else nobody.
 * Hand-overs and restrictions are wall-clock times of the schedule's zone, read on a clock that is never put back (see `zone.ts`).
 * @returns operator ids, each once
 * @throws RangeError when the schedule's zone does not exist
 */
export const onCall = (schedule: Schedule, instant: string): string[] => onCallAt(schedule, Date.parse(instant));

export const onCallAt = (schedule: Schedule, instantMs: number): string[] => {
  const override = schedule.overrides.findLast(({ from, to }) => Date.parse(from) <= instantMs && instantMs < Date.parse(to));
  if (override !== undefined) return [...new Set(override.operators)];
  const wall = zoneOf(schedule.timeZone).reached(instantMs);
  const { holidays } = schedule;
  const priorityMin = holidays !== undefined && offDays(holidays.dates)(Math.floor(wall / DAY_MS)) ? holidays.minPriority : 0;

  let highest = -1;
  let people: string[] = [];
  for (const layer of schedule.layers) {
    if (layer.priority < priorityMin || layer.priority < highest) continue;
    const turn = turnAt(layer, wall);
    if (turn === null) continue;
    people = layer.priority > highest ? [...turn] : [...people, ...turn];
    highest = layer.priority;
  }
  return [...new Set(people)];
};

/** Whose turn it is in a layer at a wall-clock time; null outside its dates and restrictions. */
const turnAt = (layer: ScheduleLayer, wall: WallMs): readonly string[] | null => {
  const { start, end } = limitsOf(layer);
  if (wall < start || wall >= end) return null;
  if (layer.restrictions !== undefined && !isWithin(layer.restrictions, wall)) return null;
  return layer.turns[Math.floor((wall - start) / (layer.turnDays * DAY_MS)) % layer.turns.length] ?? null;
};

const limits = new WeakMap<ScheduleLayer, { start: WallMs; end: WallMs }>();

/** When the layer's first turn begins and its last one ends, in wall-clock time. */
export const limitsOf = (layer: ScheduleLayer): { start: WallMs; end: WallMs } => {
  let known = limits.get(layer);
  if (known === undefined) {
    const at = (date: string): WallMs => dayOfDate(date) * DAY_MS + minutesOf(layer.handoff) * MINUTE_MS;
    known = { start: at(layer.startsOn), end: layer.endsOn === undefined ? Number.POSITIVE_INFINITY : at(layer.endsOn) };
    limits.set(layer, known);
  }
  return known;
};
