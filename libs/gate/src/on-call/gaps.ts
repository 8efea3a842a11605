import type { Schedule, ScheduleLayer } from '@holdpoint/contracts';
import { limitsOf, onCallAt } from './schedule.ts';
import { minutesOfWindow } from './windows.ts';
import { DAY_MS, dayOfDate, findZone, instantText, MINUTE_MS, weekdayOf, zoneOf, type WallMs, type Zone } from './zone.ts';

export type Gap = { from: string; to: string };
/** What is wrong with a schedule. An `error` makes it unusable; a `warning` is for a person to judge. */
export type ScheduleProblem = { severity: 'error' | 'warning'; path: string; message: string };

/** How far a schedule is searched for gaps when it is saved. */
const GAPS_SEARCH_MS = 366 * DAY_MS;
/** Gaps named one by one; a schedule with office hours only has hundreds alike. */
const GAPS_NAMED_MAX = 10;
/** How far ahead the next hand-over is looked for: the longest turn, and a week. */
const HANDOFF_SEARCH_MS = 373 * DAY_MS;

/** Stretches between two instants in which nobody is on call, in order. */
export const gapsOf = (schedule: Schedule, from: string, to: string): Gap[] => {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const gaps: Gap[] = [];
  let beganMs: number | null = null;
  const close = (atMs: number): void => {
    if (beganMs !== null && beganMs < atMs) gaps.push({ from: instantText(beganMs), to: instantText(atMs) });
    beganMs = null;
  };
  for (const atMs of [fromMs, ...changesOf(schedule, fromMs, toMs)]) {
    if (onCallAt(schedule, atMs).length > 0) close(atMs);
    else beganMs ??= atMs;
  }
  close(toMs);
  return gaps;
};

/** When other people are on call next, and who; null when nothing changes within a year. */
export const nextHandoff = (schedule: Schedule, instant: string): { at: string; operators: string[] } | null => {
  const fromMs = Date.parse(instant);
  const now = onCallAt(schedule, fromMs).toSorted().join();
  for (const atMs of changesOf(schedule, fromMs, fromMs + HANDOFF_SEARCH_MS)) {
    const operators = onCallAt(schedule, atMs);
    if (operators.toSorted().join() !== now) return { at: instantText(atMs), operators };
  }
  return null;
};

/**
 * Everything to be said about a schedule before it is saved: a zone that does not exist, people who are not members, layers, windows and overrides
 * that can never be on, and the gaps of the twelve months after `now`.
 */
export const scheduleProblems = (schedule: Schedule, now: string, isMember: (operatorId: string) => boolean): ScheduleProblem[] => {
  const problems: ScheduleProblem[] = [];
  const say = (severity: ScheduleProblem['severity'], path: string, message: string) => void problems.push({ severity, path, message });
  const people = (operators: readonly string[], path: string): void => {
    for (const id of operators) if (!isMember(id)) say('error', path, `${id} is not a member of the organisation`);
  };
  for (const [index, layer] of schedule.layers.entries()) {
    const path = `layers[${index}]`;
    for (const [turn, operators] of layer.turns.entries()) people(operators, `${path}.turns[${turn}]`);
    const { start, end } = limitsOf(layer);
    if (end <= start) say('error', `${path}.endsOn`, `layer "${layer.name}" ends before its first turn`);
    for (const [n, window] of (layer.restrictions ?? []).entries()) {
      const { from, to } = minutesOfWindow(window);
      if (from === to) say('error', `${path}.restrictions[${n}]`, `the window from ${window.from} to ${window.to} has no length`);
    }
  }
  for (const [index, { operators, from, to }] of schedule.overrides.entries()) {
    people(operators, `overrides[${index}].operators`);
    if (Date.parse(to) <= Date.parse(from)) say('error', `overrides[${index}]`, 'the override ends before it begins');
  }
  if (findZone(schedule.timeZone) === null) say('error', 'timeZone', `there is no time zone "${schedule.timeZone}"`);
  else {
    const gaps = gapsOf(schedule, now, instantText(Date.parse(now) + GAPS_SEARCH_MS));
    for (const { from, to } of gaps.slice(0, GAPS_NAMED_MAX)) say('warning', 'layers', `nobody is on call from ${from} to ${to}`);
    if (gaps.length > GAPS_NAMED_MAX)
      say('warning', 'layers', `nobody is on call in ${gaps.length - GAPS_NAMED_MAX} more stretches within a year`);
  }
  return problems;
};

/** The instants after `fromMs` and before `toMs` at which somebody may come or go, in order, each once. */
const changesOf = (schedule: Schedule, fromMs: number, toMs: number): number[] => {
  const zone = zoneOf(schedule.timeZone);
  const instants = new Set<number>();
  const add = (atMs: number): void => {
    if (atMs > fromMs && atMs < toMs) instants.add(atMs);
  };
  for (const { from, to } of schedule.overrides) {
    add(Date.parse(from));
    add(Date.parse(to));
  }
  for (const date of schedule.holidays?.dates ?? []) {
    const day = dayOfDate(date);
    add(zone.instantOf(day * DAY_MS));
    add(zone.instantOf((day + 1) * DAY_MS));
  }
  for (const layer of schedule.layers) for (const wall of wallChangesOf(layer, zone, fromMs, toMs)) add(zone.instantOf(wall));
  return Float64Array.from(instants).toSorted() as unknown as number[];
};

function* wallChangesOf(layer: ScheduleLayer, zone: Zone, fromMs: number, toMs: number): Generator<WallMs> {
  const { start, end } = limitsOf(layer);
  yield start;
  if (Number.isFinite(end)) yield end;
  const [first, last] = [zone.reached(fromMs), zone.reached(toMs)];
  const length = layer.turnDays * DAY_MS;
  for (let wall = start + Math.max(0, Math.floor((first - start) / length)) * length; wall <= Math.min(last, end); wall += length)
    yield wall;
  const windows = (layer.restrictions ?? []).map(window => ({ days: new Set(window.days), ...minutesOfWindow(window) }));
  // A window that began two days ago may end now at the earliest.
  for (let day = Math.floor(first / DAY_MS) - 2; day * DAY_MS <= last; day += 1)
    for (const { days, from, to } of windows)
      if (days.has(weekdayOf(day))) {
        yield day * DAY_MS + from * MINUTE_MS;
        yield day * DAY_MS + to * MINUTE_MS;
      }
}
