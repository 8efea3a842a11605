import { escalationPolicy, schedule, type ReviewStep } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { onCall } from '@holdpoint/gate';
import { evaluation, ordinarily, person, refundRequested, routeStep } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { isOver, openWorld, type Happening } from './simulated-months.fixture.ts';

/** Berlin is never empty; New York hands over every day, and only its nights and weekends are covered twice. */
const berlin = schedule.parse({
  id: 'berlin',
  name: 'Berlin',
  timeZone: 'Europe/Berlin',
  layers: [
    { name: 'week', startsOn: '2026-08-03', turns: [['opr_ada'], ['opr_ben'], ['opr_cid']] },
    {
      name: 'night',
      priority: 1,
      startsOn: '2026-08-03',
      turnDays: 1,
      handoff: '02:30',
      turns: [['opr_dan'], ['opr_eva']],
      restrictions: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }],
    },
  ],
});
const newYork = schedule.parse({
  id: 'newYork',
  name: 'New York',
  timeZone: 'America/New_York',
  layers: [{ name: 'day', startsOn: '2026-08-03', turnDays: 1, turns: [['opr_fay'], ['opr_gus']] }],
});
const schedules = [berlin, newYork];
const ladder = escalationPolicy.parse({
  id: 'follow_the_sun',
  levels: [
    { afterSec: 300, targets: { schedules: ['newYork'] } },
    { afterSec: 900, targets: { schedules: ['berlin', 'newYork'] }, strategy: 'all', importance: 'important' },
    { afterSec: 60, targets: { operators: ['opr_own'] } },
  ],
  repeat: { count: 2, intervalSec: 1_800 },
  onExhausted: 'hold',
});

const START_MS = Date.parse('2026-08-10T00:00:00Z');
const DAYS = 120;
const DAY_MS = 86_400_000;
/** The promise: nothing before its time, nothing more than this after it. */
const LATE_MS_MAX = 1_000;
/** A relay that restarts is away for so long at most; what came due meanwhile is later by that. */
const AWAY_MS_MAX = 500;

/** Repeatable dice (mulberry32). */
const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const data = <T>(event: LoggedEvent | undefined): T => event?.data as T;
const late = (event: LoggedEvent, due: string): number => event.createdMs - Date.parse(due);

const months = (seed: number) => {
  const random = dice(seed);
  const world = openWorld(schedules, random);
  const ids: string[] = [];
  const happenings: Happening[] = [];
  const dueTimes: { atMs: number; due: number }[] = [];
  for (let n = 0; n < 300; n += 1) {
    const atMs = START_MS + Math.floor(random() * DAYS * DAY_MS);
    const expiresAt = new Date(atMs + 60_000 + Math.floor(random() ** 3 * 2 * DAY_MS)).toISOString();
    const requested = refundRequested({ key: `months-${seed}-${n}`, requestedAt: new Date(atMs).toISOString(), expiresAt });
    const id = requested.approvalId;
    ids.push(id);
    for (const due of [300_000, 1_200_000, 1_260_000, Date.parse(expiresAt) - atMs]) dueTimes.push({ atMs, due });
    const route = { escalation: { version: 3, document: ladder } };
    const steps = [routeStep({ approvers: { roles: [], schedules: ['berlin'], operators: [] } })];
    happenings.push({
      atMs,
      happen: () => {
        world.command(id, () => ({ type: 'RequestApproval', requested }));
        world.command(id, (now, people) => ({ type: 'ApplyGate', ...ordinarily, people, evaluation: evaluation({ steps, route }), now }));
      },
    });
    if (random() < 0.4)
      happenings.push({
        atMs: atMs + Math.floor(random() * 3_600_000),
        happen: () => {
          if (!world.isOpen(id)) return;
          const [opened] = world.events(id).filter(({ type }) => type === 'ReviewStepOpened');
          const [first] = data<{ step: ReviewStep }>(opened).step.assigned ?? [];
          const by = { ...person('any', 'operator'), id: first ?? '' };
          world.command(id, (now, people) => ({ type: 'Reject', ...ordinarily, people, by, channel: 'console', now, note: 'no' }));
        },
      });
  }
  // Away just when something comes due.
  for (const { atMs, due } of dueTimes)
    if (random() < 0.1)
      happenings.push({ atMs: atMs + due - Math.floor(random() * 400), happen: () => world.restart(Math.floor(random() * AWAY_MS_MAX)) });
  // Timers that nobody owes: early, or for what is over.
  for (let n = 0; n < 400; n += 1)
    happenings.push({
      atMs: START_MS + Math.floor(random() * DAYS * DAY_MS),
      happen: () => {
        const id = ids[Math.floor(random() * ids.length)]!;
        if (world.events(id).length === 0) return;
        for (const kind of ['escalate', 'expire', 'claimExpires'] as const) expect(world.timer(id, kind)).toEqual([]);
      },
    });
  world.run(happenings);
  return { world, ids };
};

describe('four months of requests, through both changes of the clocks', () => {
  it.each([1, 2])('fire every timer at its time, once, over restarts, late rings and rings twice (run %i)', seed => {
    const { world, ids } = months(seed);
    expect(world.waiting()).toBe(0);
    const seen = { rungs: 0, exhausted: 0, expired: 0, rejected: 0 };
    for (const id of ids) {
      const events = world.events(id);
      const [end, ...more] = isOver(events);
      expect(more).toEqual([]);
      const opened = data<{ step: ReviewStep; openedAt: string; expiresAt: string }>(
        events.find(({ type }) => type === 'ReviewStepOpened'),
      );
      const plan = opened.step.escalation!;
      expect(opened.step.assigned).toEqual(onCall(berlin, opened.openedAt).toSorted());

      const rungs = events.filter(({ type }) => type === 'ApprovalEscalated');
      const lived = plan.timetable.filter(({ at }) => Date.parse(at) <= end!.createdMs - LATE_MS_MAX);
      expect(rungs.length).toBeGreaterThanOrEqual(lived.length);
      for (const [index, rung] of rungs.entries()) {
        const planned = plan.timetable[index]!;
        const asked = data<{ level: number; assigned?: string[]; escalatedAt: string }>(rung);
        expect(asked.level).toBe(planned.level);
        expect(late(rung, planned.at)).toBeGreaterThanOrEqual(0);
        expect(late(rung, planned.at)).toBeLessThanOrEqual(LATE_MS_MAX);
        const expected = schedules
          .filter(one => planned.targets.schedules?.includes(one.id))
          .flatMap(one => onCall(one, asked.escalatedAt));
        if (expected.length > 0) expect(asked.assigned).toEqual([...new Set(expected)].sort());
        seen.rungs += 1;
      }
      for (const event of events.filter(({ type }) => type === 'EscalationExhausted')) {
        expect(late(event, plan.exhaustedAt!)).toBeGreaterThanOrEqual(0);
        expect(late(event, plan.exhaustedAt!)).toBeLessThanOrEqual(LATE_MS_MAX);
        seen.exhausted += 1;
      }
      if (end?.type === 'ApprovalExpired') {
        expect(late(end, opened.expiresAt)).toBeGreaterThanOrEqual(0);
        expect(late(end, opened.expiresAt)).toBeLessThanOrEqual(LATE_MS_MAX);
        seen.expired += 1;
      } else {
        expect(end?.type).toBe('ApprovalRejected');
        seen.rejected += 1;
      }
    }
    expect(seen.rungs).toBeGreaterThan(400);
    expect(Math.min(seen.exhausted, seen.expired, seen.rejected)).toBeGreaterThan(20);
  });
});
