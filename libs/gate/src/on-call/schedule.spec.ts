import { schedule as scheduleSchema, type Schedule } from '@holdpoint/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsOf, nextHandoff, scheduleProblems } from './gaps.ts';
import { anySchedule, DAYS_OF_CHANGE, slowlyOnCall, walk } from './minute-by-minute.fixture.ts';
import { onCall } from './schedule.ts';

const text = (ms: number): string => new Date(ms).toISOString();
const berlin = (layers: unknown[], more: object = {}): Schedule =>
  scheduleSchema.parse({ id: 'primary', name: 'Primary', timeZone: 'Europe/Berlin', layers, ...more });
const weekly = { name: 'week', startsOn: '2026-03-02', turns: [['ada'], ['ben'], ['cat']] };
const night = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }];

describe('on call', () => {
  it('is whose turn it is, handed over at the local time', () => {
    const schedule = berlin([weekly]);
    expect(onCall(schedule, '2026-03-02T07:59:59.999Z')).toEqual([]);
    expect(onCall(schedule, '2026-03-02T08:00:00Z')).toEqual(['ada']);
    expect(onCall(schedule, '2026-03-09T07:59:59Z')).toEqual(['ada']);
    expect(onCall(schedule, '2026-03-09T08:00:00Z')).toEqual(['ben']);
    expect(onCall(schedule, '2026-03-23T08:00:00Z')).toEqual(['ada']);
  });

  it('is still handed over at nine when summer has begun, an hour earlier by UTC', () => {
    expect(onCall(berlin([weekly]), '2026-03-30T06:59:59Z')).toEqual(['ada']);
    expect(onCall(berlin([weekly]), '2026-03-30T07:00:00Z')).toEqual(['ben']);
  });

  it('is a whole turn together when a turn has several people', () => {
    expect(onCall(berlin([{ ...weekly, turns: [['ada', 'ben']] }]), '2026-03-05T00:00:00Z')).toEqual(['ada', 'ben']);
  });

  it('is the highest layer that has somebody; layers alike are on call together, each person once', () => {
    const over = { ...weekly, name: 'night', priority: 5, turns: [['dan']], restrictions: night };
    expect(onCall(berlin([weekly, over]), '2026-03-04T23:00:00Z')).toEqual(['dan']);
    expect(onCall(berlin([weekly, over]), '2026-03-04T12:00:00Z')).toEqual(['ada']);
    expect(onCall(berlin([weekly, { ...weekly, name: 'two', turns: [['dan', 'ada']] }]), '2026-03-04T12:00:00Z')).toEqual(['ada', 'dan']);
  });

  it('is whoever stands in, the later entry first, over every layer', () => {
    const swap = (id: string, operators: string[]) => ({ id, from: '2026-03-04T10:00:00Z', to: '2026-03-04T12:00:00Z', operators });
    const schedule = berlin([{ ...weekly, priority: 100 }], { overrides: [swap('one', ['eva']), swap('two', ['fay'])] });
    expect(onCall(schedule, '2026-03-04T10:00:00Z')).toEqual(['fay']);
    expect(onCall(schedule, '2026-03-04T12:00:00Z')).toEqual(['ada']);
  });

  it('is on a holiday only who is important enough, midnight to midnight', () => {
    const schedule = berlin([weekly, { ...weekly, name: 'always', priority: 3, turns: [['dan']], restrictions: night }], {
      holidays: { dates: ['2026-03-04'], minPriority: 1 },
    });
    expect(onCall(schedule, '2026-03-03T22:59:00Z')).toEqual(['dan']);
    expect(onCall(schedule, '2026-03-03T12:00:00Z')).toEqual(['ada']);
    expect(onCall(schedule, '2026-03-04T12:00:00Z')).toEqual([]);
    expect(onCall(schedule, '2026-03-04T22:00:00Z')).toEqual(['dan']);
    expect(onCall(schedule, '2026-03-05T05:00:00Z')).toEqual(['ada']);
  });

  it('is nobody before the first turn and after the last', () => {
    const schedule = berlin([{ ...weekly, endsOn: '2026-03-09' }]);
    expect(onCall(schedule, '2026-03-09T07:59:00Z')).toEqual(['ada']);
    expect(onCall(schedule, '2026-03-09T08:00:00Z')).toEqual([]);
  });

  it('in a zone that does not exist is an error', () => {
    expect(() => onCall({ ...berlin([weekly]), timeZone: 'Mars/Base' }, '2026-03-02T08:00:00Z')).toThrow(
      new RangeError('there is no time zone "Mars/Base"'),
    );
  });
});

