import { describe, expect, it } from 'vitest';
import type { Action, GateEvaluation, JsonObject } from '@holdpoint/contracts';
import { evaluation, givenAfter, hashOf, noonPlus, ordinarily, person, refund, refundRequested, routeStep } from '@holdpoint/testing';
import type { ApprovalCommand, Modify } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: noonPlus(0) };
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const edit = (action: Action, said: GateEvaluation = evaluation(), by = ada): Modify => ({
  type: 'Modify',
  ...ordinarily,
  by,
  channel: 'console',
  now: noonPlus(10),
  action,
  actionHash: hashOf(action),
  evaluation: said,
  note: 'shipping is not refunded',
});
const seniorNow = evaluation({ verdict: 'ESCALATE_SENIOR', policy: { id: 'default', version: 2, rule: 'large-amount' } });

describe('an edit', () => {
  const opened = givenAfter(request, gate);

  it('that the gate leaves to the editor is granted with changes, bound to its own hash', () => {
    opened.when(edit(refund(200))).thenEvents(
      {
        type: 'ActionModified',
        data: {
          previousActionHash: hashOf(refund(245)),
          actionHash: hashOf(refund(200)),
          private: { diff: [{ op: 'replace', path: '/args/amount', value: 200 }] },
        },
      },
      'GateEvaluated',
      { type: 'StepApproved', data: { actionHash: hashOf(refund(200)) } },
      {
        type: 'ApprovalGrantedWithChanges',
        data: {
          decision: {
            decision: 'modified',
            approved: true,
            binding: { actionHash: hashOf(refund(245)), approvedActionHash: hashOf(refund(200)) },
          },
          private: { approvedAction: refund(200), diff: [{ op: 'replace', path: '/args/amount', value: 200 }] },
        },
      },
    );
  });

  it('that crosses into a senior verdict opens a senior step with the new action', () => {
    opened
      .when(edit(refund(5_000), seniorNow))
      .thenEvents(
        'ActionModified',
        { type: 'GateEvaluated', data: { policy: { version: 2, rule: 'large-amount' } } },
        { type: 'ReviewStepOpened', data: { step: { index: 1, seniorOnly: true }, verdict: 'ESCALATE_SENIOR' } },
      );
  });

  it('by a senior needs nobody else', () => {
    opened.when(edit(refund(5_000), seniorNow, cleo)).thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', {
      type: 'ApprovalGrantedWithChanges',
      data: { decision: { policy: { rule: 'large-amount' } } },
    });
  });

  it('must have been seen by whoever approves it', () => {
    const edited = givenAfter(request, gate, edit(refund(5_000), seniorNow));
    const approve = { type: 'Approve', ...ordinarily, by: cleo, channel: 'console', now: noonPlus(20) } as const;
    edited.when(approve).thenRefused('action_mismatch', 'changed since you looked');
    edited.when({ ...approve, shownActionHash: hashOf(refund(245)) }).thenRefused('action_mismatch');
    edited.when({ ...approve, shownActionHash: hashOf(refund(5_000)) }).thenEvents('StepApproved', {
      type: 'ApprovalGrantedWithChanges',
      data: {
        decision: {
          binding: { approvedActionHash: hashOf(refund(5_000)) },
          steps: [
            { name: 'review', outcome: 'skipped' },
            { name: 'review', outcome: 'approved' },
          ],
        },
      },
    });
  });

  it('makes the votes on the old action fall away', () => {
    const two: ApprovalCommand = {
      type: 'ApplyGate',
      ...ordinarily,
      evaluation: evaluation({ steps: [routeStep({ approveCount: 2 })] }),
      now: noonPlus(0),
    };
    const oneVote = givenAfter(request, two, { type: 'Approve', ...ordinarily, by: ben, channel: 'console', now: noonPlus(5) });
    const { events } = oneVote
      .when(edit(refund(200), evaluation({ steps: [routeStep({ approveCount: 2 })] })))
      .thenEvents(
        'ActionModified',
        'GateEvaluated',
        { type: 'ReviewStepOpened', data: { step: { index: 1 } } },
        { type: 'StepApproved', data: { stepIndex: 1 } },
      );
    expect(events).toHaveLength(4);
    givenAfter(
      request,
      two,
      { type: 'Approve', ...ordinarily, by: ben, channel: 'console', now: noonPlus(5) },
      edit(refund(200), evaluation({ steps: [routeStep({ approveCount: 2 })] })),
    )
      .when({ type: 'Approve', ...ordinarily, by: ben, channel: 'console', now: noonPlus(20), shownActionHash: hashOf(refund(200)) })
      .thenEvents('StepApproved', 'ApprovalGrantedWithChanges');
  });

  it('completes no step by one word that two people had to say', () => {
    const two: ApprovalCommand = {
      type: 'ApplyGate',
      ...ordinarily,
      evaluation: evaluation({ steps: [routeStep({ approveCount: 2 })] }),
      now: noonPlus(0),
    };
    givenAfter(request, two)
      .when(edit(refund(20)))
      .thenEvents('ActionModified', 'GateEvaluated', 'ReviewStepOpened', 'StepApproved', {
        type: 'ApprovalGrantedWithChanges',
        data: {
          decision: {
            steps: [
              { outcome: 'skipped', by: [] },
              { outcome: 'approved', by: [{ id: 'opr_ada' }] },
            ],
          },
        },
      });
  });

  it('goes on to the later steps of its route', () => {
    const steps = [routeStep(), routeStep({ name: 'finance', approvers: { roles: ['senior'], operators: [] } })];
    opened.when(edit(refund(200), evaluation({ steps }))).thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', {
      type: 'ReviewStepOpened',
      data: { step: { index: 1, name: 'finance' } },
    });
  });

  it('back to what was asked is an approval without changes', () => {
    givenAfter(request, gate, edit(refund(5_000), seniorNow))
      .when(edit(refund(245), evaluation(), cleo))
      .thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', {
        type: 'ApprovalGranted',
        data: { decision: { decision: 'approved', binding: { approvedActionHash: hashOf(refund(245)) } } },
      });
  });

  it('keeps the tool and changes something', () => {
    opened.when(edit({ ...refund(200), name: 'delete_customer' })).thenRefused('invalid_action', 'keeps the tool');
    opened.when(edit(refund(245))).thenRefused('invalid_action', 'Nothing was changed');
  });

  it('that the rules reject is refused in their words', () => {
    const never = evaluation({
      verdict: 'REJECT_AUTOMATICALLY',
      policy: { id: 'default', version: 2, rule: 'no-gift-cards' },
      explanation: 'Never.',
    });
    opened.when(edit(refund(200), never)).thenRefused('decision_not_allowed', 'no-gift-cards');
  });

  it('needs the app to take edits', () => {
    const plain: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ allowedDecisions: ['approve', 'reject'] }) };
    givenAfter(plain, gate)
      .when(edit(refund(200)))
      .thenRefused('decision_not_allowed');
  });

  it('fits the schema of the arguments', () => {
    const argsSchema: JsonObject = { type: 'object', properties: { amount: { type: 'number', maximum: 245 } }, required: ['amount'] };
    const bounded: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ private: { argsSchema } }) };
    givenAfter(bounded, gate)
      .when(edit(refund(300)))
      .thenRefused('invalid_action', 'args/amount must be <= 245');
    givenAfter(bounded, gate)
      .when(edit(refund(200)))
      .thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', 'ApprovalGrantedWithChanges');
  });

  it('of a request without an action edits the call of the gate tool itself', () => {
    const gateTool: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ action: null }) };
    const opened = givenAfter(gateTool, gate);
    if (opened.state.status !== 'review') throw new Error('not in review');
    const { action } = opened.state.action;
    opened
      .when(edit({ ...action, args: { ...action.args, entityId: 'A-2' } }))
      .thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', {
        type: 'ApprovalGrantedWithChanges',
        data: { private: { approvedAction: { name: 'request_human_approval', args: { entityId: 'A-2' } } } },
      });
  });
});
