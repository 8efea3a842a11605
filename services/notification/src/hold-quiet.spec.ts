import type { QuietHours } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { escalated, ID, life, NOON, opened, type Said } from './an-approvals-life.fixture.ts';
import { attemptIdOf } from './attempts.ts';
import type { Deps } from './deps.ts';
import { holdQuiet } from './hold-quiet.ts';
import type { Reach, Recipient } from './recipients.ts';
import { roundOf, type Round } from './round.ts';

const lunch: QuietHours = { timeZone: 'UTC', windows: [{ days: [1], from: '12:00', to: '13:30' }] };
const at = (operatorId: string, channel: 'email' | 'inbox' = 'email'): Reach => ({
  operatorId,
  operatorName: operatorId,
  channel,
  address: operatorId,
  route: null,
  verifiedAt: NOON,
  afterSec: 0,
});

/** Who is quiet now, and who may decide what the round is about. */
const hold = (round: Round, quiet: string[], recipients: Reach[], everybody: Reach[] = recipients) => {
  const deps = {
    directory: { quietHours: (id: string) => (quiet.includes(id) ? lunch : null) },
    asked: (_tenant: string, { people }: { people?: readonly string[] }) => ({
      people: everybody.length,
      reach: everybody.filter(({ operatorId }) => people === undefined || people.includes(operatorId)),
    }),
    now: () => NOON,
  } as unknown as Deps;
  const named = (to: Reach): Recipient => ({ ...to, attemptId: attemptIdOf(round, to) });
  const { awake, held } = holdQuiet(deps, round, 'org_x', ID, recipients.map(named));
  return {
    awake: awake.map(({ operatorId }) => operatorId),
    held: held.map(
      ({ data }) => `${(data as { operatorId: string }).operatorId} until ${(data as { nextAttemptAt: string }).nextAttemptAt}`,
    ),
  };
};
const round = (...events: Said[]): Round => {
  const history = life(...events);
  return roundOf(history.at(-1)!, history)!;
};

describe('quiet hours', () => {
  it('hold what would disturb, until they end, and page the others at once', () => {
    expect(hold(round(opened()), ['ada'], [at('ada'), at('ben')])).toEqual({
      awake: ['ben'],
      held: ['ada until 2026-11-23T13:30:00.000Z'],
    });
  });

  it('do not hold the inbox, which disturbs nobody', () => {
    expect(hold(round(opened()), ['ada'], [at('ada', 'inbox')])).toEqual({ awake: ['ada'], held: [] });
  });

  it('hold nothing that is important', () => {
    expect(hold(round(opened(), escalated(1, { importance: 'important' })), ['ada'], [at('ada')])).toEqual({ awake: ['ada'], held: [] });
  });

  it('of whom the rung chose make the next who may decide the same be paged at once', () => {
    const rung = round(opened(), escalated(1, { assigned: ['ada'], strategy: 'roundRobin' }));
    expect(hold(rung, ['ada', 'ben'], [at('ada')], [at('ada'), at('ben'), at('cid'), at('dan')])).toEqual({
      awake: ['cid'],
      held: ['ada until 2026-11-23T13:30:00.000Z'],
    });
  });

  it('of everybody leave nobody to page', () => {
    expect(hold(round(opened()), ['ada', 'ben'], [at('ada'), at('ben')]).awake).toEqual([]);
  });
});
