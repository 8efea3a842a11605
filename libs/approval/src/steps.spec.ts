import { describe, expect, it } from 'vitest';
import { escalationPolicy, type Approvers } from '@holdpoint/contracts';
import {
  evaluation,
  given,
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
import type { ApplyGate, ApprovalCommand, Approve, AskedPeople, Person } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate = (options: EvaluationOptions, people: AskedPeople = ordinarily.people): ApplyGate => ({
  type: 'ApplyGate',
  ...ordinarily,
  people,
  evaluation: evaluation(options),
  now: noonPlus(0),
});
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const approve = (by: Person, at = 10, more: Partial<Approve> = {}): Approve => ({
  type: 'Approve',
  ...ordinarily,
  by,
  channel: 'console',
  now: noonPlus(at),
  ...more,
});
const reject = (by: Person, at = 10): ApprovalCommand => ({ type: 'Reject', ...ordinarily, by, channel: 'console', now: noonPlus(at) });
const roles = (...names: Approvers['roles']): Approvers => ({ roles: names, operators: [] });
const asked =
  (...operators: string[]): AskedPeople =>
  () => ({ operators, standIns: [] });

describe('steps that are open at the same time', () => {
  const both = gate({
    route: { order: 'parallel' },
    steps: [routeStep({ name: 'legal', approvers: roles('operator') }), routeStep({ name: 'finance', approvers: roles('senior') })],
  });

  it('open together, and each knows of the others', () => {
    givenAfter(request)
      .when(both)
      .thenEvents(
        'GateEvaluated',
        { type: 'ReviewStepOpened', data: { step: { index: 0, name: 'legal', parallel: { first: 0, size: 2 } } } },
        { type: 'ReviewStepOpened', data: { step: { index: 1, name: 'finance', parallel: { first: 0, size: 2 } } } },
      );
  });

  it('are decided in any order, and grant only when each has what it needs', () => {
    for (const [first, second, index] of [
      [ada, cleo, 0],
      [cleo, ada, 1],
    ] as const) {
      givenAfter(request, both)
        .when(approve(first))
        .thenEvents({ type: 'StepApproved', data: { stepIndex: index, satisfied: true } });
      givenAfter(request, both, approve(first))
        .when(approve(second, 11))
        .thenEvents('StepApproved', {
          type: 'ApprovalGranted',
          data: {
            decision: {
              steps: [
                { name: 'legal', outcome: 'approved', by: [{ id: 'opr_ada' }] },
                { name: 'finance', outcome: 'approved', by: [{ id: 'opr_cleo' }] },
              ],
            },
          },
        });
    }
  });

  it('take nobody twice, also where one person could decide both', () => {
    const same = gate({ route: { order: 'parallel' }, steps: [routeStep({ name: 'one' }), routeStep({ name: 'two' })] });
    givenAfter(request, same, approve(ada)).when(approve(ada, 11)).thenRefused('already_voted');
    givenAfter(request, same, approve(ada)).when(approve(ben, 11)).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('end with one veto in any of them', () => {
    givenAfter(request, both)
      .when(reject(cleo))
      .thenEvents('StepRejected', {
        type: 'ApprovalRejected',
        data: {
          decision: {
            steps: [
              { name: 'legal', outcome: 'open' },
              { name: 'finance', outcome: 'rejected', by: [{ id: 'opr_cleo' }] },
            ],
          },
        },
      });
  });

  it('take a vote for the step that is named, and for no other', () => {
    givenAfter(request, both)
      .when(approve(cleo, 10, { step: 0 }))
      .thenRefused('not_eligible', 'legal');
    givenAfter(request, both, approve(cleo))
      .when(approve(person('carl', 'senior'), 11, { step: 1 }))
      .thenRefused('wrong_step', '"legal" (0)');
  });

  it('are claimed one by one: a claim on the one leaves the other free', () => {
    const claimed = givenAfter(request, both, { type: 'Claim', ...ordinarily, by: ada, channel: 'console', now: noonPlus(5) });
    expect(claimed.events.at(-1)).toMatchObject({ type: 'ApprovalClaimed', data: { stepIndex: 0 } });
    claimed.when(approve(ben)).thenRefused('claimed_by_other', 'Ada');
    claimed.when(approve(cleo)).thenEvents({ type: 'StepApproved', data: { stepIndex: 1 } });
    claimed
      .when(approve(ada))
      .thenEvents({ type: 'StepApproved', data: { stepIndex: 0 } }, { type: 'ClaimReleased', data: { stepIndex: 0 } });
    claimed
      .when({ type: 'ReleaseExpiredClaim', now: noonPlus(305) })
      .thenEvents({ type: 'ClaimReleased', data: { stepIndex: 0, reason: 'expired' } });
  });

  it('ask nobody else once they have what they need, whatever a claim or a question had held back', () => {
    const nights = escalationPolicy.parse({
      id: 'nights',
      levels: [{ afterSec: 300, if: 'unclaimed', targets: { roles: ['owner'] } }],
    });
    const laddered = gate({
      route: { order: 'parallel', escalation: { version: 1, document: nights } },
      steps: [routeStep({ name: 'legal', approvers: roles('operator') }), routeStep({ name: 'finance', approvers: roles('senior') })],
      questionsPauseDeadline: true,
    });
    const on = (by: Person, at: number) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
    const claimed = givenAfter(request, laddered, { type: 'Claim', ...on(ada, 250) });
    claimed
      .when(approve(ada, 260))
      .thenEvents({ type: 'StepApproved', data: { satisfied: true } }, { type: 'ClaimReleased', data: { stepIndex: 0, escalateAt: null } });
    const asked: ApprovalCommand = { type: 'Ask', ...on(cleo, 20), questionId: 'q1', text: 'why?' };
    givenAfter(request, laddered, approve(ada), asked)
      .when({ type: 'Answer', questionId: 'q1', text: 'so', by: { kind: 'agent', id: 'agt' }, now: noonPlus(120) })
      .thenEvents('QuestionAnswered', { type: 'DeadlineChanged', data: { escalations: [{ stepIndex: 1, escalateAt: noonPlus(400) }] } });
    givenAfter(request, laddered, approve(ada))
      .when({ type: 'EscalateStep', ...ordinarily, now: noonPlus(300) })
      .thenEvents({ type: 'ApprovalEscalated', data: { stepIndex: 1 } });
  });

  it('a route with one step is never parallel to anything', () => {
    const { events } = givenAfter(request)
      .when(gate({ route: { order: 'parallel' } }))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
    expect(events[1]?.data).not.toHaveProperty('step.parallel');
  });

  it('are all asked anew after an edit, and the editor counts for one of them', () => {
    const edit: ApprovalCommand = {
      ...approve(ada, 20),
      type: 'Modify',
      action: refund(200),
      actionHash: hashOf(refund(200)),
      evaluation: both.evaluation,
    };
    givenAfter(request, both, approve(cleo))
      .when(edit)
      .thenEvents(
        'ActionModified',
        'GateEvaluated',
        { type: 'ReviewStepOpened', data: { step: { index: 2, name: 'legal', parallel: { first: 2, size: 2 } } } },
        { type: 'ReviewStepOpened', data: { step: { index: 3, name: 'finance' } } },
        { type: 'StepApproved', data: { stepIndex: 2, satisfied: true, actionHash: hashOf(refund(200)) } },
      );
    givenAfter(request, both, approve(cleo), edit)
      .when(approve(cleo, 30, { shownActionHash: hashOf(refund(200)) }))
      .thenEvents({ type: 'StepApproved', data: { stepIndex: 3 } }, 'ApprovalGrantedWithChanges');
  });
});

describe('a share of the people asked', () => {
  const share = (approvePercent: number, ...people: string[]) =>
    givenAfter(request).when(gate({ steps: [routeStep({ approvePercent })] }, asked(...people)));

  it('becomes a number when the step opens, rounded up, at least one', () => {
    share(50, 'a', 'b', 'c').thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { step: { approveCount: 2 } } });
    share(100, 'a', 'b', 'c').thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { step: { approveCount: 3 } } });
    share(1, 'a', 'b', 'c').thenEvents('GateEvaluated', { type: 'ReviewStepOpened', data: { step: { approveCount: 1 } } });
  });

  it('stays that number when more people come', () => {
    const half = gate({ steps: [routeStep({ approvePercent: 50 })] }, asked('opr_ada', 'opr_ben', 'opr_cleo'));
    givenAfter(request, half, approve(ada))
      .when(approve(ben, 11, { people: asked('a', 'b', 'c', 'd', 'e', 'f') }))
      .thenEvents('StepApproved', 'ApprovalGranted');
  });
});

