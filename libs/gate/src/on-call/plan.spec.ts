import { escalationPolicy, type EscalationPolicy } from '@holdpoint/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf, quorumOf } from './ladder.ts';
import { planOf, RUNG_FLOOR_MS } from './plan.ts';

const opened = '2026-11-23T10:00:00.000Z';
const after = (sec: number): string => new Date(Date.parse(opened) + sec * 1_000).toISOString();
const ladder = (waits: number[], more: Partial<EscalationPolicy> = {}): EscalationPolicy =>
  escalationPolicy.parse({ id: 'onCall', levels: waits.map(afterSec => ({ afterSec, targets: { roles: ['senior'] } })), ...more });
const plan = (waits: number[], deadlineSec: number, more: Partial<EscalationPolicy> = {}) =>
  planOf({ policy: null, document: ladder(waits, more) }, opened, after(deadlineSec));
const rungs = (waits: number[], deadlineSec: number, more: Partial<EscalationPolicy> = {}) =>
  plan(waits, deadlineSec, more).timetable.map(({ at }) => (Date.parse(at) - Date.parse(opened)) / 1_000);

describe('a timetable', () => {
  it('puts every level after the one before, and the end after the last', () => {
    expect(plan([300, 600], 86_400)).toEqual({
      policy: null,
      timetable: [
        {
          level: 1,
          round: 0,
          at: after(300),
          if: 'undecided',
          targets: { roles: ['senior'], operators: [] },
          strategy: 'all',
          importance: 'default',
        },
        {
          level: 2,
          round: 0,
          at: after(900),
          if: 'undecided',
          targets: { roles: ['senior'], operators: [] },
          strategy: 'all',
          importance: 'default',
        },
      ],
      exhaustedAt: after(1_200),
      onExhausted: 'reject',
      claimTimeoutSec: 300,
    });
  });

  it('goes through the ladder again after the interval, and counts on', () => {
    const { timetable, exhaustedAt } = plan([60, 120], 86_400, { repeat: { count: 2, intervalSec: 300 } });
    expect(timetable.map(({ level, round, at }) => [level, round, at])).toEqual([
      [1, 0, after(60)],
      [2, 0, after(180)],
      [3, 1, after(480)],
      [4, 1, after(600)],
      [5, 2, after(900)],
      [6, 2, after(1_020)],
    ]);
    expect(exhaustedAt).toBe(after(1_320));
  });

  it('of a ladder without levels has only its end', () => {
    expect(plan([], 86_400)).toMatchObject({ timetable: [], exhaustedAt: after(300) });
  });

  it('keeps channels, importance, strategy and condition of a level, in a copy of its own', () => {
    const targets = { roles: [], schedules: ['primary'], operators: [] };
    const level = { afterSec: 60, if: 'unclaimed', targets, strategy: 'roundRobin', importance: 'important', channels: ['sms'] } as const;
    const { timetable } = planOf({ policy: null, document: escalationPolicy.parse({ id: 'xx', levels: [level] }) }, opened, after(3_600));
    expect(timetable).toEqual([
      { level: 1, round: 0, at: after(60), if: 'unclaimed', targets, strategy: 'roundRobin', importance: 'important', channels: ['sms'] },
    ]);
  });
});

describe('a timetable that does not fit before the deadline', () => {
  it('is compressed in proportion, and says so; the last people are given their share of time too', () => {
    const { timetable, exhaustedAt } = plan([300, 300, 300], 600);
    expect(timetable.map(({ at, compressed }) => [at, compressed])).toEqual([
      [after(150), true],
      [after(300), true],
      [after(450), true],
    ]);
    expect(exhaustedAt).toBeNull();
  });

  it('is left as it is when only the end of the ladder comes too late', () => {
    expect(plan([300], 700, { exhaustedAfterSec: 86_400 })).toMatchObject({ timetable: [{ at: after(300) }], exhaustedAt: null });
    expect(plan([300], 700, { exhaustedAfterSec: 86_400 }).timetable[0]).not.toHaveProperty('compressed');
  });

  it('leaves no less than fifteen seconds between rungs, and takes them from the longer waits', () => {
    expect(rungs([20, 600, 600], 120)).toEqual([15, 57, 99]);
  });

  it('leaves out what even so comes too late', () => {
    expect(rungs([60, 60, 60, 60], 50)).toEqual([15, 30]);
    expect(rungs([60], 20)).toEqual([]);
  });

  it('keeps waits that the policy itself makes shorter than the floor', () => {
    expect(rungs([2, 2, 2], 60, { exhaustedAfterSec: 2 })).toEqual([2, 4, 6]);
    expect(rungs([2, 600], 62, { exhaustedAfterSec: 1 })[0]).toBe(2);
  });

  it('leaves out repeats rather than hurry everybody', () => {
    expect(rungs([300, 300], 1_800, { repeat: { count: 9, intervalSec: 300 } })).toEqual([300, 600, 900, 1_200, 1_500]);
  });

  it('has no end of its own when the end would come with the deadline', () => {
    expect(plan([300], 600)).toMatchObject({ exhaustedAt: null });
    expect(plan([300], 601)).toMatchObject({ exhaustedAt: after(600) });
  });
});

