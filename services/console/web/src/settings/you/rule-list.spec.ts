import { describe, expect, it } from 'vitest';
import { addedRule, delayWords, rulesOf } from './rule-list.ts';

const addresses = [{ id: 'adr_mail' }, { id: 'adr_phone' }];

describe('rules about where first', () => {
  it('leave out addresses that are gone, and begin with one rule', () => {
    const gone = { importance: 'important' as const, addressId: 'adr_old', afterSec: 60 };
    const kept = { importance: 'default' as const, addressId: 'adr_phone', afterSec: 0 };
    expect(rulesOf([gone, kept], addresses)).toEqual([kept]);
    expect(rulesOf(null, addresses)).toEqual([{ importance: 'default', addressId: 'adr_mail', afterSec: 0 }]);
    expect(rulesOf(null, [])).toEqual([]);
  });

  it('are added for an address without one, a while after the last', () => {
    const first = { importance: 'default' as const, addressId: 'adr_mail', afterSec: 60 };
    expect(addedRule([first], 'default', addresses)).toEqual({ importance: 'default', addressId: 'adr_phone', afterSec: 360 });
    expect(addedRule([first], 'important', addresses)).toEqual({ importance: 'important', addressId: 'adr_mail', afterSec: 0 });
  });

  it.each([
    [0, 'at once'],
    [45, 'after 45 s'],
    [90, 'after 1.5 min'],
    [5_400, 'after 1.5 h'],
  ])('%i seconds are %s', (seconds, words) => expect(delayWords(seconds)).toBe(words));
});
