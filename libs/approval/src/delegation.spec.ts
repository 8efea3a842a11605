import { describe, it } from 'vitest';
import {
  evaluation,
  givenAfter,
  noonPlus,
  ordinarily,
  person,
  refundRequested,
  routeStep,
  type EvaluationOptions,
} from '@holdpoint/testing';
import type { ApprovalCommand, AskedPeople, Delegate, Person, Reassign } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate = (options: EvaluationOptions = {}, people: AskedPeople = ordinarily.people): ApprovalCommand => ({
  type: 'ApplyGate',
  ...ordinarily,
  people,
  evaluation: evaluation({ steps: [routeStep({ approvers: { roles: ['senior'], operators: [] }, approveCount: 2 })], ...options }),
  now: noonPlus(0),
});
const cleo = person('cleo', 'senior');
const carl = person('carl', 'senior');
const olga = person('olga', 'owner');
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const dan = person('dan', 'operator');
const eva = person('eva', 'operator');
const on = (by: Person, at: number) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const delegate = (by: Person, to: Person, at = 10): Delegate => ({ type: 'Delegate', ...on(by, at), to });
const reassign = (by: Person, ...to: Person[]): Reassign => ({ type: 'Reassign', ...on(by, 10), to });
const approve = (by: Person, at = 20): ApprovalCommand => ({ type: 'Approve', ...on(by, at) });

