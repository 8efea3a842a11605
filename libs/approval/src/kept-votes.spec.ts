import { describe, expect, it } from 'vitest';
import type { GateEvaluation } from '@holdpoint/contracts';
import {
  evaluation,
  givenAfter,
  hashOf,
  noonPlus,
  ordinarily,
  person,
  refund,
  refundRequested,
  routeStep,
  type EvaluationOptions,
} from '@holdpoint/testing';
import type { ApprovalCommand, Person } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const three = (options: EvaluationOptions = {}): GateEvaluation =>
  evaluation({ keepApprovalsOnEdit: true, steps: [routeStep({ approveCount: 3 })], ...options });
const gate: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: three(), now: noonPlus(0) };
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const on = (by: Person, at: number) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const approve = (by: Person, at = 5, amount = 245): ApprovalCommand => ({
  type: 'Approve',
  ...on(by, at),
  shownActionHash: hashOf(refund(amount)),
});
const edit = (by: Person, said: GateEvaluation, at = 10): ApprovalCommand => ({
  type: 'Modify',
  ...on(by, at),
  action: refund(200),
  actionHash: hashOf(refund(200)),
  evaluation: said,
});

describe('approvals given before an edit', () => {
  it('still count where the policy says so and the same rule asks for the same steps', () => {
    const { state } = givenAfter(request, gate, approve(ben))
      .when(edit(ada, three()))
      .thenEvents({ type: 'ActionModified', data: { approvalsKept: true } }, 'GateEvaluated', {
        type: 'StepApproved',
        data: { stepIndex: 0, by: { id: 'opr_ada' }, actionHash: hashOf(refund(200)) },
      });
    expect(state).toMatchObject({ open: [{ approvals: [{ id: 'opr_ben' }, { id: 'opr_ada' }] }] });
    givenAfter(request, gate, approve(ben), edit(ada, three()))
      .when(approve(cleo, 20, 200))
      .thenEvents('StepApproved', {
        type: 'ApprovalGrantedWithChanges',
        data: {
          decision: {
            binding: { approvedActionHash: hashOf(refund(200)) },
            steps: [{ by: [{ id: 'opr_ben' }, { id: 'opr_ada' }, { id: 'opr_cleo' }] }],
          },
        },
      });
  });

  it('count once: an editor who has approved already only edits', () => {
    givenAfter(request, gate, approve(ada), { type: 'Claim', ...on(ben, 6) })
      .when(edit(ben, three()))
      .thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', 'ClaimReleased');
    givenAfter(request, gate, approve(ada)).when(edit(ada, three())).thenEvents('ActionModified', 'GateEvaluated');
  });

  it('fall away as soon as anything about the question differs', () => {
    const others: GateEvaluation[] = [
      three({ keepApprovalsOnEdit: false }),
      three({ policy: { id: 'default', version: 2, rule: 'default' } }),
      three({ policy: { id: 'default', version: 1, rule: 'large' } }),
      three({ policy: { id: 'other', version: 1, rule: 'default' } }),
      three({ verdict: 'LIKELY_REJECT' }),
      three({ problems: ['deceptive text'] }),
    ];
    for (const said of others) {
      const { events, state } = givenAfter(request, gate, approve(ben))
        .when(edit(ada, said))
        .thenEvents('ActionModified', 'GateEvaluated', 'ReviewStepOpened', 'StepApproved');
      expect(events[0]?.data).not.toHaveProperty('approvalsKept');
      expect(state).toMatchObject({ open: [{ approvals: [{ id: 'opr_ada' }] }] });
    }
  });

  it('do not help an edit that crosses a threshold: the senior is asked', () => {
    givenAfter(request, gate, approve(ben))
      .when(edit(ada, three({ verdict: 'ESCALATE_SENIOR' })))
      .thenEvents('ActionModified', 'GateEvaluated', { type: 'ReviewStepOpened', data: { step: { seniorOnly: true } } });
  });
});
