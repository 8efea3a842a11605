import { describe, expect, it } from 'vitest';
import { approveBlockers, blockerWords } from './approve-blockers.ts';

const seen = { folds: 0, deceptive: 0, acknowledged: false, shownHash: 'a', boundHashes: ['a', null] };

describe('Approve', () => {
  it('is free once everything was shown and is what the request is bound to', () => {
    expect(approveBlockers(seen)).toEqual([]);
    expect(approveBlockers({ ...seen, boundHashes: ['b', 'a'] })).toEqual([]);
  });

  it('is off while a part of the action is folded', () => {
    expect(approveBlockers({ ...seen, folds: 2 })).toEqual(['folded']);
    expect(blockerWords('folded', { ...seen, folds: 2 })).toContain('2 parts');
  });

  it('is off until deceptive characters are confirmed as read', () => {
    expect(approveBlockers({ ...seen, deceptive: 1 })).toEqual(['deceptive']);
    expect(approveBlockers({ ...seen, deceptive: 1, acknowledged: true })).toEqual([]);
  });

  it('is off when the page shows another action than the bound one', () => {
    expect(approveBlockers({ ...seen, shownHash: 'b' })).toEqual(['hashMismatch']);
    expect(approveBlockers({ ...seen, shownHash: undefined })).toEqual(['hashPending']);
  });

  it('relies on the server alone where the browser cannot hash', () => {
    expect(approveBlockers({ ...seen, shownHash: null })).toEqual([]);
  });
});
