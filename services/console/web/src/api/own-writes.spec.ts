import type { InboxItem, InboxPage } from '@holdpoint/contracts';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { InboxFilters } from '../inbox/inbox-filters.ts';
import { asWritten, noteWritten, withOwnWrites } from './own-writes.ts';
import { keys } from './query-keys.ts';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const LATER = '2026-11-30T13:00:00.000Z';
const item = (id: string, more: Partial<InboxItem> = {}): InboxItem => ({
  id: `apr_${id}`, revision: 3, status: 'pending', phase: 'review', riskLevel: 'medium', source: 'custom', agentId: 'assistant', agentName: null,
  toolName: 'issue_refund', contextSummary: '', proposedAction: 'Refund', entityId: id, amount: 1, currency: 'USD', verdict: null, stepName: null,
  escalationLevel: 0, claimedBy: null, requestedAt: '', expiresAt: '', escalateAt: null, decidedAt: null, decidedBy: null, mayDecide: true, flagged: false,
  snoozedUntil: null, ...more,
}); // prettier-ignore
const page = (...items: InboxItem[]): InboxPage => ({
  items,
  nextCursor: null,
  counts: { mine: items.length, team: 5, all: 5, snoozed: 0, decided: 0 },
});
const ADA = { kind: 'operator' as const, id: 'opr_ada', display: 'Ada' };
const shown = ({ items }: InboxPage) => items.map(({ id }) => id.slice('apr_'.length));

describe('a page of the inbox that is behind what its reader did', () => {
  const old = page(item('a'), item('b'));
  const after = (view: InboxFilters['view'], written: InboxItem) => withOwnWrites(old, view, new Map([[written.id, written]]), NOW);

  it.each<[string, Partial<InboxItem>, InboxFilters['view'], string[]]>([
    ['put off', { snoozedUntil: LATER }, 'mine', ['b']],
    ['put off', { snoozedUntil: LATER }, 'team', ['a', 'b']],
    ['put off', { snoozedUntil: LATER }, 'snoozed', ['a', 'b']],
    ['put off, and back since', { snoozedUntil: '2026-11-30T11:59:59.000Z' }, 'mine', ['a', 'b']],
    ['put off, and back since', { snoozedUntil: '2026-11-30T11:59:59.000Z' }, 'snoozed', ['b']],
    ['claimed', { claimedBy: ADA }, 'mine', ['a', 'b']],
    ['handed on, or voted on', { mayDecide: false }, 'mine', ['b']],
    ['handed on, or voted on', { mayDecide: false }, 'all', ['a', 'b']],
    ['decided', { status: 'approved', phase: 'decided', mayDecide: false }, 'all', ['b']],
    ['decided', { status: 'approved', phase: 'decided', mayDecide: false }, 'decided', ['a', 'b']],
  ])('shows what was %s (%j) in %s as %j', (_what, more, view, expected) => {
    expect(shown(after(view, item('a', { revision: 4, ...more })))).toEqual(expected);
  });

  it('shows it as it was written, and counts without what went', () => {
    expect(after('mine', item('a', { revision: 4, claimedBy: ADA })).items[0]).toMatchObject({ revision: 4, claimedBy: ADA });
    expect(after('mine', item('a', { revision: 4, snoozedUntil: LATER })).counts).toEqual({ ...old.counts, mine: 1 });
  });

  it('is the server’s where that knows as much, or more', () => {
    for (const revision of [2, 3]) expect(after('mine', item('a', { revision, snoozedUntil: LATER }))).toEqual(old);
  });
});

describe('what was written', () => {
  it('goes at once from the lists that are known, stays gone when they are read too early, and comes back with what is newer', () => {
    const client = new QueryClient();
    const mine = [...keys.inbox, { view: 'mine' }];
    const team = [...keys.inbox, { view: 'team', risk: 'medium' }];
    const listed = (key: readonly unknown[]) => client.getQueryData<{ pages: InboxPage[] }>(key)!.pages.map(shown);
    for (const key of [mine, team])
      client.setQueryData(key, { pages: [page(item('c'), item('d')), page(item('e'))], pageParams: [null, 'x'] }, { updatedAt: NOW });
    noteWritten(client, item('e', { revision: 4, snoozedUntil: '2999-01-01T00:00:00.000Z' }));
    expect(listed(mine)).toEqual([['c', 'd'], []]);
    expect(listed(team)).toEqual([['c', 'd'], ['e']]);
    expect(client.getQueryState(mine)?.dataUpdatedAt).toBe(NOW);
    expect(shown(asWritten(page(item('e')), 'mine'))).toEqual([]);
    // It was put off until another time, which is over.
    noteWritten(client, item('e', { revision: 5, snoozedUntil: '2000-01-01T00:00:00.000Z' }));
    expect(shown(asWritten(page(item('e')), 'mine'))).toEqual(['e']);
    expect(asWritten(page(item('e', { revision: 6 })), 'mine').items[0]?.revision).toBe(6);
  });
});
