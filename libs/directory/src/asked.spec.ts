import type { Event, RecordedEvent, Role, SettingsEvent } from '@holdpoint/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withStandIns } from './asked.ts';
import { emptyDirectory, type Absence } from './directory-state.ts';
import { evolveDirectory } from './evolve-directory.ts';
import { lookups } from './lookups.ts';

const at = '2026-11-22T10:00:00.000Z';
const recorded = (event: Event, tenant = 'org_a'): RecordedEvent => ({
  ...event,
  stream: 'organization-org_a',
  revision: 0,
  id: '00000000-0000-5000-8000-000000000000',
  metadata: { tenant, actor: 'operator:opr_owner', schemaVersion: 1, recordedAt: at },
});
/** A directory that goes on growing. */
const growing = (...events: SettingsEvent[]) => {
  let state = evolveDirectory(emptyDirectory, ...events.map(event => recorded(event)));
  return {
    directory: lookups(
      () => state,
      () => at,
    ),
    add: (...more: SettingsEvent[]) => void (state = evolveDirectory(state, ...more.map(event => recorded(event)))),
  };
};
const joined = (operatorId: string, ...roles: Role[]): SettingsEvent[] => [
  {
    type: 'MemberJoined',
    data: { operatorId, organizationId: 'org_a', at, private: { email: `${operatorId}@example.com`, name: operatorId } },
  },
  ...roles.map(role => ({ type: 'RoleGranted' as const, data: { operatorId, role, at } })),
];
const team = (teamId: string, ...members: string[]): SettingsEvent[] => [
  { type: 'TeamCreated', data: { teamId, name: teamId, by: 'ada', at } },
  ...members.map(operatorId => ({ type: 'TeamMemberAdded' as const, data: { teamId, operatorId, by: 'ada', at } })),
];
const away = (operatorId: string, delegateId: string | null, from = '2026-11-22', to = '2026-11-24'): SettingsEvent => ({
  type: 'AbsenceDeclared',
  data: { operatorId, absenceId: `abs_${operatorId}`, from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z`, delegateId, at },
});
/** Daily turns from 09:00 UTC, beginning with the first person on 22 November. */
const daily = (...people: string[]): SettingsEvent => ({
  type: 'ScheduleChanged',
  data: {
    scheduleId: 'night',
    version: 1,
    document: {
      id: 'night',
      name: 'Night',
      timeZone: 'UTC',
      layers: [{ name: 'turns', priority: 0, startsOn: '2026-11-22', handoff: '09:00', turnDays: 1, turns: people.map(id => [id]) }],
      overrides: [],
    },
    by: 'ada',
    at,
  },
});
const nobody = { roles: [], operators: [] };

describe('a question for seniors only', () => {
  it('asks those of them who hold a senior role, and takes seniors only in their place', () => {
    const { directory, add } = growing(
      ...joined('ada', 'operator'),
      ...joined('ben', 'senior'),
      ...joined('cid', 'owner'),
      ...joined('dan', 'operator'),
      ...team('finance', 'ada', 'ben', 'cid'),
    );
    const finance = { ...nobody, teams: ['finance'] };
    expect(directory.asked('org_a', finance, at).operators).toEqual(['ada', 'ben', 'cid']);
    expect(directory.asked('org_a', finance, at, true).operators).toEqual(['ben', 'cid']);
    add(away('ben', 'dan'));
    expect(directory.asked('org_a', finance, at, true)).toEqual({ operators: ['cid'], standIns: [] });
  });
});

describe('who is asked', () => {
  it('are holders of the roles, members of the teams, whoever is on call, and those named: each once, members only', () => {
    const { directory } = growing(
      ...joined('ada', 'senior'),
      ...joined('ben'),
      ...joined('cleo'),
      ...joined('dan'),
      ...team('finance', 'ben', 'ada', 'gone'),
      daily('cleo', 'dan'),
    );
    const approvers = {
      roles: ['senior' as const],
      teams: ['finance', 'unknown'],
      schedules: ['night', 'unknown'],
      operators: ['ada', 'gone'],
    };
    expect(directory.asked('org_a', approvers, at)).toEqual({ operators: ['ada', 'ben', 'cleo'], standIns: [] });
    expect(directory.asked('org_b', approvers, at)).toEqual({ operators: [], standIns: [] });
  });

  it('change with the hand-over, in whatever order the instants are asked about', () => {
    const { directory } = growing(...joined('ada'), ...joined('ben'), daily('ada', 'ben'));
    const onCallAt = (instant: string) => directory.asked('org_a', { ...nobody, schedules: ['night'] }, instant).operators;
    expect(onCallAt('2026-11-22T08:59:59.999Z')).toEqual([]);
    expect(onCallAt('2026-11-22T09:00:00.000Z')).toEqual(['ada']);
    expect(onCallAt('2026-11-23T08:59:59.999Z')).toEqual(['ada']);
    expect(onCallAt('2026-11-23T09:00:00.000Z')).toEqual(['ben']);
    expect(onCallAt('2026-11-22T12:00:00.000Z')).toEqual(['ada']);
    expect(directory.onCallIn('org_a', 'ben', '2026-11-23T12:00:00.000Z')).toEqual(['night']);
    expect(directory.onCallIn('org_a', 'ben', '2026-11-22T12:00:00.000Z')).toEqual([]);
  });

  it('are those of an override to the millisecond', () => {
    const night = daily('ada') as Event<'ScheduleChanged'>;
    const override = { id: 'ovr', from: '2026-11-22T10:00:30.500Z', to: '2026-11-22T10:00:31.000Z', operators: ['ben'] };
    const document = { ...night.data.document, overrides: [override] };
    const { directory } = growing(...joined('ada'), ...joined('ben'), { ...night, data: { ...night.data, document } });
    const onCallAt = (instant: string) =>
      directory.asked('org_a', { ...nobody, schedules: ['night'] }, `2026-11-22T10:00:${instant}Z`).operators;
    expect(['30.000', '30.499', '30.500', '30.999', '31.000', '30.500', '30.000'].map(onCallAt)).toEqual(
      ['ada', 'ada', 'ben', 'ben', 'ada', 'ben', 'ada'].map(id => [id]),
    );
  });

  it('change with every change of people, teams and schedules', () => {
    const { directory, add } = growing(...joined('ada'), ...joined('ben'), ...team('finance', 'ada'), daily('ada'));
    const asked = () => directory.asked('org_a', { ...nobody, teams: ['finance'], schedules: ['night'] }, at).operators;
    expect(asked()).toEqual(['ada']);
    add({ type: 'TeamMemberAdded', data: { teamId: 'finance', operatorId: 'ben', by: 'ada', at } });
    expect(asked()).toEqual(['ada', 'ben']);
    add({ type: 'TeamRemoved', data: { teamId: 'finance', by: 'ada', at } }, daily('ben'));
    expect(asked()).toEqual(['ben']);
    add({ type: 'ScheduleRemoved', data: { scheduleId: 'night', by: 'ada', at } });
    expect(asked()).toEqual([]);
  });

  it('are at every instant those that a fresh look finds, however the instants jump', () => {
    const restrictions = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:15' }];
    const night = daily('ada', 'ben', 'cleo') as Event<'ScheduleChanged'>;
    const override = { id: 'ovr', from: '2026-11-23T23:10:07.250Z', to: '2026-11-24T01:00:00.001Z', operators: ['dan'] };
    const [layer] = night.data.document.layers;
    const document = { ...night.data.document, timeZone: 'Asia/Kathmandu', layers: [{ ...layer!, restrictions }], overrides: [override] };
    const events: SettingsEvent[] = [
      ...['ada', 'ben', 'cleo', 'dan'].flatMap(id => joined(id)),
      { ...night, data: { ...night.data, document } },
      away('ada', 'dan', '2026-11-22', '2026-11-23'),
      away('ben', null, '2026-11-23', '2026-11-25'),
    ];
    const approvers = { ...nobody, schedules: ['night'], operators: ['cleo'] };
    const { directory } = growing(...events);
    const minutes = fc.integer({ min: Date.parse('2026-11-21T00:00:00Z') / 60_000, max: Date.parse('2026-11-26T00:00:00Z') / 60_000 });
    const instants = fc.tuple(minutes, fc.constantFrom(0, 1, 7_249, 7_250, 59_999)).map(([minute, ms]) => minute * 60_000 + ms);
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 20 }), jumps => {
        for (const instant of jumps.map(ms => new Date(ms).toISOString()))
          expect(directory.asked('org_a', approvers, instant)).toEqual(growing(...events).directory.asked('org_a', approvers, instant));
      }),
      { numRuns: 50 },
    );
  });

  it('is one answer for as long as nothing changes', () => {
    const { directory, add } = growing(...joined('ada', 'senior'));
    const approvers = { roles: ['senior' as const], operators: [] };
    const first = directory.asked('org_a', approvers, at);
    add({ type: 'SoloModeSwitched', data: { on: true, by: 'ada', at } });
    expect(directory.asked('org_a', approvers, '2027-01-01T00:00:00.000Z')).toBe(first);
  });
});

describe('somebody absent', () => {
  const approvers = { roles: ['senior' as const], operators: [] };
  it('is replaced by the delegate, for the time of the absence', () => {
    const { directory, add } = growing(...joined('ada', 'senior'), ...joined('ben'), away('ada', 'ben'));
    const asked = (instant: string) => directory.asked('org_a', approvers, instant);
    const alone = { operators: ['ada'], standIns: [] };
    expect(asked('2026-11-21T23:59:59.999Z')).toEqual(alone);
    expect(asked('2026-11-22T00:00:00.000Z')).toEqual({ operators: ['ben'], standIns: [{ from: 'ada', to: 'ben' }] });
    expect(asked('2026-11-24T00:00:00.000Z')).toEqual(alone);
    expect(directory.absence('ada', at)).toMatchObject({ delegateId: 'ben' });
    add({ type: 'AbsenceEnded', data: { operatorId: 'ada', absenceId: 'abs_ada', at } });
    expect(asked(at)).toEqual(alone);
    expect(directory.absence('ada', at)).toBeNull();
  });
  it('without a delegate is not asked, nor by a delegate who is no member', () => {
    expect(growing(...joined('ada', 'senior'), away('ada', null)).directory.asked('org_a', approvers, at).operators).toEqual([]);
    expect(growing(...joined('ada', 'senior'), away('ada', 'gone')).directory.asked('org_a', approvers, at).operators).toEqual([]);
  });
  it('whose delegate is asked anyway, is nobody stood in for', () => {
    const { directory } = growing(...joined('ada', 'senior'), ...joined('ben', 'senior'), away('ada', 'ben'));
    expect(directory.asked('org_a', approvers, at)).toEqual({ operators: ['ben'], standIns: [] });
  });
});

describe('a chain of delegates', () => {
  const chain =
    (...ids: string[]) =>
    (id: string): Absence | null => {
      const index = ids.indexOf(id);
      const delegateId = ids[index + 1];
      if (index < 0 || delegateId === undefined) return null;
      return { absenceId: id, operatorId: id, tenant: 'org_a', from: at, to: at, delegateId };
    };
  it('is followed three times and no further', () => {
    expect(withStandIns(['a'], chain('a', 'b', 'c', 'd'), () => true).standIns).toEqual([{ from: 'a', to: 'd' }]);
    expect(withStandIns(['a'], chain('a', 'b', 'c', 'd', 'e'), () => true).operators).toEqual([]);
  });
  it('that turns in a circle comes to nobody', () => {
    expect(withStandIns(['a'], chain('a', 'b', 'a'), () => true)).toEqual({ operators: [], standIns: [] });
  });
  it('never asks somebody who is absent or no member, and nobody twice', () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f'];
    const delegates = fc.dictionary(fc.constantFrom(...people), fc.option(fc.constantFrom(...people, 'stranger')));
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...people)), delegates, (called, away) => {
        const absenceOf = (id: string): Absence | null =>
          Object.hasOwn(away, id)
            ? { absenceId: id, operatorId: id, tenant: 'org_a', from: at, to: at, delegateId: away[id] ?? null }
            : null;
        const { operators, standIns } = withStandIns(called, absenceOf, id => people.includes(id));
        expect(new Set(operators).size).toBe(operators.length);
        for (const id of operators) {
          expect(people).toContain(id);
          expect(absenceOf(id)).toBeNull();
          expect(called.includes(id) || standIns.some(({ to }) => to === id)).toBe(true);
        }
        for (const { from, to } of standIns) {
          expect(absenceOf(from)).not.toBeNull();
          expect(operators).toContain(to);
          expect(called).not.toContain(to);
        }
      }),
    );
  });
});
