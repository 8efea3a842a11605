import type { RiskLevel, StepUpProof } from '@holdpoint/contracts';
import { actionHash } from '@holdpoint/sealing';
import { evaluation, givenAfter, ordinarily, refund, refundRequested, type EvaluationOptions } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { needsStepUp, type ApprovalCommand, type Person } from './index.ts';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const at = (seconds: number): string => new Date(NOON + seconds * 1_000).toISOString();
const hashOf = (amount: number): string => actionHash({ tool: 'issue_refund', args: refund(amount).args });
const ada: Person = { id: 'opr_ada', display: 'Ada', roles: ['senior'], teams: [], onCall: [], ownsAgent: false };
const request = (riskLevel: RiskLevel): ApprovalCommand => ({ type: 'RequestApproval', requested: refundRequested({ riskLevel }) });
const gate = (more: EvaluationOptions = { stepUp: 'high' }): ApprovalCommand => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation(more),
  now: at(1),
});
const proof = (more: Partial<StepUpProof> = {}): StepUpProof => ({
  method: 'passkey',
  at: at(9),
  passkeyId: 'psk_1',
  actionHash: hashOf(245),
  ...more,
});
const cast = { by: ada, channel: 'console', now: at(10), ...ordinarily } as const;
const approve = (stepUp?: StepUpProof): ApprovalCommand => ({ type: 'Approve', ...cast, ...(stepUp && { stepUp }) });
const modify = (stepUp?: StepUpProof): ApprovalCommand => ({
  type: 'Modify',
  ...cast,
  action: refund(5),
  actionHash: hashOf(5),
  evaluation: evaluation({ stepUp: 'high' }),
  ...(stepUp && { stepUp }),
});

describe('where the policy asks for a fresh proof', () => {
  const opened = givenAfter(request('high'), gate());

  it('nothing runs without one, and the vote says how it was proved', () => {
    opened.when(approve()).thenRefused('step_up_required');
    opened.when(modify()).thenRefused('step_up_required');
    opened.when({ type: 'Bypass', ...cast, reason: 'now' }).thenRefused('step_up_required');
    opened
      .when(approve(proof()))
      .thenEvents({ type: 'StepApproved', data: { stepUp: { method: 'passkey', at: at(9), passkeyId: 'psk_1' } } }, 'ApprovalGranted');
    opened.when({ type: 'Reject', ...cast }).thenEvents('StepRejected', 'ApprovalRejected');
  });

  it('a proof is for the very action, and for a moment', () => {
    opened.when(approve(proof({ actionHash: hashOf(1) }))).thenRefused('action_mismatch');
    opened.when(modify(proof())).thenRefused('action_mismatch');
    opened
      .when(modify(proof({ actionHash: hashOf(5) })))
      .thenEvents(
        { type: 'ActionModified', data: { stepUp: { method: 'passkey' } } },
        'GateEvaluated',
        { type: 'StepApproved', data: { stepUp: { method: 'passkey' } } },
        'ApprovalGrantedWithChanges',
      );
    opened.when(approve(proof({ at: at(-111) }))).thenRefused('step_up_required');
  });

  it('lower risk needs none, what goes to seniors counts as high whatever the agent says', () => {
    givenAfter(request('medium'), gate()).when(approve()).thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request('low'), gate({ stepUp: 'high', verdict: 'ESCALATE_SENIOR' }))
      .when(approve())
      .thenRefused('step_up_required');
    givenAfter(request('critical'), gate({})).when(approve()).thenEvents('StepApproved', 'ApprovalGranted');
    const { state } = opened;
    expect(state.status === 'review' && needsStepUp(state)).toBe(true);
  });
});