describe('where clocks change', () => {
  const handedOverAt = (handoff: string) =>
    berlin([{ ...weekly, handoff, startsOn: '2026-01-01', turnDays: 1, turns: [['odd'], ['even']] }]);

  it('a time that exists twice is its first occurrence, and the hand-over is not undone in the hour after', () => {
    const schedule = handedOverAt('02:30');
    const [before, after] = [onCall(schedule, '2026-10-25T00:29:59Z'), onCall(schedule, '2026-10-25T00:30:00Z')];
    expect(after).not.toEqual(before);
    for (const minute of ['00:59', '01:00', '01:29', '01:30', '02:00']) expect(onCall(schedule, `2026-10-25T${minute}:00Z`)).toEqual(after);
  });

  it('a time that does not exist is the first instant after the gap', () => {
    const schedule = handedOverAt('02:30');
    expect(onCall(schedule, '2026-03-29T00:59:59.999Z')).not.toEqual(onCall(schedule, '2026-03-29T01:00:00Z'));
    expect(onCall(schedule, '2026-03-29T01:00:00Z')).toEqual(onCall(schedule, '2026-03-29T02:00:00Z'));
  });

  it('is seen where they change with the day at Greenwich, forward and back', () => {
    const handedOver = (timeZone: string, day: string, handoff: string) =>
      nextHandoff({ ...berlin([{ ...weekly, startsOn: day, turnDays: 1, handoff }]), timeZone }, `${day}T00:00:00Z`)?.at;
    expect(handedOver('Asia/Jerusalem', '2026-03-25', '14:00')).toBe('2026-03-25T12:00:00.000Z');
    expect(handedOver('Asia/Jerusalem', '2026-03-26', '14:00')).toBe('2026-03-26T12:00:00.000Z');
    expect(handedOver('Asia/Jerusalem', '2026-03-27', '14:00')).toBe('2026-03-27T11:00:00.000Z');
    // Between two and three it is never half past two there.
    const [layer] = [{ ...weekly, startsOn: '2026-03-26', turnDays: 1, handoff: '02:30' }];
    expect(nextHandoff({ ...berlin([layer]), timeZone: 'Asia/Jerusalem' }, '2026-03-26T12:00:00Z')?.at).toBe('2026-03-27T00:00:00.000Z');
    // And half past two twice here: the first counts, and is not undone in the hour after.
    const back = { ...berlin([{ ...weekly, startsOn: '2021-10-30', turnDays: 1, handoff: '02:30' }]), timeZone: 'Europe/Chisinau' };
    expect(nextHandoff(back, '2021-10-30T12:00:00Z')?.at).toBe('2021-10-30T23:30:00.000Z');
    expect(onCall(back, '2021-10-31T00:15:00Z')).toEqual(['ben']);
  });

  it.each([
    ['Australia/Lord_Howe', '2026-04-04', '13:00', '2026-04-04T02:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05', '13:00', '2026-04-05T02:30:00.000Z'],
    ['Africa/Cairo', '2026-04-23', '13:00', '2026-04-23T11:00:00.000Z'],
    ['Africa/Cairo', '2026-04-24', '13:00', '2026-04-24T10:00:00.000Z'],
    ['America/New_York', '2026-03-07', '13:00', '2026-03-07T18:00:00.000Z'],
    ['America/New_York', '2026-03-08', '13:00', '2026-03-08T17:00:00.000Z'],
  ])('it is one in the afternoon by the old clock before, and by the new one after: %s, %s', (timeZone, startsOn, handoff, at) => {
    const schedule = { ...berlin([{ ...weekly, startsOn, handoff }]), timeZone };
    expect(nextHandoff(schedule, text(Date.parse(at) - 3_600_000))?.at).toBe(at);
  });

  it('a night shift is an hour longer or shorter', () => {
    const schedule = berlin([{ ...weekly, restrictions: night }]);
    const hours = (from: string, to: string) => {
      const [gap] = gapsOf(schedule, from, to);
      return gap === undefined ? 0 : (Date.parse(to) - Date.parse(from) - (Date.parse(gap.to) - Date.parse(gap.from))) / 3_600_000;
    };
    expect(hours('2026-03-28T12:00:00Z', '2026-03-29T04:00:00Z')).toBe(7);
    expect(hours('2026-10-24T12:00:00Z', '2026-10-25T05:00:00Z')).toBe(9);
  });

  for (const change of DAYS_OF_CHANGE)
    it(`${change.join(', ')}: agrees with a walk minute by minute`, () => {
      const minutes = walk(...change);
      fc.assert(
        fc.property(anySchedule(change), schedule => {
          for (const minute of minutes)
            if (onCall(schedule, text(minute.atMs)).join() !== slowlyOnCall(schedule, minute).join())
              expect({ minute, people: onCall(schedule, text(minute.atMs)) }).toEqual({ minute, people: slowlyOnCall(schedule, minute) });
        }),
        { numRuns: 8 },
      );
    });
});

