import { describe, expect, it } from 'vitest';
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
import { decisionOfState, statusOf, type ApprovalCommand, type KnownApproval, type Person } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate = (options: EvaluationOptions = {}): ApprovalCommand => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation(options),
  now: noonPlus(0),
});
const ada = person('ada', 'operator');
const cleo = person('cleo', 'senior');
const on = (by: Person, at = 10) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const agent = { by: { kind: 'agent' as const, id: 'agt' }, now: noonPlus(10) };
const edit = { type: 'Modify' as const, action: refund(200), actionHash: hashOf(refund(200)), evaluation: evaluation() };
/** One command of every kind that needs an approval to be there. */
const everything: ApprovalCommand[] = [
  gate(),
  { type: 'EscalateStep', ...ordinarily, now: noonPlus(10) },
  { type: 'ExpireApproval', now: noonPlus(10) },
  { type: 'ReleaseExpiredClaim', now: noonPlus(10) },
  { type: 'Claim', ...on(ada) },
  { type: 'Release', ...on(ada) },
  { type: 'Approve', ...on(ada) },
  { type: 'Reject', ...on(ada) },
  { ...edit, ...on(ada) },
  { type: 'Bypass', ...on(cleo), reason: 'now' },
  { type: 'Review', ...on(cleo), agreed: true },
  { type: 'Comment', ...on(ada), text: 'hm' },
  { type: 'Ask', ...on(ada), questionId: 'q1', text: 'why?' },
  { type: 'Answer', questionId: 'q1', text: 'so', ...agent },
  { type: 'Delegate', ...on(ada), to: cleo },
  { type: 'Reassign', ...on(cleo), to: [ada] },
  { type: 'Snooze', ...on(ada), until: noonPlus(20) },
  { type: 'Extend', ...on(ada), until: noonPlus(4_000) },
  { type: 'EscalateNow', ...on(ada) },
  { type: 'Withdraw', ...agent },
  { type: 'Revise', ...agent, revisedBy: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  { type: 'Consume', ...agent, hold: null, actionHash: hashOf(refund(245)) },
  { type: 'ReportExecution', actionHash: hashOf(refund(245)), outcome: 'succeeded', now: noonPlus(10) },
];
const OF_THE_END: ReadonlySet<string> = new Set([
  'Review',
  'Consume',
  'ReportExecution',
  'ApplyGate',
  'EscalateStep',
  'ExpireApproval',
  'ReleaseExpiredClaim',
]);

describe('a command to an approval that does not exist', () => {
  for (const command of everything) it(`${command.type} is told so`, () => void given().when(command).thenRefused('not_found'));
});

describe('a command that comes after the end', () => {
  for (const command of everything.filter(({ type }) => !OF_THE_END.has(type)))
    it(`${command.type} is told who decided, and changes nothing`, () => {
      givenAfter(request, gate(), { type: 'Approve', ...on(cleo, 5) })
        .when(command)
        .thenRefused('already_decided', 'approved, by Cleo');
    });
});

describe('what people write', () => {
  const note = 'because';
  it('stands in the record of what they did', () => {
    const two = gate({ steps: [routeStep({ approveCount: 2, rejectCount: 2 })] });
    givenAfter(request, two)
      .when({ type: 'Approve', ...on(ada), note })
      .thenEvents({ type: 'StepApproved', data: { private: { note } } });
    givenAfter(request, two)
      .when({ type: 'Approve', ...on(ada) })
      .thenEvents({ type: 'StepApproved', data: { private: { note: null } } });
    givenAfter(request, two)
      .when({ type: 'Reject', ...on(ada), note })
      .thenEvents({ type: 'StepRejected', data: { private: { note } } });
    givenAfter(request, two)
      .when({ type: 'Delegate', ...on(ada), to: cleo, note })
      .thenEvents({ type: 'ApprovalDelegated', data: { private: { note, alert: { entityId: 'A-1' } } } });
    givenAfter(request, gate())
      .when({ ...edit, ...on(ada), note })
      .thenEvents({ type: 'ActionModified', data: { private: { note } } }, 'GateEvaluated', 'StepApproved', 'ApprovalGrantedWithChanges');
    givenAfter(request)
      .when({ type: 'Withdraw', ...agent, note })
      .thenEvents({ type: 'ApprovalWithdrawn', data: { private: { note } } });
    givenAfter(request)
      .when({ type: 'Withdraw', ...agent })
      .thenEvents({ type: 'ApprovalWithdrawn', data: { private: { note: null } } });
    const asked = givenAfter(request, gate(), { type: 'Ask', ...on(ada), questionId: 'q1', text: 'why?' });
    asked
      .when({ type: 'Answer', questionId: 'q1', text: 'so', ...agent })
      .thenEvents({ type: 'QuestionAnswered', data: { private: { text: 'so' } } });
    givenAfter(request)
      .when({ type: 'ReportExecution', actionHash: hashOf(refund(245)), outcome: 'failed', detail: note, now: noonPlus(10) })
      .thenEvents({ type: 'ExecutionReported', data: { private: { detail: note } } });
  });

  it('is bounded: after 200 remarks nobody is asked, delegated to or put on it', () => {
    const comments = Array.from({ length: 200 }, (): ApprovalCommand => ({ type: 'Comment', ...on(ada), text: 'hm' }));
    const full = givenAfter(request, gate(), ...comments);
    for (const command of everything.filter(({ type }) => ['Comment', 'Ask', 'Delegate', 'Reassign', 'Snooze'].includes(type)))
      full.when(command).thenRefused('decision_not_allowed', '200');
    full.when({ type: 'Approve', ...on(ada) }).thenEvents('StepApproved', 'ApprovalGranted');
  });
});

describe('the end of an approval', () => {
  const siblingOutputs = [{ toolCallId: 'call_2', output: '{}' }];
  const asked: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ private: { siblingOutputs, state: 'back' } }) };

  it('carries what the callback needs, and a diff only where something was changed', () => {
    const { events } = givenAfter(asked, gate())
      .when({ type: 'Approve', ...on(ada) })
      .thenEvents('StepApproved', {
        type: 'ApprovalGranted',
        data: { decision: { version: 1, final: true }, private: { siblingOutputs, state: 'back' } },
      });
    expect(events[1]?.data).not.toHaveProperty('private.diff');
    const plain = givenAfter(request, gate(), { ...edit, ...on(ada), evaluation: evaluation({ verdict: 'ESCALATE_SENIOR' }) })
      .when({ type: 'Reject', ...on(cleo, 20) })
      .thenEvents('StepRejected', 'ApprovalRejected');
    expect(plain.events[1]?.data).not.toHaveProperty('private.diff');
    expect(plain.events[1]?.data).not.toHaveProperty('private.siblingOutputs');
  });

  it('is the decision everybody is told, and the public status', () => {
    const open = givenAfter(request, gate());
    expect([decisionOfState(open.state), statusOf(open.state as KnownApproval)]).toEqual([null, 'pending']);
    const changed = givenAfter(request, gate(), { ...edit, ...on(ada), note: 'less' });
    expect(statusOf(changed.state as KnownApproval)).toBe('modified');
    expect(decisionOfState(changed.state)).toMatchObject({
      decision: 'modified',
      note: 'less',
      approvedAction: refund(200),
      diff: [{ op: 'replace', path: '/args/amount', value: 200 }],
      receipt: '',
      state: null,
    });
    const granted = givenAfter(request, gate(), { type: 'Approve', ...on(ada) });
    expect(decisionOfState(granted.state)).not.toHaveProperty('diff');
  });

  it('is the first one: what comes after it in a stream changes no decision', () => {
    const granted = givenAfter(request, gate(), { type: 'Approve', ...on(ada) });
    const other = givenAfter(request, gate(), { type: 'Reject', ...on(cleo) });
    expect(given(...granted.events, ...other.events.slice(2)).state).toEqual(granted.state);
  });
});