describe('any timetable', () => {
  const anyLadder = fc.record({
    waits: fc.array(fc.integer({ min: 1, max: 3_600 }), { maxLength: 10 }),
    deadlineSec: fc.integer({ min: 1, max: 20_000 }),
    exhaustedAfterSec: fc.integer({ min: 1, max: 5_000 }),
    repeat: fc.option(fc.record({ count: fc.integer({ min: 0, max: 9 }), intervalSec: fc.integer({ min: 1, max: 3_600 }) }), {
      nil: undefined,
    }),
  });

  it('is in order, before the deadline, never later than the policy says and never below the floor', () => {
    fc.assert(
      fc.property(anyLadder, ({ waits, deadlineSec, exhaustedAfterSec, repeat }) => {
        const { timetable, exhaustedAt } = plan(waits, deadlineSec, { exhaustedAfterSec, ...(repeat === undefined ? {} : { repeat }) });
        let before = Date.parse(opened);
        let policyMs = before;
        for (const [index, { at, level, round, compressed }] of timetable.entries()) {
          const wait = round > 0 && index % waits.length === 0 ? repeat!.intervalSec : waits[index % waits.length]!;
          policyMs += wait * 1_000;
          const atMs = Date.parse(at);
          expect(level).toBe(index + 1);
          expect(round).toBe(Math.floor(index / waits.length));
          expect(atMs - before).toBeGreaterThanOrEqual(Math.min(RUNG_FLOOR_MS, wait * 1_000));
          expect(atMs).toBeLessThan(Date.parse(after(deadlineSec)));
          expect(atMs).toBeLessThanOrEqual(policyMs);
          expect(compressed === true).toBe(atMs < policyMs);
          before = atMs;
        }
        if (exhaustedAt !== null) {
          expect(Date.parse(exhaustedAt)).toBe(before + exhaustedAfterSec * 1_000);
          expect(Date.parse(exhaustedAt)).toBeLessThan(Date.parse(after(deadlineSec)));
          expect(timetable).toHaveLength(waits.length * (1 + (repeat?.count ?? 0)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never loses a rung of the first round that fits at the floors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 15, max: 3_600 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 0, max: 5_000 }),
        (waits, more) => {
          expect(plan(waits, (waits.length + 1) * 15 + more).timetable).toHaveLength(waits.length);
        },
      ),
    );
  });
});

describe('the ladder of a route', () => {
  const backups = [
    { roles: ['senior' as const], operators: [] },
    { roles: ['owner' as const], operators: [] },
  ];

  it('is its policy, with the version it is a copy of', () => {
    const document = ladder([60]);
    const of = (version: number | null) => ladderOf({ escalation: { version, document }, escalateAfterSec: 300, backups });
    expect(of(4)).toEqual({ policy: { id: 'onCall', version: 4 }, document });
    expect(of(null)).toEqual({ policy: null, document });
  });

  it('in its short form has a level for each backup and leaves the end to the deadline', () => {
    const { policy, document } = ladderOf({ escalateAfterSec: 120, backups });
    expect(policy).toBeNull();
    expect(escalationPolicy.parse(document)).toEqual(document);
    expect(document.levels.map(({ afterSec, targets }) => [afterSec, targets])).toEqual(backups.map(targets => [120, targets]));
    expect(document).toMatchObject({ onExhausted: 'expire', exhaustedAfterSec: 120 });
  });

  it('that never escalates never comes to an end of its own', () => {
    const never = ladderOf({ escalateAfterSec: null, backups });
    expect(planOf(never, opened, after(2_592_000))).toMatchObject({ timetable: [], exhaustedAt: null });
  });
});

describe('a quorum', () => {
  it('is the count, or the share of the people asked, rounded up, at least one', () => {
    expect(quorumOf({ approveCount: 2 }, 9)).toBe(2);
    expect(quorumOf({ approveCount: 1, approvePercent: 50 }, 5)).toBe(3);
    expect(quorumOf({ approveCount: 1, approvePercent: 100 }, 7)).toBe(7);
    expect(quorumOf({ approveCount: 1, approvePercent: 1 }, 3)).toBe(1);
    expect(quorumOf({ approveCount: 1, approvePercent: 60 }, 0)).toBe(1);
  });
});