describe('gaps', () => {
  it('agree with a walk minute by minute, where clocks change too', () => {
    const change = fc.constantFrom(...DAYS_OF_CHANGE).chain(day => anySchedule(day).map(schedule => ({ day, schedule })));
    fc.assert(
      fc.property(change, ({ day, schedule }) => {
        const minutes = walk(...day);
        const [first, last] = [minutes[0]!.atMs, minutes.at(-1)!.atMs + 60_000];
        const empty = gapsOf(schedule, text(first), text(last));
        const slowly: { from: string; to: string }[] = [];
        for (const minute of minutes) {
          if (slowlyOnCall(schedule, minute).length > 0) continue;
          const gap = slowly.at(-1);
          if (gap !== undefined && gap.to === text(minute.atMs)) gap.to = text(minute.atMs + 60_000);
          else slowly.push({ from: text(minute.atMs), to: text(minute.atMs + 60_000) });
        }
        expect(empty).toEqual(slowly);
      }),
      { numRuns: 40 },
    );
  });

  it('are none where somebody always is on call', () => {
    expect(gapsOf(berlin([weekly]), '2026-03-02T08:00:00Z', '2027-03-02T08:00:00Z')).toEqual([]);
  });

  it('are none in no time at all', () => {
    const nobody = berlin([{ ...weekly, endsOn: '2026-03-09' }]);
    expect(gapsOf(nobody, '2026-04-01T00:00:00Z', '2026-04-01T00:00:00Z')).toEqual([]);
  });

  it('last from midnight to midnight on a holiday for which nobody is important enough', () => {
    const schedule = berlin([weekly], { holidays: { dates: ['2026-03-04', '2026-03-10'], minPriority: 1 } });
    expect(gapsOf(schedule, '2026-03-02T08:00:00Z', '2026-03-20T00:00:00Z')).toEqual([
      { from: '2026-03-03T23:00:00.000Z', to: '2026-03-04T23:00:00.000Z' },
      { from: '2026-03-09T23:00:00.000Z', to: '2026-03-10T23:00:00.000Z' },
    ]);
  });

  it('are closed by whoever stands in', () => {
    const schedule = berlin([{ ...weekly, endsOn: '2026-03-09' }], {
      overrides: [{ id: 'swap', from: '2026-03-09T08:00:00Z', to: '2026-03-10T08:00:00Z', operators: ['eva'] }],
    });
    expect(gapsOf(schedule, '2026-03-05T00:00:00Z', '2026-03-12T00:00:00Z')).toEqual([
      { from: '2026-03-10T08:00:00.000Z', to: '2026-03-12T00:00:00.000Z' },
    ]);
  });
});