describe('who approved an earlier step', () => {
  const two = (excludePreviousApprovers?: boolean) =>
    gate({
      steps: [
        routeStep({ name: 'first' }),
        routeStep({ name: 'second', ...(excludePreviousApprovers === undefined ? {} : { excludePreviousApprovers }) }),
      ],
    });

  it('is barred from the next one, unless the route says in so many words that it may', () => {
    for (const barred of [two(), two(true)])
      givenAfter(request, barred, approve(ada)).when(approve(ada, 11)).thenRefused('already_voted', 'second');
    givenAfter(request, two(false), approve(ada)).when(approve(ada, 11)).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('still counts once within a step', () => {
    const twice = gate({ steps: [routeStep({ approveCount: 2, excludePreviousApprovers: false })] });
    givenAfter(request, twice, approve(ada)).when(approve(ada, 11)).thenRefused('already_voted');
  });
});

describe('people behind teams and schedules', () => {
  const step = routeStep({ approvers: { roles: [], teams: ['payments'], schedules: ['night'], operators: [] } });
  const opened = givenAfter(request, gate({ steps: [step] }, asked('opr_dan', 'opr_eva')));

  it('are found when the step opens, and may decide for as long as it is open', () => {
    expect(opened.events.at(-1)).toMatchObject({ data: { step: { assigned: ['opr_dan', 'opr_eva'] } } });
    opened.when(approve(person('dan'))).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('may decide too who came to the team or on call since', () => {
    opened.when(approve({ ...person('flo'), teams: ['payments'] })).thenEvents('StepApproved', 'ApprovalGranted');
    opened.when(approve({ ...person('gus'), onCall: ['night'] })).thenEvents('StepApproved', 'ApprovalGranted');
    opened
      .when(approve({ ...person('hal', 'operator'), teams: ['sales'], onCall: ['day'] }))
      .thenRefused('not_eligible', 'team payments or whoever is on call in night');
  });

  it('of a step that asks roles only are not written down', () => {
    const { events } = givenAfter(request).when(gate({})).thenEvents('GateEvaluated', 'ReviewStepOpened');
    expect(events[1]?.data).not.toHaveProperty('step.assigned');
  });
});

describe('a request that nobody can answer', () => {
  it('says so when the gate has spoken, and is asked all the same', () => {
    givenAfter(request)
      .when(gate({ steps: [routeStep({ approveCount: 2 })], route: { backups: [] } }, asked('opr_ada')))
      .thenEvents(
        { type: 'GateEvaluated', data: { reachable: { ok: false, reason: 'Step "review" needs 2 and can ask 1.' } } },
        'ReviewStepOpened',
      );
  });

  it('counts whom the ladder reaches', () => {
    const people: AskedPeople = ({ roles: names }) => ({
      operators: names.includes('operator') ? ['opr_ada'] : ['opr_cleo'],
      standIns: [],
    });
    const { events } = givenAfter(request)
      .when(gate({ steps: [routeStep({ approveCount: 2 })] }, people))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
    expect(events[0]?.data).not.toHaveProperty('reachable');
  });
});

describe('the requester', () => {
  const barred = gate({ steps: [routeStep({ excludeRequester: true })] });
  const owner: Person = { ...ada, ownsAgent: true, agentOwnerId: 'opr_ada' };

  it('decides where the organisation runs in solo mode, and the record says so', () => {
    givenAfter(request, barred).when(approve(owner)).thenRefused('requester_excluded');
    givenAfter(request, barred)
      .when(approve(owner, 10, { solo: true }))
      .thenEvents({ type: 'StepApproved', data: { solo: true } }, 'ApprovalGranted');
    const { events } = givenAfter(request, barred)
      .when(approve(ben, 10, { solo: true }))
      .thenEvents('StepApproved', 'ApprovalGranted');
    expect(events[0]?.data).not.toHaveProperty('solo');
  });

  it('is nobody to stand in for', () => {
    const away = gate({ steps: [routeStep({ excludeRequester: true, approvers: roles('senior') })] }, () => ({
      operators: ['opr_eva'],
      standIns: [{ from: 'opr_ada', to: 'opr_eva' }],
    }));
    const eva: Person = { ...person('eva'), agentOwnerId: 'opr_ada' };
    givenAfter(request, away).when(approve(eva)).thenRefused('requester_excluded', 'stands in');
    givenAfter(request, away)
      .when(approve(person('eva')))
      .thenEvents({ type: 'StepApproved', data: { onBehalfOf: { id: 'opr_ada' } } }, 'ApprovalGranted');
    const forAda: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ private: { principal: { id: 'opr_ada' } } }) };
    givenAfter(forAda, away)
      .when(approve(person('eva')))
      .thenRefused('requester_excluded');
  });
});

describe('reasons the policy presets', () => {
  const preset = gate({ rejectReasons: [{ code: 'duplicate', label: 'Refunded already' }] });
  const no = (more: object): ApprovalCommand => ({ ...reject(ada), ...more }) as ApprovalCommand;

  it('are named, or told in words', () => {
    givenAfter(request, preset)
      .when(no({ reasonCode: 'duplicate' }))
      .thenEvents(
        { type: 'StepRejected', data: { reasonCode: 'duplicate' } },
        { type: 'ApprovalRejected', data: { decision: { reasonCode: 'duplicate' } } },
      );
    givenAfter(request, preset)
      .when(no({ note: 'smells' }))
      .thenEvents('StepRejected', 'ApprovalRejected');
    for (const nothing of [{}, { note: '  ' }]) givenAfter(request, preset).when(no(nothing)).thenRefused('reason_required', 'duplicate');
    givenAfter(request, preset)
      .when(no({ reasonCode: 'mood', note: 'x' }))
      .thenRefused('reason_required', '"mood"');
  });

  it('are needed nowhere else', () => {
    givenAfter(request, gate({})).when(no({})).thenEvents('StepRejected', 'ApprovalRejected');
    given().when(no({})).thenRefused('not_found');
  });
});
