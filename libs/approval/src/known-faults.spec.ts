import { describe, expect, it } from 'vitest';
import { verbBody } from '@holdpoint/contracts';
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
import { mayDo, type ApprovalCommand, type Approve, type Person } from './index.ts';

/** Faults that other approval tools were found to have, each as a test of its own. */

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate = (options: EvaluationOptions = {}): ApprovalCommand => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation(options),
  now: noonPlus(0),
});
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const on = (by: Person, at = 10) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const approve = (by: Person, at = 10, more: Partial<Approve> = {}): Approve => ({ type: 'Approve', ...on(by, at), ...more });
const modify = (by: Person, action = refund(200), said = evaluation(), at = 10): ApprovalCommand => ({
  type: 'Modify',
  ...on(by, at),
  action,
  actionHash: hashOf(action),
  evaluation: said,
});
const timer = (at: number): ApprovalCommand => ({ type: 'EscalateStep', ...ordinarily, now: noonPlus(at) });

describe('a fault others had', () => {
  it('a quorum that resolves on the first vote', () => {
    const three = gate({ steps: [routeStep({ approveCount: 3 })] });
    givenAfter(request, three).when(approve(ada)).thenEvents('StepApproved');
    givenAfter(request, three, approve(ada)).when(approve(ben, 11)).thenEvents('StepApproved');
    givenAfter(request, three, approve(ada), approve(ben, 11)).when(approve(cleo, 12)).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('a quorum that one person fills by voting through several identities', () => {
    const two = gate({ steps: [routeStep({ approveCount: 2 })] });
    givenAfter(request, two, approve(ada, 10, { channel: 'console' }))
      .when(approve(ada, 11, { channel: 'telegram' }))
      .thenRefused('already_voted');
  });

  it('approvers that are shown but not enforced', () => {
    const owners = gate({ steps: [routeStep({ approvers: { roles: ['owner'], operators: [] } })] });
    const opened = givenAfter(request, owners);
    for (const outsider of [ada, cleo, person('vera', 'viewer'), person('nora')]) {
      opened.when(approve(outsider)).thenRefused('not_eligible');
      opened.when({ type: 'Reject', ...on(outsider) }).thenRefused('not_eligible');
      opened.when(modify(outsider)).thenRefused('not_eligible');
      opened.when({ type: 'Claim', ...on(outsider) }).thenRefused('not_eligible');
      opened.when({ type: 'Delegate', ...on(outsider), to: ben }).thenRefused('not_eligible');
      expect(mayDo('approve', outsider, opened.state, { now: noonPlus(10), solo: false, hold: null }).allowed).toBe(false);
    }
  });

  it('an identity of the decider that is taken from the body', () => {
    for (const name of ['by', 'operatorId', 'actor', 'approver', 'onBehalfOf', 'roles'])
      expect(verbBody.safeParse({ note: 'yes', [name]: 'opr_olga' }).success).toBe(false);
  });

  it('a separation of duties that is missing on one way in', () => {
    const barred = gate({ steps: [routeStep({ excludeRequester: true, approveCount: 2 })] });
    const owner: Person = { ...cleo, ownsAgent: true, agentOwnerId: 'opr_cleo' };
    const opened = givenAfter(request, barred);
    opened.when(approve(owner)).thenRefused('requester_excluded');
    opened.when({ type: 'Reject', ...on(owner) }).thenRefused('requester_excluded');
    opened.when(modify(owner)).thenRefused('requester_excluded');
    opened.when({ type: 'Claim', ...on(owner) }).thenRefused('requester_excluded');
    opened.when({ type: 'Delegate', ...on(owner), to: ben }).thenRefused('requester_excluded');
    opened.when({ type: 'Reassign', ...on(owner), to: [ben] }).thenRefused('requester_excluded');
    opened.when({ type: 'Bypass', ...on(owner), reason: 'mine' }).thenRefused('requester_excluded');
    const delegated = givenAfter(request, barred, { type: 'Delegate', ...on(ada), to: ben });
    delegated.when(approve(owner, 11)).thenRefused('requester_excluded');
    // An edit whose new route bars the requester is no way round it either.
    givenAfter(request, gate())
      .when(modify(owner, refund(200), evaluation({ steps: [routeStep({ excludeRequester: true })] })))
      .thenEvents('ActionModified', 'GateEvaluated', 'ReviewStepOpened');
  });

  it('an edit that changes the tool’s name, and so dodges the tool’s rule', () => {
    for (const name of ['issue_refund_small', 'ISSUE_REFUND', 'issue_refund ', 'send_email'])
      givenAfter(request, gate())
        .when(modify(ada, { ...refund(200), name }))
        .thenRefused('invalid_action', 'keeps the tool');
  });

  it('an edit that keeps the votes of people who never saw it', () => {
    const two = gate({ steps: [routeStep({ approveCount: 2 })] });
    const said = evaluation({ steps: [routeStep({ approveCount: 2 })] });
    const { state } = givenAfter(request, two, approve(ben, 5))
      .when(modify(ada, refund(200), said))
      .thenEvents('ActionModified', 'GateEvaluated', 'ReviewStepOpened', 'StepApproved');
    expect(state).toMatchObject({ open: [{ approvals: [{ id: 'opr_ada' }] }], voters: [{ id: 'opr_ada' }] });
  });

  it('an escalation that is switched off and fires all the same', () => {
    const off = gate({ route: { escalateAfterSec: null, backups: [] } });
    const opened = givenAfter(request, off);
    expect(opened.events.at(-1)).toMatchObject({ data: { escalateAt: null } });
    for (const at of [300, 3_000, 3_600, 90_000]) opened.when(timer(at)).thenNothing();
  });

  it('an escalation that fires after the decision, or twice', () => {
    givenAfter(request, gate(), approve(ada)).when(timer(300)).thenNothing();
    givenAfter(request, gate(), timer(300)).when(timer(300)).thenNothing();
    givenAfter(request, gate(), timer(300)).when(timer(599)).thenNothing();
  });

  it('a task that is still open after its time', () => {
    const opened = givenAfter(request, gate());
    opened.when({ type: 'ExpireApproval', now: noonPlus(3_600) }).thenEvents('ApprovalExpired');
    // Nobody can decide it either in the moment before the expiry is recorded.
    for (const late of [
      approve(ada, 3_600),
      { type: 'Reject', ...on(ada, 3_600) } as ApprovalCommand,
      modify(ada, refund(200), evaluation(), 3_600),
    ])
      opened.when(late).thenRefused('approval_expired');
  });

  it('an approver who is shown other arguments than those that run', () => {
    const edited = givenAfter(request, gate(), modify(ada, refund(5_000), evaluation({ verdict: 'ESCALATE_SENIOR' })));
    edited.when(approve(cleo, 20)).thenRefused('action_mismatch');
    edited.when(approve(cleo, 20, { shownActionHash: hashOf(refund(245)) })).thenRefused('action_mismatch');
    const granted = givenAfter(request, gate(), approve(ada, 10, { shownActionHash: hashOf(refund(245)) }));
    granted
      .when({ type: 'Consume', hold: null, actionHash: hashOf(refund(24_500)), by: { kind: 'agent', id: 'agt' }, now: noonPlus(20) })
      .thenRefused('action_mismatch');
  });

  it('a decision that is taken back, or made again by somebody slower', () => {
    const rejected = givenAfter(request, gate(), { type: 'Reject', ...on(ada) });
    rejected.when(approve(cleo, 11)).thenRefused('already_decided', 'by Ada');
    rejected.when({ type: 'Bypass', ...on(cleo, 11), reason: 'but I want it' }).thenRefused('already_decided', 'by Ada');
  });
});