describe('somebody who decides in another person’s place', () => {
  const delegated = givenAfter(request, gate(), delegate(cleo, ada));

  it('is taken, and the record says whose place it was', () => {
    givenAfter(request, gate()).when(approve(ada)).thenRefused('not_eligible');
    givenAfter(request, gate())
      .when(delegate(cleo, ada))
      .thenEvents({ type: 'ApprovalDelegated', data: { stepIndex: 0, from: { id: 'opr_cleo' }, to: 'opr_ada' } });
    delegated.when(approve(ada)).thenEvents({ type: 'StepApproved', data: { by: { id: 'opr_ada' }, onBehalfOf: { id: 'opr_cleo' } } });
    delegated
      .when({ type: 'Reject', ...on(ada, 20) })
      .thenEvents(
        { type: 'StepRejected', data: { onBehalfOf: { id: 'opr_cleo' } } },
        { type: 'ApprovalRejected', data: { decision: { onBehalfOf: { id: 'opr_cleo' } } } },
      );
  });

  it('counts with that person as one: whoever of the two is first has said it for both', () => {
    givenAfter(request, gate(), delegate(cleo, ada), approve(ada)).when(approve(cleo, 21)).thenRefused('already_voted');
    givenAfter(request, gate(), delegate(cleo, ada), approve(cleo)).when(approve(ada, 21)).thenRefused('already_voted', 'opr_cleo');
    givenAfter(request, gate(), delegate(cleo, ada), approve(ada)).when(approve(carl, 21)).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('has one vote, however many asked for it', () => {
    givenAfter(request, gate(), delegate(cleo, ada), delegate(carl, ada), approve(ada)).when(approve(ada, 21)).thenRefused('already_voted');
    givenAfter(request, gate(), delegate(cleo, ada), delegate(carl, ada), approve(ada))
      .when(approve(carl, 21))
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request, gate(), delegate(cleo, ada), delegate(carl, ada), approve(cleo))
      .when(approve(ada, 21))
      .thenEvents({ type: 'StepApproved', data: { onBehalfOf: { id: 'opr_carl' } } }, 'ApprovalGranted');
  });

  it('who is asked in person decides in person', () => {
    const { events } = givenAfter(request, gate(), delegate(cleo, carl)).when(approve(carl)).thenEvents('StepApproved');
    if ('onBehalfOf' in (events[0]?.data ?? {})) throw new Error('voted in somebody’s place');
    givenAfter(request, gate(), delegate(cleo, carl), approve(carl)).when(approve(cleo, 21)).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('passes the vote on, at most three times and never back', () => {
    const chain = [delegate(cleo, ada), delegate(ada, ben, 11), delegate(ben, dan, 12)];
    givenAfter(request, gate(), ...chain)
      .when(approve(dan))
      .thenEvents({ type: 'StepApproved', data: { by: { id: 'opr_dan' }, onBehalfOf: { id: 'opr_cleo' } } });
    givenAfter(request, gate(), ...chain)
      .when(delegate(dan, eva, 13))
      .thenRefused('delegation_refused', 'passed on 3 times');
    for (const back of [cleo, ada])
      givenAfter(request, gate(), ...chain.slice(0, 2))
        .when(delegate(ben, back, 13))
        .thenRefused('delegation_refused', 'circle');
    givenAfter(request, gate()).when(delegate(cleo, cleo)).thenRefused('delegation_refused', 'circle');
    delegated.when(delegate(cleo, ada, 11)).thenRefused('delegation_refused');
  });

  it('is somebody whose own vote would be taken', () => {
    const senior = gate({ verdict: 'ESCALATE_SENIOR' });
    givenAfter(request, senior).when(delegate(cleo, ada)).thenRefused('invalid_target', 'no senior');
    givenAfter(request, senior).when(delegate(cleo, carl)).thenEvents('ApprovalDelegated');
    givenAfter(request, gate())
      .when(delegate(cleo, person('vera', 'viewer')))
      .thenRefused('invalid_target', 'may look');
    givenAfter(request, gate())
      .when(delegate(cleo, person('axel', 'auditor')))
      .thenRefused('invalid_target', 'may look');
    givenAfter(request, gate(), approve(carl))
      .when(delegate(cleo, carl, 21))
      .thenRefused('invalid_target', 'has voted');
    const barred = gate({ steps: [routeStep({ excludeRequester: true })] });
    givenAfter(request, barred)
      .when(delegate(cleo, { ...ada, ownsAgent: true }))
      .thenRefused('invalid_target', 'owns the agent');
    givenAfter(request, barred)
      .when({ ...delegate(cleo, { ...ada, ownsAgent: true }), solo: true })
      .thenEvents('ApprovalDelegated');
  });

  it('is named by who has a vote, in time, and not past a claim', () => {
    givenAfter(request, gate()).when(delegate(ada, ben)).thenRefused('not_eligible');
    givenAfter(request, gate(), approve(cleo))
      .when(delegate(cleo, ada, 21))
      .thenRefused('already_voted');
    givenAfter(request, gate())
      .when(delegate(cleo, ada, 3_600))
      .thenRefused('approval_expired');
    givenAfter(request, gate(), { type: 'Claim', ...on(carl, 5) })
      .when(delegate(cleo, ada))
      .thenRefused('claimed_by_other');
    givenAfter(request).when(delegate(cleo, ada)).thenRefused('not_yet_gated');
  });
});

describe('an absence that was declared before', () => {
  const away = gate({}, () => ({ operators: ['opr_ada', 'opr_carl'], standIns: [{ from: 'opr_cleo', to: 'opr_ada' }] }));

  it('lets the delegate decide, once for both', () => {
    givenAfter(request, away)
      .when(approve(ada))
      .thenEvents({ type: 'StepApproved', data: { onBehalfOf: { id: 'opr_cleo' } } });
    givenAfter(request, away, approve(ada)).when(approve(cleo, 21)).thenRefused('already_voted');
    givenAfter(request, away, approve(ada)).when(approve(ada, 21)).thenRefused('already_voted');
  });

  it('counts as the first hop of a chain', () => {
    givenAfter(request, away, delegate(ada, ben), delegate(ben, dan, 11))
      .when(delegate(dan, eva, 12))
      .thenRefused('delegation_refused');
    givenAfter(request, away).when(delegate(ada, cleo)).thenRefused('delegation_refused', 'circle');
  });
});

describe('people put on a step by name', () => {
  it('may decide it, with everybody it asked before', () => {
    givenAfter(request, gate())
      .when(reassign(olga, ada, ben, ada))
      .thenEvents({ type: 'ReviewerAssigned', data: { stepIndex: 0, operators: ['opr_ada', 'opr_ben'], by: { id: 'opr_olga' } } });
    givenAfter(request, gate(), reassign(olga, ada)).when(approve(ada)).thenEvents('StepApproved');
    givenAfter(request, gate(), reassign(olga, ada), approve(ada)).when(approve(cleo, 21)).thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request, gate(), reassign(olga, ada)).when(reassign(olga, ada)).thenNothing();
  });

  it('are chosen by a senior, an admin or an owner who is not the requester', () => {
    givenAfter(request, gate()).when(reassign(ada, ben)).thenRefused('not_eligible');
    givenAfter(request, gate()).when(reassign(cleo, ben)).thenEvents('ReviewerAssigned');
    const barred = gate({ steps: [routeStep({ excludeRequester: true })] });
    givenAfter(request, barred)
      .when(reassign({ ...olga, ownsAgent: true }, ben))
      .thenRefused('requester_excluded');
    givenAfter(request, barred)
      .when({ ...reassign({ ...olga, ownsAgent: true }, ben), solo: true })
      .thenEvents('ReviewerAssigned');
    givenAfter(request, barred)
      .when(reassign(olga, { ...ben, ownsAgent: true }))
      .thenRefused('invalid_target');
    givenAfter(request, gate())
      .when({ ...reassign(olga, ben), now: noonPlus(3_600) })
      .thenRefused('approval_expired');
    givenAfter(request, gate())
      .when({ ...reassign(olga, ben), step: 3 })
      .thenRefused('wrong_step');
  });
});
