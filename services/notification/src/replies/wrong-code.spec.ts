import type { Event } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { decideWrong, evolveWrong, WRONG_CODES_MAX } from './wrong-code.ts';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const at = (seconds: number) => new Date(NOON + seconds * 1_000).toISOString();
const given = (...events: Event[]) => ({
  when: (seconds: number) =>
    decideWrong('opr_ada', 'sms', at(seconds), events.reduce(evolveWrong('sms'), [])).map(({ type, data }) => [
      type,
      'until' in data ? data.until : null,
    ]),
});
const wrong = (seconds: number, channel: 'sms' | 'voice' = 'sms'): Event => ({
  type: 'ReplyCodeRefused',
  data: { operatorId: 'opr_ada', channel, at: at(seconds) },
});
const locked = (seconds: number): Event => ({
  type: 'ReplyCodesLocked',
  data: { operatorId: 'opr_ada', channel: 'sms', until: at(seconds + 3_600), at: at(seconds) },
});
const REFUSED = ['ReplyCodeRefused', null];

describe('wrong codes', () => {
  it('are borne with four times, and the fifth locks for an hour', () => {
    expect(WRONG_CODES_MAX).toBe(5);
    expect(given().when(0)).toEqual([REFUSED]);
    expect(given(wrong(0), wrong(1), wrong(2)).when(3)).toEqual([REFUSED]);
    expect(given(wrong(0), wrong(1), wrong(2), wrong(3)).when(4)).toEqual([REFUSED, ['ReplyCodesLocked', at(4 + 3_600)]]);
  });

  it('of another channel, from before a lock, or older than a day do not count', () => {
    expect(given(wrong(0, 'voice'), wrong(1), wrong(2), wrong(3)).when(4)).toEqual([REFUSED]);
    expect(given(wrong(0), wrong(1), wrong(2), wrong(3), wrong(4), locked(4)).when(4_000)).toEqual([REFUSED]);
    expect(given(wrong(0), wrong(1), wrong(2), wrong(3)).when(86_402)).toEqual([REFUSED]);
  });
});
