import { quietHours as quietSchema, workingHours as workingSchema, type WorkingHours } from '@holdpoint/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWindow, DAYS_OF_CHANGE, slowlyWithin, walk } from './minute-by-minute.fixture.ts';
import { afterWorkingSec, isAwake, isWorking, quietUntil, timeFacts } from './working-hours.ts';

const text = (ms: number): string => new Date(ms).toISOString();
const office: WorkingHours = workingSchema.parse({
  timeZone: 'Europe/Berlin',
  windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }],
  holidays: ['2026-12-25'],
});
const HOUR = 3_600;

describe('working hours', () => {
  it('are the windows, in the wall-clock time of their zone, and not on holidays', () => {
    expect(isWorking(office, '2026-11-23T07:59:59Z')).toBe(false);
    expect(isWorking(office, '2026-11-23T08:00:00Z')).toBe(true);
    expect(isWorking(office, '2026-11-23T16:00:00Z')).toBe(false);
    expect(isWorking(office, '2026-11-22T10:00:00Z')).toBe(false);
    expect(isWorking(office, '2026-12-25T10:00:00Z')).toBe(false);
  });

  it('pass over nights, weekends and holidays', () => {
    expect(afterWorkingSec(office, '2026-11-23T08:00:00Z', 8 * HOUR)).toBe('2026-11-23T16:00:00.000Z');
    expect(afterWorkingSec(office, '2026-11-23T08:00:00Z', 9 * HOUR)).toBe('2026-11-24T09:00:00.000Z');
    expect(afterWorkingSec(office, '2026-11-27T15:00:00Z', 2 * HOUR)).toBe('2026-11-30T09:00:00.000Z');
    expect(afterWorkingSec(office, '2026-12-24T15:00:00Z', 2 * HOUR)).toBe('2026-12-28T09:00:00.000Z');
  });

  it('that never come end a year away', () => {
    const off: WorkingHours = { ...office, windows: [{ days: [5], from: '09:00', to: '09:01' }] };
    expect(afterWorkingSec(off, '2026-11-23T08:00:00Z', 30 * 24 * HOUR)).toBe('2027-11-24T08:00:00.000Z');
  });

  it('that come only after a year are not waited for either', () => {
    const wednesdays: WorkingHours = { ...office, windows: [{ days: [3], from: '09:00', to: '17:00' }] };
    expect(afterWorkingSec(wednesdays, '2026-11-23T08:00:00Z', 52 * 8 * HOUR)).toBe('2027-11-17T16:00:00.000Z');
    expect(afterWorkingSec(wednesdays, '2026-11-23T08:00:00Z', 53 * 8 * HOUR)).toBe('2027-11-24T08:00:00.000Z');
  });

  it('need not pass for no time at all, but must have begun', () => {
    expect(afterWorkingSec(office, '2026-11-23T12:00:00Z', 0)).toBe('2026-11-23T12:00:00.000Z');
    expect(afterWorkingSec(office, '2026-11-22T12:00:00Z', 0)).toBe('2026-11-23T08:00:00.000Z');
  });

  for (const change of DAYS_OF_CHANGE)
    it(`${change.join(', ')}: agree with a walk minute by minute`, () => {
      const minutes = walk(...change);
      fc.assert(
        fc.property(
          fc.array(anyWindow, { minLength: 1, maxLength: 4 }),
          fc.nat({ max: 1_440 }),
          fc.integer({ min: 1, max: 4_000 }),
          (windows, start, wanted) => {
            const hours: WorkingHours = { timeZone: change[0], windows, holidays: [change[1]] };
            const works = minutes.map(minute => minute.day !== change[1] && slowlyWithin(windows, minute));
            for (const [index, minute] of minutes.entries())
              if (isWorking(hours, text(minute.atMs)) !== works[index])
                expect({ minute, works: !works[index] }).toEqual({ minute, works: works[index] });
            let left = wanted;
            const end = minutes.findIndex((_, index) => index >= start && works[index] && (left -= 1) === 0);
            const said = Date.parse(afterWorkingSec(hours, text(minutes[start]!.atMs), wanted * 60));
            if (end < 0) expect(said).toBeGreaterThan(minutes.at(-1)!.atMs);
            else expect(text(said)).toBe(text(minutes[end]!.atMs + 60_000));
          },
        ),
        { numRuns: 12 },
      );
    });
});

describe('quiet hours', () => {
  const nights = quietSchema.parse({
    timeZone: 'America/New_York',
    windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' }],
  });

  it('last until their end, and are none by day', () => {
    expect(quietUntil(nights, '2026-11-24T03:00:00Z')).toBe('2026-11-24T12:00:00.000Z');
    expect(quietUntil(nights, '2026-11-24T12:00:00Z')).toBeNull();
  });

  it('let nobody be disturbed, who has set some', () => {
    expect(isAwake(nights, '2026-11-24T03:00:00Z')).toBe(false);
    expect(isAwake(nights, '2026-11-24T12:00:00Z')).toBe(true);
    expect(isAwake(null, '2026-11-24T03:00:00Z')).toBe(true);
  });

  it('that touch are one', () => {
    const split = { ...nights, windows: [...nights.windows, { days: [2], from: '07:00', to: '09:00' }] };
    expect(quietUntil(split, '2026-11-24T03:00:00Z')).toBe('2026-11-24T14:00:00.000Z');
  });

  it('that never end hold a week', () => {
    const always = { ...nights, windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }] };
    expect(quietUntil(always, '2026-11-24T03:00:00Z')).toBe('2026-12-01T03:00:00.000Z');
  });

  it('agree with a walk minute by minute where clocks change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DAYS_OF_CHANGE),
        fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 6_000 }),
        (day, windows, start) => {
          const minutes = walk(...day).slice(start);
          const said = quietUntil({ timeZone: day[0], windows }, text(minutes[0]!.atMs));
          const end = minutes.find(minute => !slowlyWithin(windows, minute));
          if (end === minutes[0]) expect(said).toBeNull();
          else if (end === undefined) expect(Date.parse(said!)).toBeGreaterThan(minutes.at(-1)!.atMs);
          else expect(said).toBe(text(end.atMs));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the facts of time', () => {
  it('are what the clock on the wall shows, also in an hour that is shown twice', () => {
    expect(timeFacts('Europe/Berlin', '2026-11-23T23:30:00Z', office)).toEqual({
      hour: 0,
      minute: 30,
      weekday: 2,
      date: '2026-11-24',
      workingHours: false,
    });
    expect(timeFacts('Asia/Kathmandu', '2026-11-22T18:20:00Z', null)).toEqual({
      hour: 0,
      minute: 5,
      weekday: 1,
      date: '2026-11-23',
      workingHours: null,
    });
    expect(timeFacts('Europe/Berlin', '2026-10-25T00:30:00Z', null)).toMatchObject({ hour: 2, minute: 30 });
    expect(timeFacts('Europe/Berlin', '2026-10-25T01:30:00Z', null)).toMatchObject({ hour: 2, minute: 30 });
  });

  it('say whether the organisation works', () => {
    expect(timeFacts('UTC', '2026-11-23T10:00:00Z', office)).toMatchObject({ hour: 10, workingHours: true });
  });
});
