import { describe, expect, it } from 'vitest';
import type { ApprovalEvent } from '@holdpoint/contracts';
import { HISTORY_TYPES, historyEntryOf } from './history-entry.ts';

const asked = '2026-10-01T09:00:00.000Z';
const over = '2026-10-01T09:05:00.000Z';
const entryOf = (type: string, data: object = { decision: { decidedAt: over } }) =>
  historyEntryOf(
    { type, data, position: '700', approvalId: 'apr_1' } as unknown as ApprovalEvent & { position: string; approvalId: string },
    () => ({
      name: 'refund',
      args: { amount: 5 },
    }),
  );

describe('an event, as history counts it', () => {
  it('is a request with the exact call it is about', () => {
    const data = { requestedAt: asked };
    expect(entryOf('ApprovalRequested', data)).toEqual({
      kind: 'requested',
      approvalId: 'apr_1',
      position: '700',
      at: asked,
      requested: data,
      action: { name: 'refund', args: { amount: 5 } },
    });
  });

  it.each([
    ['ApprovalGranted', 'approved'],
    ['ApprovalGrantedAutomatically', 'approved'],
    ['ApprovalRejected', 'rejected'],
    ['ApprovalRejectedAutomatically', 'ended'],
    ['ApprovalExpired', 'ended'],
    ['ApprovalWithdrawn', 'ended'],
  ])('is an end when it was decided: %s', (type, kind) =>
    expect(entryOf(type)).toEqual({ kind, approvalId: 'apr_1', position: '700', at: over }),
  );

  it('is an approval of what people made of it, where that is known', () => {
    const approvedAction = { name: 'refund', args: { amount: 3 } };
    const changed = (action: typeof approvedAction | null) =>
      entryOf('ApprovalGrantedWithChanges', { decision: { decidedAt: over }, private: { approvedAction: action } });
    const plain = { kind: 'approved', approvalId: 'apr_1', position: '700', at: over };
    expect(changed(approvedAction)).toEqual({ ...plain, action: approvedAction });
    expect(changed(null)).toEqual(plain);
  });

  it('is nothing on the way from one to the other', () => expect(entryOf('ReviewStepOpened')).toBeNull());

  it('is of a type that is known beforehand, so that no other has to be read', () => {
    const types = ['ApprovalRequested', 'ApprovalGranted', 'ApprovalGrantedAutomatically', 'ApprovalGrantedWithChanges'];
    const ends = ['ApprovalRejected', 'ApprovalRejectedAutomatically', 'ApprovalExpired', 'ApprovalWithdrawn'];
    expect([...HISTORY_TYPES].sort()).toEqual([...types, ...ends].sort());
  });
});
