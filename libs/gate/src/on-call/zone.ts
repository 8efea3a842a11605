import { IANAZone } from 'luxon';

/**
 * Wall-clock time of a zone, as milliseconds on a clock without a zone: what `Date.UTC` gives for what the clock on the wall shows.
 *
 * Everything that people write in wall-clock time (hand-over at 09:00, quiet from 22:00) is read on a **clock that is never put back**: while the
 * clocks show an hour a second time, it stands at the end of the first. So a time that exists twice means its first occurrence, a time that does
 * not exist means the first instant after the gap, and spans that touch on paper touch in fact, with neither a hole nor an overlap.
 */
export type WallMs = number;

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A zone whose offsets are remembered by UTC day, so that a look-up is two reads of a map. */
export type Zone = {
  /** What the clock on the wall shows. */
  shown(instantMs: number): WallMs;
  /** The furthest the clock on the wall has been: {@link shown}, except in a repeated hour. Never goes back. */
  reached(instantMs: number): WallMs;
  /** The first instant at which {@link reached} is at `wall` or past it. */
  instantOf(wall: WallMs): number;
};

/**
 * Offsets from the beginning of one UTC day to the beginning of the next: a change at its end counts with the day. Zones change at most once
 * within 24 hours.
 */
type Day = { before: number; after: number; changesAt: number };
const NEVER = Number.POSITIVE_INFINITY;
/** Days remembered per zone: years of them, a few hundred kilobytes. */
const DAYS_KEPT_MAX = 4_096;
/** Zones remembered; all there are is about 600. */
const ZONES_KEPT_MAX = 1_000;
/** Offsets lie between −12 and +14 hours. */
const OFFSET_MS_MIN = -12 * 3_600_000;
const OFFSET_MS_MAX = 14 * 3_600_000;

const zones = new Map<string, Zone | null>();

/** The zone of an IANA name; null when there is none of that name. */
export const findZone = (name: string): Zone | null => {
  const zone = zones.get(name);
  if (zone !== undefined) return zone;
  return kept(zones, ZONES_KEPT_MAX, name, IANAZone.isValidZone(name) ? openZone(IANAZone.create(name)) : null);
};

/** Remembers one more; with too many, all others are forgotten. */
const kept = <K, V>(all: Map<K, V>, max: number, key: K, value: V): V => {
  if (all.size >= max) all.clear();
  all.set(key, value);
  return value;
};

/** @throws RangeError for a name that is no zone: documents are checked when they are saved. */
export const zoneOf = (name: string): Zone => {
  const zone = findZone(name);
  if (zone === null) throw new RangeError(`there is no time zone "${name}"`);
  return zone;
};

const openZone = (iana: IANAZone): Zone => {
  const days = new Map<number, Day>();
  const offsetAt = (instantMs: number): number => Math.round(iana.offset(instantMs) * MINUTE_MS);
  const dayOf = (instantMs: number): Day => {
    const number = Math.floor(instantMs / DAY_MS);
    return days.get(number) ?? kept(days, DAYS_KEPT_MAX, number, lookUp(offsetAt, number * DAY_MS));
  };
  const shown = (instantMs: number): WallMs => {
    const { before, after, changesAt } = dayOf(instantMs);
    return instantMs + (instantMs < changesAt ? before : after);
  };
  return {
    shown,
    reached: instantMs => {
      const now = shown(instantMs);
      const today = dayOf(instantMs);
      const change = today.changesAt <= instantMs ? today : dayOf(instantMs - DAY_MS);
      // One millisecond before the change the clock had been furthest.
      return change.changesAt <= instantMs ? Math.max(now, change.changesAt - 1 + change.before) : now;
    },
    instantOf: wall => {
      const first = dayOf(wall - OFFSET_MS_MAX);
      const second = dayOf(wall - OFFSET_MS_MAX + DAY_MS);
      const change = first.changesAt < NEVER ? first : second.changesAt < NEVER ? second : dayOf(wall - OFFSET_MS_MIN);
      const unchanged = wall - change.before;
      return unchanged < change.changesAt ? unchanged : Math.max(change.changesAt, wall - change.after);
    },
  };
};

const lookUp = (offsetAt: (instantMs: number) => number, startMs: number): Day => {
  const before = offsetAt(startMs);
  const after = offsetAt(startMs + DAY_MS);
  if (before === after) return { before, after, changesAt: NEVER };
  let low = startMs;
  let high = startMs + DAY_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return { before, after, changesAt: high };
};

/** ISO 8601 weekday, Monday is 1, of a day counted from 1970-01-01 (a Thursday). */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
/** Days from 1970-01-01 to a date `YYYY-MM-DD`. */
export const dayOfDate = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
/** `YYYY-MM-DD` of a day counted from 1970-01-01. */
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** Minutes from midnight of `HH:MM`. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
export const instantText = (ms: number): string => new Date(ms).toISOString();
