import { describe, expect, it } from 'vitest';
import { dataOf, people, type GateAndPeople } from './a-gate-and-its-people.ts';

/** Who is asked next, by whose word, and what happens when nobody is left. */
export const ladderSuite = (world: () => GateAndPeople): void => {
  describe('a ladder with repeats', () => {
    it.concurrent('is gone through again, and its people are told again, as often as it says', async () => {
      const { members, ask, until, mailsTo } = world();
      const { id } = await ask('again');
      const events = await until(id, 'ApprovalEscalated', 3);
      expect(dataOf(events, 'ApprovalEscalated').map(({ level, round }) => [level, round])).toEqual([
        [1, 0],
        [2, 1],
        [3, 2],
      ]);
      const [opened] = dataOf(events, 'ReviewStepOpened');
      const { timetable } = (opened!['step'] as { escalation: { timetable: { at: string }[] } }).escalation;
      expect(timetable).toHaveLength(3);
      dataOf(events, 'ApprovalEscalated').forEach(({ escalatedAt }, index) => {
        const lateMs = Date.parse(String(escalatedAt)) - Date.parse(timetable[index]!.at);
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThan(2_000);
      });
      await mailsTo(members.rita, id, 3);
    });
  });

  describe('a rung for whoever has the least to do', () => {
    it.concurrent('chooses by what is still open, and tells only the one it chose', async () => {
      const { members, api, ask, until, mailsTo, mailedTo } = world();
      const { ava, ben, cleo } = members;
      const chosen = async (): Promise<[string, unknown]> => {
        const { id } = await ask('least_loaded');
        const [escalated] = dataOf(await until(id, 'ApprovalEscalated'), 'ApprovalEscalated');
        return [id, (escalated!['assigned'] as string[])[0]];
      };
      const first = await chosen();
      const second = await chosen();
      const third = await chosen();
      expect([first, second, third].map(([, who]) => who)).toEqual([ava.id, ben.id, cleo.id]);
      await mailsTo(ben, second[0]);
      expect([mailedTo(ava, second[0]), mailedTo(cleo, second[0])]).toEqual([[], []]);
      await api('POST', `/api/approvals/${second[0]}/bypass`, { note: 'The customer waits at the desk.' });
      expect((await chosen())[1]).toBe(ben.id);
      expect((await chosen())[1]).toBe(ava.id);
    });
  });

  describe('a ladder that is over and holds', () => {
    it.concurrent('keeps the request open and tells admins and owners; people may still decide it', async () => {
      const { members, api, ask, told, until, mailsTo } = world();
      const { id } = await ask('held');
      const events = await until(id, 'EscalationExhausted');
      expect(dataOf(events, 'EscalationExhausted')).toMatchObject([{ action: 'hold', level: 1 }]);
      expect((await told(id)).status).toBe('pending');
      await mailsTo(members.alma, id);
      for (const asked of [members.hal, members.joan]) expect(await mailsTo(asked, id)).toHaveLength(1);
      await api('POST', `/api/approvals/${id}/bypass`, { note: 'Nobody else is here.' });
      expect((await told(id)).status).toBe('approved');
    });
  });

  describe('escalating by hand', () => {
    it.concurrent('asks whose turn it is, as the timer would, and leaves the rungs after it their times', async () => {
      const { members, api, call, ask, until, mailsTo, mailedTo } = world();
      const escalated = async (id: string, count: number) =>
        dataOf(await until(id, 'ApprovalEscalated', count), 'ApprovalEscalated').at(-1)!;
      const turns: unknown[] = [];
      for (const whose of [members.hal, members.ian, members.hal]) {
        const { id } = await ask('by_hand');
        const [opened] = dataOf(await until(id, 'ReviewStepOpened'), 'ReviewStepOpened');
        await api('POST', `/api/approvals/${id}/escalate`, {});
        const said = await escalated(id, 1);
        expect(said).toMatchObject({ level: 1, reason: 'manual', strategy: 'roundRobin', by: { kind: 'operator' } });
        const { timetable } = (opened!['step'] as { escalation: { timetable: { at: string }[] } }).escalation;
        expect(said['escalateAt']).toBe(timetable[1]!.at);
        turns.push(said['assigned']);
        await mailsTo(whose, id);
        expect(mailedTo(whose === members.hal ? members.ian : members.hal, id)).toEqual([]);
      }
      expect(turns).toEqual([[members.hal.id], [members.ian.id], [members.hal.id]]);

      const { id } = await ask('by_hand');
      await until(id, 'ReviewStepOpened');
      await api('POST', `/api/approvals/${id}/escalate`, {});
      await api('POST', `/api/approvals/${id}/escalate`, {});
      expect(await escalated(id, 2)).toMatchObject({ level: 2, reason: 'manual', approvers: people(members.fay) });
      expect(await call('POST', `/api/approvals/${id}/escalate`, {})).toMatchObject({ body: { code: 'not_escalatable' } });
    });
  });
};
