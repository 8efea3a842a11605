import { describe, expect, it } from 'vitest';
import { attemptsAfter, claimed, escalated, failed, held, life, noonPlus, opened, released, sent } from './an-approvals-life.fixture.ts';
import { isClaimedByOther, isHopeless, wasReached } from './reached.ts';
import { roundOf } from './round.ts';

describe('a request has reached somebody', () => {
  const step = life(opened());
  it('when a channel accepted an alert, late or at once', () => {
    expect(wasReached(attemptsAfter(sent('ada')), step, 0)).toBe(true);
    expect(wasReached(attemptsAfter(failed('ada', noonPlus(5)), sent('ada')), step, 0)).toBe(true);
    expect(wasReached(attemptsAfter(failed('ada'), sent('ben')), step, 0)).toBe(true);
  });

  it('when the inbox is all that somebody has, but not when it is all that was left', () => {
    expect(wasReached(attemptsAfter(sent('ada', 'inbox')), step, 0)).toBe(true);
    expect(wasReached(attemptsAfter(failed('ada'), sent('ada', 'inbox')), step, 0)).toBe(false);
  });

  it('not while every alert failed, is held, or is only the alarm about that', () => {
    expect(wasReached(attemptsAfter(), step, 0)).toBe(false);
    expect(wasReached(attemptsAfter(failed('ada', noonPlus(5)), held('ben', noonPlus(900))), step, 0)).toBe(false);
    expect(wasReached(attemptsAfter(sent('dan', 'email', 'e0/unreached')), step, 0)).toBe(false);
  });

  it('when a person has done something about this step, whatever the channels say', () => {
    expect(wasReached(attemptsAfter(failed('ada')), life(opened(), claimed('ada')), 0)).toBe(true);
    expect(wasReached(attemptsAfter(failed('ada')), life(opened(), escalated(1, { reason: 'manual' })), 0)).toBe(true);
    expect(wasReached(attemptsAfter(failed('ada')), life(opened(), escalated(1)), 0)).toBe(false);
    expect(wasReached(attemptsAfter(), life(opened(0), claimed('ada'), opened(1)), 1)).toBe(false);
  });
});

describe('a round is hopeless', () => {
  const last = roundOf(life(opened(0, {}, null))[0]!)!;
  it('when nobody was told, nothing is tried again and nobody else is asked', () => {
    expect(isHopeless([failed('ada'), sent('ada', 'inbox')], last)).toBe(true);
    expect(isHopeless([held('ada', noonPlus(3_600))], last)).toBe(true);
  });

  it('not while something may still arrive', () => {
    expect(isHopeless([failed('ada'), sent('ben', 'inbox')], last)).toBe(false);
    expect(isHopeless([failed('ada', noonPlus(5))], last)).toBe(false);
    expect(isHopeless([held('ada', noonPlus(900))], last)).toBe(false);
    expect(isHopeless([sent('ada')], last)).toBe(false);
  });

  it('not while the next people are asked at their time: then it is looked at', () => {
    expect(isHopeless([failed('ada')], roundOf(life(opened())[0]!)!)).toBe(false);
  });
});

describe('a step somebody has taken on', () => {
  it('pages nobody else until the claim is over', () => {
    const history = life(opened(), claimed('ada', noonPlus(300)));
    expect(isClaimedByOther(history, 'ben', noonPlus(299))).toBe(true);
    expect(isClaimedByOther(history, 'ada', noonPlus(299))).toBe(false);
    expect(isClaimedByOther(history, 'ben', noonPlus(300))).toBe(false);
    expect(isClaimedByOther(life(opened(), claimed('ada'), released), 'ben', noonPlus(10))).toBe(false);
    expect(isClaimedByOther(life(opened(), claimed('ada'), opened(1)), 'ben', noonPlus(10))).toBe(false);
  });
});
