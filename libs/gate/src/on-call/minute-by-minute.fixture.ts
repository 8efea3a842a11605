import { schedule as scheduleSchema, type Schedule, type ScheduleLayer, type WeeklyWindow } from '@holdpoint/contracts';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';

/**
 * The slow and obvious version: it walks through time minute by minute, reads each minute's wall clock from luxon, and looks at nothing else. A clock
 * that is put back is taken to stand still until it passes where it had been.
 */

const MINUTE_MS = 60_000;

/** Where clocks change (or never do): the zone, and days around which they do. */
export const DAYS_OF_CHANGE: readonly [zone: string, day: string][] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  ['Asia/Jerusalem', '2026-03-27'],
  ['Europe/Chisinau', '2021-10-31'],
  ['Asia/Kathmandu', '2026-06-01'],
];

/** A local minute, written so that text order is time order. */
export type Minute = { atMs: number; local: string; day: string; time: string };

const walks = new Map<string, Minute[]>();

/** Five days of minutes around a day, after a day's walk for the clock to settle. */
export const walk = (zone: string, day: string): Minute[] => {
  const key = `${zone} ${day}`;
  let minutes = walks.get(key);
  if (minutes === undefined) {
    minutes = [];
    let furthest = '';
    const start = Date.parse(`${day}T00:00:00Z`) - 3 * 24 * 60 * MINUTE_MS;
    for (let n = 0; n < 6 * 24 * 60; n += 1) {
      const shown = DateTime.fromMillis(start + n * MINUTE_MS, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
      if (shown > furthest) furthest = shown;
      minutes.push({ atMs: start + n * MINUTE_MS, local: furthest, day: furthest.slice(0, 10), time: furthest.slice(11) });
    }
    minutes = minutes.slice(24 * 60);
    walks.set(key, minutes);
  }
  return minutes;
};

const once = <T>(make: (day: string, days: number) => T): ((day: string, days?: number) => T) => {
  const made = new Map<string, T>();
  return (day, days = 0) => {
    const key = `${day} ${days}`;
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(day, days);
    made.set(key, value);
    return value;
  };
};
const dayAfter = once((day, days) => DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate()!);
const weekday = once(day => DateTime.fromISO(day, { zone: 'utc' }).weekday);

export const slowlyWithin = (windows: readonly WeeklyWindow[], { day, time }: Minute): boolean =>
  windows.some(({ days, from, to }) => {
    const overnight = to <= from;
    if (days.includes(weekday(day)) && time >= from && (overnight || time < to)) return true;
    return overnight && days.includes(weekday(dayAfter(day, -1))) && time < to;
  });

const slowTurn = (layer: ScheduleLayer, minute: Minute): string[] => {
  let turn = -1;
  for (let day = layer.startsOn; `${day}T${layer.handoff}` <= minute.local; day = dayAfter(day, layer.turnDays)) turn += 1;
  if (turn < 0 || (layer.endsOn !== undefined && minute.local >= `${layer.endsOn}T${layer.handoff}`)) return [];
  if (layer.restrictions !== undefined && !slowlyWithin(layer.restrictions, minute)) return [];
  return layer.turns[turn % layer.turns.length]!;
};

export const slowlyOnCall = (schedule: Schedule, minute: Minute): string[] => {
  const override = schedule.overrides.findLast(({ from, to }) => Date.parse(from) <= minute.atMs && minute.atMs < Date.parse(to));
  if (override !== undefined) return [...new Set(override.operators)];
  const least = schedule.holidays?.dates.includes(minute.day) === true ? schedule.holidays.minPriority : 0;
  for (let priority = 2; priority >= least; priority -= 1) {
    const people = schedule.layers.filter(layer => layer.priority === priority).flatMap(layer => slowTurn(layer, minute));
    if (people.length > 0) return [...new Set(people)];
  }
  return [];
};

const two = (n: number): string => String(n).padStart(2, '0');
/** Times are drawn to fall often into the hours in which clocks change. */
const anyTime = fc
  .oneof(fc.integer({ min: 0, max: 239 }), fc.integer({ min: 0, max: 1_439 }), fc.constantFrom(120, 150, 180, 0))
  .map(minute => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);
export const anyWindow = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  from: anyTime,
  to: fc.oneof(anyTime, fc.constant('24:00')),
});

const person = fc.constantFrom('ada', 'ben', 'cat', 'dan');
export const anySchedule = ([timeZone, day]: readonly [string, string]): fc.Arbitrary<Schedule> => {
  const anyDay = fc.integer({ min: -10, max: 3 }).map(n => dayAfter(day, n));
  const layer = fc
    .record({
      name: fc.constant('layer'),
      priority: fc.integer({ min: 0, max: 2 }),
      startsOn: anyDay,
      handoff: anyTime,
      turnDays: fc.integer({ min: 1, max: 3 }),
      turns: fc.array(fc.array(person, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
      endsOn: fc.option(anyDay, { nil: null }),
      restrictions: fc.option(fc.array(anyWindow, { minLength: 1, maxLength: 3 }), { nil: null }),
    })
    .map(({ endsOn, restrictions, ...rest }) => ({
      ...rest,
      ...(endsOn === null ? {} : { endsOn }),
      ...(restrictions === null ? {} : { restrictions }),
    }));
  const instantNear = fc
    .integer({ min: -3 * 1_440, max: 3 * 1_440 })
    .map(minute => new Date(Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS).toISOString());
  const override = fc.record({
    id: fc.constant('swap'),
    from: instantNear,
    to: instantNear,
    operators: fc.array(person, { minLength: 1, maxLength: 2 }),
  });
  return fc
    .record({
      layers: fc.array(layer, { minLength: 1, maxLength: 4 }),
      overrides: fc.oneof(fc.constant([]), fc.array(override, { maxLength: 2 })),
      holidays: fc.option(fc.record({ dates: fc.array(anyDay, { maxLength: 2 }), minPriority: fc.integer({ min: 0, max: 2 }) }), {
        nil: null,
      }),
    })
    .map(({ holidays, ...rest }) =>
      scheduleSchema.parse({
        id: 'primary',
        name: 'Primary',
        timeZone,
        ...rest,
        ...(holidays === null ? {} : { holidays }),
      }),
    );
};
