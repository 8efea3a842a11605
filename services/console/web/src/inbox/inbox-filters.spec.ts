import { describe, expect, it } from 'vitest';
import { addressOf, filtersOf, inboxUrl } from './inbox-filters.ts';

describe('the inbox address', () => {
  it('is the plain root for the default view', () => {
    expect(addressOf({ view: 'mine' })).toBe('/');
    expect(filtersOf('')).toEqual({ view: 'mine' });
  });

  it('survives a round trip', () => {
    const filters = { view: 'team', risk: 'high', agent: 'support & sales', q: 'ücret #4' } as const;
    expect(filtersOf(addressOf(filters).slice(1))).toEqual(filters);
  });

  it('ignores what it does not know', () => {
    expect(filtersOf('?view=everything&risk=huge&q=++&x=1')).toEqual({ view: 'mine' });
  });

  it('asks the API for the same', () => {
    expect(inboxUrl({ view: 'all', q: 'a b' }, 100, 'c=1')).toBe('/api/inbox?view=all&limit=100&q=a+b&cursor=c%3D1');
  });
});
