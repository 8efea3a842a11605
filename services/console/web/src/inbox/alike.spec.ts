import type { InboxItem } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { linesOf } from './alike.ts';

const item = (id: string, proposedAction: string, more: Partial<InboxItem> = {}): InboxItem => ({
  id: `apr_${id}`, revision: 1, status: 'pending', phase: 'review', riskLevel: 'medium', source: 'custom', agentId: 'assistant', agentName: null,
  toolName: 'issue_refund', contextSummary: '', proposedAction, entityId: id, amount: 1, currency: 'USD', verdict: null, stepName: null, escalationLevel: 0,
  claimedBy: null, requestedAt: '', expiresAt: '', escalateAt: null, decidedAt: null, decidedBy: null, mayDecide: true, ...more,
}); // prettier-ignore
const shape = (items: InboxItem[], opened = new Set<string>()) =>
  linesOf(items, opened).map(line => (line.kind === 'item' ? line.item.entityId : line.items.map(({ entityId }) => entityId)));

describe('requests that are alike', () => {
  const refunds = ['a', 'b', 'c'].map((id, index) => item(id, `Refund $${index}.50 of order A-${index}17 to the card`));

  it('stand together at the place of the first, whatever numbers they name', () => {
    const other = item('x', 'Cancel the subscription');
    expect(shape([refunds[0]!, other, refunds[1]!, refunds[2]!])).toEqual([['a', 'b', 'c'], 'x']);
  });

  it('are shown one by one when they are few, or opened', () => {
    expect(shape(refunds.slice(0, 2))).toEqual(['a', 'b']);
    const [group] = linesOf(refunds, new Set());
    expect(shape(refunds, new Set([group!.key]))).toEqual([['a', 'b', 'c'], 'a', 'b', 'c']);
  });

  it.each([
    ['another tool', { toolName: 'send_payment' }],
    ['another risk', { riskLevel: 'high' as const }],
    ['another agent', { agentId: 'other' }],
    ['not for this person to decide', { mayDecide: false }],
    ['other words', { proposedAction: 'Refund $2.50 of order A-217 to another card' }],
  ])('are not put together with %s', (_, more) => {
    expect(shape([refunds[0]!, refunds[1]!, { ...refunds[2]!, ...more }])).toEqual(['a', 'b', 'c']);
  });
});
