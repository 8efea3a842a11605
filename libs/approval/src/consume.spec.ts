import { describe, it } from 'vitest';
import { evaluation, givenAfter, hashOf, noonPlus, ordinarily, person, refund, refundRequested } from '@holdpoint/testing';
import type { ApprovalCommand, Consume } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: noonPlus(0) };
const vote = (type: 'Approve' | 'Reject'): ApprovalCommand => ({
  type,
  ...ordinarily,
  by: person('ada', 'operator'),
  channel: 'console',
  now: noonPlus(10),
});
const consume = (amount = 245, at = 20): Consume => ({
  type: 'Consume',
  hold: null,
  actionHash: hashOf(refund(amount)),
  by: { kind: 'agent', id: 'agt_assistant' },
  now: noonPlus(at),
});
const report = (amount = 245): ApprovalCommand => ({
  type: 'ReportExecution',
  actionHash: hashOf(refund(amount)),
  outcome: 'succeeded',
  now: noonPlus(30),
});

describe('an approval', () => {
  const granted = givenAfter(request, gate, vote('Approve'));

  it('is spent once', () => {
    granted.when(consume()).thenEvents({ type: 'ApprovalConsumed', data: { actionHash: hashOf(refund(245)) } });
    givenAfter(request, gate, vote('Approve'), consume()).when(consume(245, 21)).thenRefused('already_consumed', noonPlus(20));
  });

  it('is spent for the approved action only', () => {
    granted.when(consume(24_500)).thenRefused('action_mismatch');
  });

  it('is spent within its time', () => {
    granted.when(consume(245, 909)).thenEvents('ApprovalConsumed');
    granted.when(consume(245, 910)).thenRefused('approval_expired');
  });

  it('that was not given cannot be spent', () => {
    givenAfter(request, gate).when(consume()).thenRefused('not_approved', 'pending');
    givenAfter(request, gate, vote('Reject')).when(consume()).thenRefused('not_approved', 'rejected');
  });
});

describe('an execution', () => {
  it('that matches the approval is recorded as such', () => {
    givenAfter(request, gate, vote('Approve'))
      .when(report())
      .thenEvents({ type: 'ExecutionReported', data: { matchesApproval: true } });
  });

  it('of something else, or of what was never approved, is recorded for the alarm', () => {
    for (const [before, amount] of [
      [givenAfter(request, gate, vote('Approve')), 24_500],
      [givenAfter(request, gate, vote('Reject')), 245],
      [givenAfter(request, gate), 245],
    ] as const)
      before.when(report(amount)).thenEvents({ type: 'ExecutionReported', data: { matchesApproval: false } });
  });

  it('is recorded twenty times at most', () => {
    givenAfter(request, gate, vote('Approve'), ...Array.from({ length: 20 }, () => report()))
      .when(report())
      .thenNothing();
  });
});
