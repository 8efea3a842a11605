import type { GateFacts, QuietHours, WorkingHours } from '@holdpoint/contracts';
import { isWithin, stretchesOf } from './windows.ts';
import { DAY_MS, dateOfDay, dayOfDate, instantText, MINUTE_MS, weekdayOf, zoneOf } from './zone.ts';

/** Working time that does not come within a year is not waited for: the deadline is then a year away, milliseconds. */
const WORKING_SEARCH_MS = 366 * DAY_MS;
/** Quiet hours that never end hold a notification a week, milliseconds. */
const QUIET_MS_MAX = 7 * DAY_MS;

const daysOff = new WeakMap<readonly string[], ReadonlySet<number>>();

/** Whether a day is one of the dates; read once per list. */
export const offDays = (dates: readonly string[]): ((day: number) => boolean) => {
  let days = daysOff.get(dates);
  if (days === undefined) {
    days = new Set(dates.map(dayOfDate));
    daysOff.set(dates, days);
  }
  const off = days;
  return day => off.has(day);
};

/** Whether the organisation works at an instant. A holiday is off from midnight to midnight, also for a window that began the day before. */
export const isWorking = ({ timeZone, windows, holidays }: WorkingHours, instant: string): boolean =>
  isWithin(windows, zoneOf(timeZone).reached(Date.parse(instant)), offDays(holidays));

/** The instant at which `sec` seconds of working time have passed since `from`. */
export const afterWorkingSec = ({ timeZone, windows, holidays }: WorkingHours, from: string, sec: number): string => {
  const startMs = Date.parse(from);
  const untilMs = startMs + WORKING_SEARCH_MS;
  let leftMs = sec * 1_000;
  for (const { fromMs, toMs } of stretchesOf(windows, zoneOf(timeZone), startMs, untilMs, offDays(holidays))) {
    const beginMs = Math.max(fromMs, startMs);
    if (beginMs + leftMs <= toMs) return instantText(Math.min(beginMs + leftMs, untilMs));
    leftMs -= toMs - beginMs;
  }
  return instantText(untilMs);
};

/** What the clock on the wall shows in a zone: the facts `time.*` of a rule. `workingHours` is null when the organisation has set none. */
export const timeFacts = (zone: string, now: string, workingHours: WorkingHours | null): NonNullable<GateFacts['time']> => {
  const wall = zoneOf(zone).shown(Date.parse(now));
  const day = Math.floor(wall / DAY_MS);
  const minutes = Math.floor((wall - day * DAY_MS) / MINUTE_MS);
  return {
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
    weekday: weekdayOf(day),
    date: dateOfDay(day),
    workingHours: workingHours === null ? null : isWorking(workingHours, now),
  };
};

/** Whether a person may be disturbed at an instant. @param quietHours null for somebody who has set none */
export const isAwake = (quietHours: QuietHours | null, instant: string): boolean =>
  quietHours === null || !isWithin(quietHours.windows, zoneOf(quietHours.timeZone).reached(Date.parse(instant)));

/** When the quiet hours end that a person has at an instant; null when there are none then. */
export const quietUntil = ({ timeZone, windows }: QuietHours, instant: string): string | null => {
  const nowMs = Date.parse(instant);
  const zone = zoneOf(timeZone);
  if (!isWithin(windows, zone.reached(nowMs))) return null;
  const untilMs = nowMs + QUIET_MS_MAX;
  for (const { toMs } of stretchesOf(windows, zone, nowMs, untilMs)) return instantText(Math.min(toMs, untilMs));
  return null;
};
