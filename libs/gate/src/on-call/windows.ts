import type { WeeklyWindow } from '@holdpoint/contracts';
import { DAY_MS, MINUTE_MS, minutesOf, weekdayOf, type WallMs, type Zone } from './zone.ts';

/** Minutes from midnight of the day a window begins on to its beginning and its end; the end may lie on the next day. */
type Span = { days: ReadonlySet<number>; from: number; to: number };
const DAY_MINUTES = 1_440;

/** A stretch of time, milliseconds since 1970, the end not included. */
export type Stretch = { fromMs: number; toMs: number };

const known = new WeakMap<readonly WeeklyWindow[], Span[]>();

/** Windows read once; documents never change. */
const spansOf = (windows: readonly WeeklyWindow[]): Span[] => {
  let spans = known.get(windows);
  if (spans === undefined) {
    spans = windows.map(window => ({ days: new Set(window.days), ...minutesOfWindow(window) }));
    known.set(windows, spans);
  }
  return spans;
};

/** From and to in minutes from midnight; a `to` at or before `from` lies on the next day. */
export const minutesOfWindow = (window: Pick<WeeklyWindow, 'from' | 'to'>): { from: number; to: number } => {
  const from = minutesOf(window.from);
  const to = minutesOf(window.to);
  return { from, to: to <= from ? to + DAY_MINUTES : to };
};

/** Whether a wall-clock time lies in one of the windows, and not on a day that `isOff`. */
export const isWithin = (windows: readonly WeeklyWindow[], wall: WallMs, isOff: (day: number) => boolean = () => false): boolean => {
  const day = Math.floor(wall / DAY_MS);
  if (isOff(day)) return false;
  const minute = (wall - day * DAY_MS) / MINUTE_MS;
  const today = weekdayOf(day);
  const yesterday = weekdayOf(day - 1);
  return spansOf(windows).some(
    ({ days, from, to }) =>
      (days.has(today) && minute >= from && minute < to) ||
      (days.has(yesterday) && minute + DAY_MINUTES >= from && minute + DAY_MINUTES < to),
  );
};

/**
 * The stretches that windows cover, in order, joined where they touch, from the one that holds or follows `fromMs`. Endless unless every day is off,
 * so the caller stops; `untilMs` ends the search.
 */
export function* stretchesOf(
  windows: readonly WeeklyWindow[],
  zone: Zone,
  fromMs: number,
  untilMs: number,
  isOff: (day: number) => boolean = () => false,
): Generator<Stretch> {
  let open: Stretch | null = null;
  const last = Math.floor(zone.reached(untilMs) / DAY_MS);
  for (let day = Math.floor(zone.reached(fromMs) / DAY_MS); day <= last; day += 1) {
    for (const stretch of isOff(day) ? [] : stretchesOn(windows, zone, day)) {
      if (stretch.toMs <= fromMs) continue;
      if (open !== null && stretch.fromMs <= open.toMs) open = { fromMs: open.fromMs, toMs: Math.max(open.toMs, stretch.toMs) };
      else {
        if (open !== null) yield open;
        open = stretch;
      }
    }
  }
  if (open !== null) yield open;
}

/** What the windows cover of one day, midnight to midnight, in order of beginning; also what began the day before. */
const stretchesOn = (windows: readonly WeeklyWindow[], zone: Zone, day: number): Stretch[] => {
  const stretches: Stretch[] = [];
  const add = (fromMinute: number, toMinute: number): void => {
    const from = Math.max(fromMinute, 0);
    const to = Math.min(toMinute, DAY_MINUTES);
    if (from >= to) return;
    const fromMs = zone.instantOf(day * DAY_MS + from * MINUTE_MS);
    const toMs = zone.instantOf(day * DAY_MS + to * MINUTE_MS);
    // Empty when the clocks jumped over it.
    if (fromMs < toMs) stretches.push({ fromMs, toMs });
  };
  for (const { days, from, to } of spansOf(windows)) {
    if (days.has(weekdayOf(day - 1))) add(from - DAY_MINUTES, to - DAY_MINUTES);
    if (days.has(weekdayOf(day))) add(from, to);
  }
  return stretches.toSorted((a, b) => a.fromMs - b.fromMs);
};
