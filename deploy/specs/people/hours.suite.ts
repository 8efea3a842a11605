import { describe, expect, it } from 'vitest';
import { dataOf, people, type GateAndPeople } from './a-gate-and-its-people.ts';

const DAY_MS = 86_400_000;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
/** The date some days from an instant, in UTC. */
const dateIn = (days: number, from = Date.now()): string => new Date(from + days * DAY_MS).toISOString().slice(0, 10);
const alwaysQuiet = { timeZone: 'UTC', windows: [{ days: EVERY_DAY, from: '00:00', to: '24:00' }] };

/** Hours in which people are not to be disturbed, do not work, or are not on duty. */
export const hoursSuite = (world: () => GateAndPeople): void => {
  describe('quiet hours', () => {
    it.concurrent('hold the notification, not the request: the next rung with somebody awake is asked in the same moment', async () => {
      const { members, api, ask, until, mailsTo, mailedTo } = world();
      await api('PUT', `/api/members/${members.quinn.id}/quiet-hours`, { quietHours: alwaysQuiet });
      const { id, expiresAt } = await ask('quiet_step', { deadlineSec: 600 });
      await mailsTo(members.wade, id);
      const events = await until(id, 'NotificationHeld');
      const [held] = dataOf(events, 'NotificationHeld');
      expect(held).toMatchObject({ operatorId: members.quinn.id, reason: 'quietHours' });
      expect(Date.parse(String(held!['nextAttemptAt']))).toBeGreaterThan(Date.now());
      const [opened] = dataOf(events, 'ReviewStepOpened');
      const [asked] = dataOf(events, 'ApprovalEscalated');
      expect(asked).toMatchObject({ level: 1, reason: 'asleep', by: null, approvers: people(members.wade) });
      expect(Date.parse(String(asked!['escalatedAt'])) - Date.parse(String(opened!['openedAt']))).toBeLessThan(1_000);
      expect([opened!['expiresAt'], asked!['expiresAt']]).toEqual([expiresAt, expiresAt]);
      expect(mailedTo(members.quinn, id)).toEqual([]);
    });

    it.concurrent('of whoever has the turn page the next person of the same rung, unless it is important', async () => {
      const { members, api, ask, until, mailsTo, mailedTo } = world();
      await api('PUT', `/api/members/${members.quinn.id}/quiet-hours`, { quietHours: alwaysQuiet });
      const { id } = await ask('quiet_turn');
      await until(id, 'ReviewStepOpened');
      await api('POST', `/api/approvals/${id}/escalate`, {});
      await mailsTo(members.wade, id);
      const events = await until(id, 'NotificationHeld');
      expect(dataOf(events, 'ApprovalEscalated')).toMatchObject([{ assigned: [members.quinn.id] }]);
      expect(dataOf(events, 'NotificationHeld')).toMatchObject([{ operatorId: members.quinn.id, level: 1 }]);
      expect(mailedTo(members.quinn, id)).toEqual([]);
      await api('POST', `/api/approvals/${id}/escalate`, {});
      await mailsTo(members.quinn, id);
    });
  });

  describe('working hours', () => {
    it.concurrent('are what a deadline counts and a rule can read; a day off is none of them', async () => {
      const { api, ask, told, until } = world();
      const setMs = Date.now();
      const daysOff = [dateIn(0, setMs), dateIn(1, setMs)];
      const nineToFive = { timeZone: 'UTC', windows: [{ days: EVERY_DAY, from: '09:00', to: '17:00' }], holidays: daysOff };
      await api('PUT', '/api/organization/working-hours', { workingHours: nineToFive });
      expect(await api('GET', '/api/organization')).toMatchObject({ workingHours: nineToFive });
      const { id } = await ask('office_hours');
      const events = await until(id, 'ReviewStepOpened');
      // Today and tomorrow are days off: the two hours begin the day after.
      const due = `${dateIn(2, setMs)}T11:00:00.000Z`;
      expect(dataOf(events, 'DeadlineChanged')).toMatchObject([{ expiresAt: due, reason: 'workingHours' }]);
      expect((await told(id)).expiresAt).toBe(due);
      // A deadline that the agent names stays what it is.
      const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
      const own = await ask('office_hours', { expiresAt: inAnHour });
      expect(dataOf(await until(own.id, 'ReviewStepOpened'), 'DeadlineChanged')).toEqual([]);
      expect((await told(own.id)).expiresAt).toBe(inAnHour);

      const verdictOn = async (holidays: string[]) => {
        const windows = [{ days: EVERY_DAY, from: '00:00', to: '24:00' }];
        await api('PUT', '/api/organization/working-hours', { workingHours: { timeZone: 'UTC', windows, holidays } });
        return dataOf(await until((await ask('post_news')).id, 'GateEvaluated'), 'GateEvaluated')[0]!['verdict'];
      };
      expect([await verdictOn([]), await verdictOn(daysOff)]).toEqual(['APPROVE_AUTOMATICALLY', 'HUMAN_REVIEW']);
    });
  });

  describe('a holiday in a schedule', () => {
    it.concurrent('leaves only those on call who serve on holidays; a step that comes to nobody asks its next rung at once', async () => {
      const { members, api, ask, until, mailsTo, mailedTo } = world();
      const document = {
        name: 'Duty',
        timeZone: 'UTC',
        layers: [
          { name: 'days', startsOn: dateIn(-30), turnDays: 1, handoff: '00:00', turns: [[members.dora.id]] },
          {
            name: 'nights',
            priority: 1,
            startsOn: dateIn(-30),
            turnDays: 1,
            handoff: '12:00',
            turns: [[members.hugo.id]],
            restrictions: [{ days: EVERY_DAY, from: '22:00', to: '06:00' }],
          },
        ],
        holidays: { dates: [dateIn(3)], minPriority: 1 },
      };
      const saved = await api<{ warnings: unknown[] }>('PUT', '/api/schedules/duty', { document });
      expect(JSON.stringify(saved.warnings)).toContain(dateIn(3));
      const onCall = async (days: number, time: string) => {
        const at = `${dateIn(days)}T${time}:00.000Z`;
        const { operators } = await api<{ operators: { id: string }[] }>('GET', `/api/schedules/duty/on-call?at=${encodeURIComponent(at)}`);
        return JSON.stringify(operators);
      };
      expect(await onCall(2, '12:00')).toContain(members.dora.id);
      expect(await onCall(3, '12:00')).toBe('[]');
      expect(await onCall(3, '23:00')).toContain(members.hugo.id);
      expect(await onCall(4, '12:00')).toContain(members.dora.id);

      // Today becomes a holiday on which nobody at all serves.
      await api('PUT', '/api/schedules/duty', { document: { ...document, holidays: { dates: [dateIn(0), dateIn(1)], minPriority: 2 } } });
      const { id } = await ask('on_duty');
      await mailsTo(members.fay, id);
      const events = await until(id, 'ApprovalEscalated');
      expect(dataOf(events, 'ReviewStepOpened')).toMatchObject([{ step: { assigned: [] } }]);
      expect(dataOf(events, 'ApprovalEscalated')).toMatchObject([{ level: 1, reason: 'empty', approvers: people(members.fay) }]);
      expect(mailedTo(members.dora, id)).toEqual([]);
    });
  });
};
