import { describe, expect, it } from 'vitest';
import {
  answered,
  approvedBy,
  asked,
  assigned,
  claimed,
  delegated,
  escalated,
  exhausted,
  life,
  noonPlus,
  opened,
  type Said,
} from './an-approvals-life.fixture.ts';
import { alarmOf, isOpen, roundOf } from './round.ts';

const roundAfter = (...events: Said[]) => {
  const history = life(...events);
  const event = history.at(-1)!;
  return roundOf(event, history.slice(0, -1));
};

describe('a round of alerts', () => {
  it('asks whoever a new step came to: those it names, or whoever its approvers describe', () => {
    expect(roundAfter(opened())).toMatchObject({
      kind: 'request',
      eventId: 'e0',
      level: 0,
      approvers: { roles: ['operator'] },
      important: false,
    });
    expect(roundAfter(opened())).not.toHaveProperty('people');
    expect(roundAfter(opened(0, { assigned: ['ada', 'ben'] }))).toMatchObject({ people: ['ada', 'ben'] });
    expect(roundAfter(opened(0, { seniorOnly: true }))).toMatchObject({ seniorOnly: true });
  });

  it('of a rung asks whom its strategy chose, on its channels, as importantly as it says', () => {
    expect(roundAfter(opened(), escalated(1))).toMatchObject({ kind: 'escalation', level: 1, important: false });
    expect(roundAfter(opened(), escalated(2, { assigned: ['cid'], channels: ['sms', 'email'], importance: 'important' }))).toMatchObject({
      people: ['cid'],
      channels: ['sms', 'email'],
      important: true,
    });
  });

  it('tells whoever is put on a step or delegated to, and nobody else, because of that event', () => {
    expect(roundAfter(opened(), assigned('ben', 'cid'))).toMatchObject({
      kind: 'assigned',
      people: ['ben', 'cid'],
      cause: 'e1',
      escalateAt: null,
    });
    expect(roundAfter(opened(), delegated('dan'))).toMatchObject({ kind: 'assigned', people: ['dan'], cause: 'e1' });
  });

  it('tells whoever asked that the agent answered', () => {
    expect(roundAfter(opened(), asked('q1', 'ada'), asked('q2', 'ben'), answered('q2'))).toMatchObject({
      kind: 'answered',
      people: ['ben'],
      cause: 'e3',
      askedAt: noonPlus(20),
    });
    expect(roundAfter(opened(), answered('q9'))).toBeNull();
  });

  it('tells administrators when the ladder is exhausted, apart from the last people who were asked', () => {
    const round = roundAfter(opened(), escalated(1, { assigned: ['cid'], channels: ['sms'] }), exhausted(1));
    expect(round).toMatchObject({ kind: 'stalled', eventId: 'e2', level: 2, approvers: { roles: ['owner', 'admin'] } });
    expect(round).not.toHaveProperty('people');
    expect(round).not.toHaveProperty('channels');
  });

  it('is none for what asks nobody', () => {
    expect(roundAfter(opened(), claimed('ada'))).toBeNull();
    expect(roundAfter(exhausted(0))).toBeNull();
  });
});

describe('the alarm of a round', () => {
  it('goes to administrators, on every channel, quiet hours or not, and is told from the round', () => {
    const alarm = alarmOf(roundAfter(opened(), escalated(1, { assigned: ['cid'], channels: ['sms'] }))!);
    expect(alarm).toMatchObject({ kind: 'unreached', approvers: { roles: ['owner', 'admin'] }, important: true, cause: 'e1/unreached' });
    expect(alarm).not.toHaveProperty('people');
    expect(alarm).not.toHaveProperty('channels');
  });
});

describe('a step', () => {
  it('is open until another one is', () => {
    expect(isOpen(life(opened(0)), 0)).toBe(true);
    expect(isOpen(life(opened(0), opened(1)), 0)).toBe(false);
    expect(isOpen(life(), 0)).toBe(false);
  });

  it('of several at once is open until it has all it needs', () => {
    const both = [0, 1].map(index => opened(index, { parallel: { first: 0, size: 2 } }));
    expect([0, 1, 2].map(index => isOpen(life(...both), index))).toEqual([true, true, false]);
    expect([0, 1].map(index => isOpen(life(...both, approvedBy(0)), index))).toEqual([true, true]);
    expect([0, 1].map(index => isOpen(life(...both, approvedBy(0, true)), index))).toEqual([false, true]);
  });
});
