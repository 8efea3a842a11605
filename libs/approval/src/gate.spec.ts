import { describe, expect, it } from 'vitest';
import type { GateEvaluation } from '@holdpoint/contracts';
import { evaluation, given, givenAfter, hashOf, noonPlus, ordinarily, person, refund, refundRequested } from '@holdpoint/testing';
import type { ApplyGate, ApprovalCommand } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate = (said: Partial<GateEvaluation> = {}, at = 1): ApplyGate => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: { ...evaluation(), ...said },
  now: noonPlus(at),
});

describe('a request', () => {
  it('is recorded once, however often it is sent', () => {
    given().when(request).thenEvents('ApprovalRequested');
    givenAfter(request).when(request).thenNothing();
  });

  it('does not replace another one under the same id', () => {
    givenAfter(request)
      .when({ type: 'RequestApproval', requested: refundRequested({ requestHash: 'f'.repeat(64) }) })
      .thenRefused('action_mismatch');
  });
});

describe('a verdict', () => {
  it('of HUMAN_REVIEW opens the first step, with what an alert may say', () => {
    givenAfter(request)
      .when(gate())
      .thenEvents(
        { type: 'GateEvaluated', data: { verdict: 'HUMAN_REVIEW', evaluatedAt: noonPlus(1), approvalValidSec: 900 } },
        {
          type: 'ReviewStepOpened',
          data: {
            step: { index: 0, name: 'review', seniorOnly: false, escalateAfterSec: 300 },
            expiresAt: noonPlus(3_600),
            escalateAt: noonPlus(301),
            private: { alert: { entityId: 'A-1', actionName: 'issue_refund' } },
          },
        },
      );
  });

  it('of LIKELY_REJECT still asks a person', () => {
    givenAfter(request)
      .when(gate({ verdict: 'LIKELY_REJECT' }))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
  });

  it('of ESCALATE_SENIOR opens a step for seniors only', () => {
    givenAfter(request)
      .when(gate({ verdict: 'ESCALATE_SENIOR' }))
      .thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { step: { seniorOnly: true } } });
  });

  it('of APPROVE_AUTOMATICALLY grants at once, in the name of the rule', () => {
    const policy = { id: 'default', version: 3, rule: 'small-and-low-risk' };
    givenAfter(request)
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY', policy }))
      .thenEvents('GateEvaluated', {
        type: 'ApprovalGrantedAutomatically',
        data: {
          decision: {
            decision: 'approved',
            by: { kind: 'rule', id: 'small-and-low-risk' },
            approvedUntil: noonPlus(901),
            policy,
            steps: [],
            binding: { approvedActionHash: hashOf(refund(245)) },
          },
          private: { approvedAction: refund(245) },
        },
      });
  });

  it('of APPROVE_AUTOMATICALLY goes to a person while a problem stands, or when the app takes no plain approval', () => {
    givenAfter(request)
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY', problems: ['contextSummary contains U+202E'] }))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
    givenAfter({ type: 'RequestApproval', requested: refundRequested({ allowedDecisions: ['reject', 'modify'] }) })
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY' }))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
  });

  it('of REJECT_AUTOMATICALLY ends it as not approved', () => {
    givenAfter(request)
      .when(gate({ verdict: 'REJECT_AUTOMATICALLY' }))
      .thenEvents('GateEvaluated', { type: 'ApprovalRejectedAutomatically', data: { decision: { approved: false, approvedUntil: null } } });
  });

  it('approves nothing once the deadline has passed', () => {
    givenAfter(request)
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY' }, 3_600))
      .thenEvents('GateEvaluated', { type: 'ApprovalExpired', data: { decision: { decision: 'expired', approved: false } } });
  });

  it('is applied once, and never to what is over', () => {
    givenAfter(request, gate()).when(gate()).thenNothing();
    givenAfter(request, { type: 'Withdraw', by: { kind: 'agent', id: 'agt_assistant' }, now: noonPlus(1) })
      .when(gate())
      .thenNothing();
    given().when(gate()).thenRefused('not_found');
  });

  it('does not depend on the risk the agent claims', () => {
    for (const riskLevel of ['low', 'medium', 'high', 'critical'] as const) {
      const opened = givenAfter(
        { type: 'RequestApproval', requested: refundRequested({ riskLevel }) },
        gate({ verdict: 'ESCALATE_SENIOR' }),
      );
      opened
        .when({ type: 'Approve', ...ordinarily, by: person('ada', 'operator'), channel: 'console', now: noonPlus(5) })
        .thenRefused('not_eligible');
    }
  });

  it('whose ladder does not fit before the deadline makes its waits shorter, and says so', () => {
    const late = { type: 'RequestApproval', requested: refundRequested({ expiresAt: noonPlus(200) }) } as const;
    const { events } = givenAfter(late)
      .when(gate())
      .thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { escalateAt: noonPlus(67.333) } });
    const opened = events[1];
    if (opened?.type !== 'ReviewStepOpened') throw new Error('no step opened');
    expect(opened.data.step.escalation?.timetable.map(({ compressed }) => compressed)).toEqual([true, true]);
  });

  it('whose ladder fits records no timetable: the step says it all', () => {
    const { events } = givenAfter(request).when(gate()).thenEvents('GateEvaluated', 'ReviewStepOpened');
    expect(events[1]?.data).not.toHaveProperty('step.escalation');
  });
});