describe('the next hand-over', () => {
  it('is when other people are on call', () => {
    expect(nextHandoff(berlin([weekly]), '2026-03-04T00:00:00Z')).toEqual({ at: '2026-03-09T08:00:00.000Z', operators: ['ben'] });
    expect(nextHandoff(berlin([{ ...weekly, endsOn: '2026-03-09' }]), '2026-03-04T00:00:00Z')).toEqual({
      at: '2026-03-09T08:00:00.000Z',
      operators: [],
    });
  });

  it('is none where nothing ever changes', () => {
    expect(nextHandoff(berlin([{ ...weekly, turns: [['ada']] }]), '2026-03-04T00:00:00Z')).toBeNull();
  });

  it('agrees with a walk minute by minute', () => {
    const change = fc.constantFrom(...DAYS_OF_CHANGE).chain(day => anySchedule(day).map(schedule => ({ day, schedule })));
    fc.assert(
      fc.property(change, fc.nat({ max: 1_440 }), ({ day, schedule }, start) => {
        const minutes = walk(...day).slice(start);
        const sorted = (people: string[]) => people.toSorted().join();
        const now = sorted(slowlyOnCall(schedule, minutes[0]!));
        const next = minutes.find(minute => sorted(slowlyOnCall(schedule, minute)) !== now);
        const said = nextHandoff(schedule, text(minutes[0]!.atMs));
        if (next === undefined) expect(said === null || Date.parse(said.at) > minutes.at(-1)!.atMs).toBe(true);
        else expect(said).toEqual({ at: text(next.atMs), operators: onCall(schedule, text(next.atMs)) });
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is wrong with a schedule', () => {
  const now = '2026-03-02T08:00:00Z';
  const problems = (schedule: Schedule) =>
    scheduleProblems(schedule, now, id => ['ada', 'ben', 'cat'].includes(id)).map(
      ({ severity, path, message }) => `${severity} ${path}: ${message}`,
    );

  it('is nothing when it covers all time with members', () => {
    expect(problems(berlin([weekly]))).toEqual([]);
  });

  it('is a zone that does not exist', () => {
    expect(problems({ ...berlin([weekly]), timeZone: 'Mars/Base' })).toEqual(['error timeZone: there is no time zone "Mars/Base"']);
  });

  it('is somebody who is no member', () => {
    const swap = { id: 'swap', from: '2026-03-04T10:00:00Z', to: '2026-03-04T12:00:00Z', operators: ['zoe'] };
    expect(problems(berlin([{ ...weekly, turns: [['ada'], ['yan']] }], { overrides: [swap] }))).toEqual([
      'error layers[0].turns[1]: yan is not a member of the organisation',
      'error overrides[0].operators: zoe is not a member of the organisation',
    ]);
  });

  it('is what can never be on: a window without length, a layer or an override that ends before it begins', () => {
    const window = { days: [1], from: '24:00', to: '00:00' };
    const back = { ...weekly, name: 'back', endsOn: '2026-03-01', restrictions: [window] };
    const swap = { id: 'swap', from: '2026-03-04T10:00:00Z', to: '2026-03-04T10:00:00Z', operators: ['ada'] };
    expect(problems(berlin([weekly, back], { overrides: [swap] }))).toEqual([
      'error layers[1].endsOn: layer "back" ends before its first turn',
      'error layers[1].restrictions[0]: the window from 24:00 to 00:00 has no length',
      'error overrides[0]: the override ends before it begins',
    ]);
  });

  it('is a layer that ends with its beginning', () => {
    expect(problems(berlin([weekly, { ...weekly, name: 'never', endsOn: weekly.startsOn }]))).toEqual([
      'error layers[1].endsOn: layer "never" ends before its first turn',
    ]);
  });

  it('is a gap within a year, named, up to ten of them', () => {
    const dates = Array.from({ length: 10 }, (_, n) => `2026-05-${String(2 * n + 10)}`);
    const said = problems(berlin([weekly], { holidays: { dates, minPriority: 1 } }));
    expect(said).toHaveLength(10);
    expect(said.at(-1)).toBe('warning layers: nobody is on call from 2026-05-27T22:00:00.000Z to 2026-05-28T22:00:00.000Z');
  });

  it('is a gap within a year, named; of many only the first ten', () => {
    expect(problems(berlin([{ ...weekly, endsOn: '2027-03-01' }]))).toEqual([
      'warning layers: nobody is on call from 2027-03-01T08:00:00.000Z to 2027-03-03T08:00:00.000Z',
    ]);
    const said = problems(berlin([{ ...weekly, restrictions: night }]));
    expect(said).toHaveLength(11);
    expect(said[0]).toBe('warning layers: nobody is on call from 2026-03-02T08:00:00.000Z to 2026-03-02T21:00:00.000Z');
    expect(said[10]).toBe('warning layers: nobody is on call in 357 more stretches within a year');
  });
});

describe('the cost', () => {
  it('of asking who is on call is below fifty microseconds, ten layers with restrictions', () => {
    const layers = Array.from({ length: 10 }, (_, n) => ({ ...weekly, name: `layer ${n}`, priority: n, restrictions: night }));
    const schedule = berlin(layers);
    const ask = (times: number) => {
      const start = performance.now();
      for (let n = 0; n < times; n += 1) onCall(schedule, text(Date.parse('2026-03-02T00:00:00Z') + n * 137_000));
      return ((performance.now() - start) * 1_000) / times;
    };
    ask(1_000);
    expect(Math.min(ask(2_000), ask(2_000), ask(2_000))).toBeLessThan(50);
  });
});