describe('a person with several roles', () => {
  it('has the rights of each, and signs with the highest', () => {
    const both = person('dora', 'viewer', 'senior', 'operator');
    givenAfter(request, gate({ verdict: 'ESCALATE_SENIOR' }))
      .when({ type: 'Approve', ...on(both) })
      .thenEvents({ type: 'StepApproved', data: { by: { role: 'senior' } } }, 'ApprovalGranted');
    const admin = person('anna', 'admin', 'auditor');
    const named = gate({ steps: [routeStep({ approvers: { roles: [], operators: ['opr_zed'] } })] });
    givenAfter(request, named)
      .when({ type: 'Extend', ...on(admin), until: noonPlus(4_000) })
      .thenEvents('DeadlineChanged');
    givenAfter(request, named)
      .when({ type: 'EscalateNow', ...on(person('olga', 'owner')) })
      .thenEvents('ApprovalEscalated');
    givenAfter(request, gate())
      .when({ type: 'Delegate', ...on(ada), to: person('eve', 'auditor', 'operator') })
      .thenEvents('ApprovalDelegated');
  });

  it('of many teams is asked through one of them', () => {
    const teams = gate({
      steps: [routeStep({ approvers: { roles: [], teams: ['one', 'two'], schedules: ['day', 'night'], operators: [] } })],
    });
    givenAfter(request, teams)
      .when({ type: 'Approve', ...on({ ...person('x'), teams: ['two', 'six'] }) })
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request, teams)
      .when({ type: 'Approve', ...on({ ...person('y'), onCall: ['night'] }) })
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('may name any of the preset reasons', () => {
    const preset = gate({
      rejectReasons: [
        { code: 'one', label: 'One' },
        { code: 'two', label: 'Two' },
      ],
    });
    givenAfter(request, preset)
      .when({ type: 'Reject', ...on(ada), reasonCode: 'two' })
      .thenEvents('StepRejected', 'ApprovalRejected');
  });
});

describe('a vote that is passed on', () => {
  const passed = givenAfter(request, gate({ steps: [routeStep({ approvers: { roles: ['senior'], operators: [] } })] }), {
    type: 'Delegate',
    ...on(cleo, 5),
    to: ada,
  });

  it('is for that one person and for nobody else', () => {
    passed.when({ type: 'Approve', ...on(person('ben', 'operator')) }).thenRefused('not_eligible');
    passed.when({ type: 'Approve', ...on(ada) }).thenEvents('StepApproved', 'ApprovalGranted');
  });
});

describe('an app that takes some answers only', () => {
  const takes = (...allowedDecisions: ('approve' | 'reject' | 'modify')[]): ApprovalCommand => ({
    type: 'RequestApproval',
    requested: refundRequested({ allowedDecisions }),
  });

  it('is given those', () => {
    givenAfter(takes('approve'), gate())
      .when({ type: 'Approve', ...on(ada) })
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(takes('reject'), gate())
      .when({ type: 'Reject', ...on(ada) })
      .thenEvents('StepRejected', 'ApprovalRejected');
    givenAfter(takes('modify'), gate())
      .when({ type: 'Approve', ...on(ada) })
      .thenRefused('decision_not_allowed');
    givenAfter(takes('modify'), gate())
      .when({ ...edit, ...on(ada) })
      .thenEvents('ActionModified', 'GateEvaluated', 'StepApproved', 'ApprovalGrantedWithChanges');
  });
});
