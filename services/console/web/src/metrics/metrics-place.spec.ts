import { describe, expect, it } from 'vitest';
import { behindAddress, metricsAddress, metricsFiltersOf, periodQuery, secondsWords, shareWords, stretchOf } from './metrics-place.ts';

describe('the address of the metrics', () => {
  it('says days and agent, and what is unknown in it is left out', () => {
    expect(metricsFiltersOf('?days=7&agent=%20shop%20')).toEqual({ days: 7, from: null, to: null, agent: 'shop' });
    expect(metricsFiltersOf('?days=8&from=yesterday')).toEqual({ days: 30, from: null, to: null, agent: '' });
    expect(metricsAddress({ days: 30, agent: '' })).toBe('/reports');
    expect(metricsAddress({ days: 7, agent: 'a&b' })).toBe('/reports?days=7&agent=a%26b');
  });

  it('becomes the period the API is asked for', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(new URLSearchParams(periodQuery(metricsFiltersOf('?days=1'), now)).get('from')).toBe('2026-11-21T12:00:00.000Z');
    const exact = metricsFiltersOf('?from=2026-11-01&to=2026-11-03');
    expect(periodQuery(exact, now)).toBe('from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-03T00%3A00%3A00.000Z');
  });

  it('of a list carries the period of its report', () => {
    expect(behindAddress({ from: 'a', to: 'b', agent: null }, 'verdict', 'HUMAN_REVIEW')).toBe(
      '/reports/requests?behind=verdict&value=HUMAN_REVIEW&from=a&to=b',
    );
  });

  it('names the agent only where the number is of one agent', () => {
    const shown = { from: 'a', to: 'b', agent: 'shop' };
    expect(behindAddress(shown, 'asked')).toContain('agent=shop');
    for (const behind of ['channel', 'endpoint', 'undelivered'] as const) expect(behindAddress(shown, behind, 'x/')).not.toContain('shop');
  });

  it('of a stretch of the time never goes beyond the whole', () => {
    const shown = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-22T09:00:00.000Z', agent: null };
    const days = ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'];
    expect(days.map(start => Object.values(stretchOf(shown, start, 86_400)).slice(0, 2))).toEqual([
      [shown.from, days[1]],
      [days[1], days[2]],
      [days[2], shown.to],
    ]);
  });
});

describe('a number', () => {
  it.each([
    [0.36, '0.4 s'],
    [12.2, '12 s'],
    [59.99, '60 s'],
    [90, '1.5 min'],
    [7_200, '2 h'],
    [200_000, '2.3 d'],
    [null, '–'],
  ])('of %s seconds reads %s', (seconds, words) => expect(secondsWords(seconds)).toBe(words));
  it('as a share is a whole percentage', () => expect([shareWords(1, 3), shareWords(0, 0)]).toEqual(['33 %', '–']));
});
