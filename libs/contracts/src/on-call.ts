import { z } from 'zod';
import { instant, settingId } from './ids.ts';

/** A wall-clock time `HH:MM`, 00:00 to 24:00. */
export const timeOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time HH:MM between 00:00 and 24:00');
/** An IANA zone name; that it exists is checked where it is used. */
export const timeZone = z.string().min(1).max(64);
/** Monday is 1, Sunday 7 (ISO 8601). */
export const weekday = z.int().min(1).max(7);
export const calendarDate = z.iso.date();

/**
 * Part of a week, in the wall-clock time of a zone; `to` at or before `from` runs into the next day. Where clocks change, a time that exists twice
 * means its first occurrence and a time that does not exist the first instant after the gap; so it is everywhere in this file.
 */
export const weeklyWindow = z.strictObject({ days: z.array(weekday).min(1).max(7), from: timeOfDay, to: timeOfDay });
export type WeeklyWindow = z.infer<typeof weeklyWindow>;

/** When an organisation works: deadlines may count these hours only. */
export const workingHours = z.strictObject({
  timeZone,
  windows: z.array(weeklyWindow).min(1).max(20),
  /** Off from midnight to midnight. */
  holidays: z.array(calendarDate).max(400).default([]),
});
export type WorkingHours = z.infer<typeof workingHours>;

/** People take turns: each turn `turnDays` long, handed over at `handoff` local time, the first turn beginning on `startsOn`. */
export const scheduleLayer = z.strictObject({
  name: z.string().min(1).max(64),
  /** Of overlapping layers the highest priority that has somebody wins; layers of one priority are on call together. */
  priority: z.int().min(0).max(100).default(0),
  startsOn: calendarDate,
  /** The last turn ends on this day, at `handoff`. */
  endsOn: calendarDate.optional(),
  handoff: timeOfDay.default('09:00'),
  turnDays: z.int().min(1).max(366).default(7),
  /** Each turn is one entry: one person, or a group on call together. */
  turns: z.array(z.array(z.string()).min(1).max(10)).min(1).max(50),
  /** Only in these windows; always, when absent. */
  restrictions: z.array(weeklyWindow).max(20).optional(),
});
export type ScheduleLayer = z.infer<typeof scheduleLayer>;

/** Somebody stands in: wins over every layer; of two at one time the later in the list. */
export const scheduleOverride = z.strictObject({
  id: settingId,
  from: instant,
  to: instant,
  operators: z.array(z.string()).min(1).max(10),
  reason: z.string().max(200).optional(),
});
export type ScheduleOverride = z.infer<typeof scheduleOverride>;

/** Who is on call when. `onCall(schedule, instant)` in libs/gate answers. */
export const schedule = z.strictObject({
  id: settingId,
  name: z.string().min(1).max(128),
  timeZone,
  layers: z.array(scheduleLayer).min(1).max(10),
  overrides: z.array(scheduleOverride).max(500).default([]),
  /** Days (of `timeZone`) on which only layers with `priority` of at least this are on call; absent: holidays change nothing. */
  holidays: z.strictObject({ dates: z.array(calendarDate).max(400), minPriority: z.int().min(0).max(100) }).optional(),
});
export type Schedule = z.infer<typeof schedule>;

/** When a person is not to be disturbed: holds a notification, never the deadline. */
export const quietHours = z.strictObject({ timeZone, windows: z.array(weeklyWindow).min(1).max(14) });
export type QuietHours = z.infer<typeof quietHours>;
