import { describe, expect, it } from 'vitest';
import { reviewAddress, routeOf } from './routes.ts';

const id = 'apr_abcdefghijklmnopqrstuvwx23';

describe('an address', () => {
  it('names a page', () => {
    expect(routeOf('/', '?view=all')).toEqual({ page: 'inbox' });
    expect(routeOf(`/approvals/${id}`, '')).toEqual({ page: 'review', id, prepared: null });
    expect(routeOf('/reports', '?days=7')).toEqual({ page: 'metrics', list: false });
    expect(routeOf('/reports/requests', '?behind=asked')).toEqual({ page: 'metrics', list: true });
    expect(routeOf('/settings', '')).toEqual({ page: 'settings', part: '' });
    expect(routeOf('/settings/on-call', '')).toEqual({ page: 'settings', part: 'on-call' });
    expect(routeOf('/approvals/../api/me', '')).toEqual({ page: 'unknown' });
  });

  it('may prepare a verb, never any other word', () => {
    expect(routeOf(`/approvals/${id}`, '?do=reject')).toMatchObject({ prepared: 'reject' });
    expect(routeOf(`/approvals/${id}`, '?do=consume')).toMatchObject({ prepared: null });
    expect(routeOf(...(reviewAddress(id, 'edit').split(/(?=\?)/) as [string, string]))).toMatchObject({ id, prepared: 'edit' });
  });
});
