import { describe, expect, it } from 'vitest';
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
import {
  mayDo,
  type ApplyGate,
  type ApprovalCommand,
  type Approve,
  type Bypass,
  type Consume,
  type Hold,
  type Observed,
  type Person,
  type Review,
} from './index.ts';

const AGAIN = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const request = (preconditions: object[] = []): ApprovalCommand => ({
  type: 'RequestApproval',
  requested: refundRequested({ private: { preconditions: preconditions as never } }),
});
const gate = (options: EvaluationOptions = {}, more: Partial<ApplyGate> = {}): ApplyGate => ({
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation(options),
  now: noonPlus(0),
  ...more,
});
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const on = (by: Person, at: number) => ({ ...ordinarily, by, channel: 'console' as const, now: noonPlus(at) });
const approve = (by: Person, at = 10, more: Partial<Approve> = {}): Approve => ({ type: 'Approve', ...on(by, at), ...more });
const consume = (more: Partial<Consume> = {}): Consume => ({
  type: 'Consume',
  hold: null,
  actionHash: hashOf(refund(245)),
  by: { kind: 'agent', id: 'agt' },
  now: noonPlus(60),
  ...more,
});
const balance = [
  { name: 'balance', value: { amount: 10, currency: 'USD' } },
  { name: 'open', value: true, check: { url: 'https://x.test/' } },
  { free: 'text' },
];
const same: Observed[] = [
  { name: 'balance', value: { currency: 'USD', amount: 10 } },
  { name: 'open', value: true },
];
const other: Observed[] = [{ name: 'balance', value: { amount: 9, currency: 'USD' } }];

describe('what a request takes for granted', () => {
  it('is compared when somebody decides; the order of members makes no difference', () => {
    givenAfter(request(balance), gate())
      .when(approve(ada, 10, { observed: same }))
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request(balance), gate())
      .when(approve(ada, 10, { observed: [] }))
      .thenEvents('StepApproved', 'ApprovalGranted');
    givenAfter(request(balance), gate())
      .when(approve(ada, 10, { observed: [{ name: 'unheard', value: 1 }] }))
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('and has changed takes all votes back and shows what holds now', () => {
    const two = gate({ steps: [routeStep({ approveCount: 2 })] });
    const { state } = givenAfter(request(balance), two, approve(ada), { type: 'Claim', ...on(ben, 11) })
      .when(approve(ben, 12, { observed: other }))
      .thenEvents(
        {
          type: 'PreconditionsChanged',
          data: {
            changed: ['balance'],
            private: { preconditions: [{ name: 'balance', value: { amount: 9, currency: 'USD' } }, balance[1], balance[2]] },
          },
        },
        'ClaimReleased',
      );
    expect(state).toMatchObject({ voters: [], open: [{ approvals: [], claim: null }] });
    const changed = givenAfter(request(balance), two, approve(ada), approve(ben, 12, { observed: other }));
    changed.when(approve(ada, 13, { observed: other })).thenEvents('StepApproved');
    changed.when(approve(ada, 13, { observed: same })).thenEvents({ type: 'PreconditionsChanged', data: { changed: ['balance'] } });
  });

  it('stops an edit as well, and not a rejection', () => {
    const edit: ApprovalCommand = {
      ...approve(ada, 10, { observed: other }),
      type: 'Modify',
      action: refund(200),
      actionHash: hashOf(refund(200)),
      evaluation: evaluation(),
    };
    givenAfter(request(balance), gate()).when(edit).thenEvents('PreconditionsChanged');
    givenAfter(request(balance), gate())
      .when({ type: 'Reject', ...on(ada, 10) })
      .thenEvents('StepRejected', 'ApprovalRejected');
  });

  it('tells values apart by what they say', () => {
    const pairs: [unknown, unknown, boolean][] = [
      [1, 1, true],
      [1, '1', false],
      [null, null, true],
      [null, 0, false],
      [[1, 2], [1, 2], true],
      [[1, 2], [2, 1], false],
      [[1], [1, 2], false],
      [{ a: 1 }, { a: 1 }, true],
      [{ a: 1 }, { a: 1, b: 1 }, false],
      [{ a: 1 }, { b: 1 }, false],
      [[], {}, false],
      [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, true],
      [{}, null, false],
    ];
    for (const [stated, seen, alike] of pairs) {
      const outcome = givenAfter(request([{ name: 'x', value: stated }]), gate()).when(
        approve(ada, 10, { observed: [{ name: 'x', value: seen as never }] }),
      );
      if (alike) outcome.thenEvents('StepApproved', 'ApprovalGranted');
      else outcome.thenEvents('PreconditionsChanged');
    }
  });
});

describe('an approval in a world that has changed', () => {
  const granted = givenAfter(request(balance), gate(), approve(ada, 10, { observed: same }));

  it('is void when it is to be spent, and asked anew', () => {
    granted.when(consume({ observed: same })).thenEvents('ApprovalConsumed');
    granted.when(consume()).thenEvents('ApprovalConsumed');
    granted
      .when(consume({ observed: other, again: AGAIN }))
      .thenEvents({ type: 'ApprovalVoided', data: { reason: 'preconditionsChanged', changed: ['balance'], again: AGAIN } });
    granted.when(consume({ observed: other })).thenEvents({ type: 'ApprovalVoided', data: { again: null } });
  });

  it('is never spent after that, and what runs all the same raises the alarm', () => {
    const voided = givenAfter(request(balance), gate(), approve(ada, 10, { observed: same }), consume({ observed: other }));
    voided.when(consume({ observed: same, now: noonPlus(61) })).thenRefused('not_approved', 'balance changed');
    voided
      .when({ type: 'ReportExecution', actionHash: hashOf(refund(245)), outcome: 'succeeded', now: noonPlus(62) })
      .thenEvents({ type: 'ExecutionReported', data: { matchesApproval: false } });
  });

  it('is not void for another action, or twice', () => {
    granted.when(consume({ observed: other, actionHash: hashOf(refund(1)) })).thenRefused('action_mismatch');
    givenAfter(request(balance), gate(), approve(ada, 10, { observed: same }), consume())
      .when(consume({ observed: other }))
      .thenRefused('already_consumed');
  });
});

describe('a kill switch', () => {
  const hold: Hold = { reason: 'incident 7', by: 'opr_olga', at: noonPlus(5) };

  it('lets nothing pass by itself: a person is asked', () => {
    givenAfter(request())
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY' }, { hold }))
      .thenEvents('GateEvaluated', 'ReviewStepOpened');
    givenAfter(request())
      .when(gate({ verdict: 'REJECT_AUTOMATICALLY' }, { hold }))
      .thenEvents('GateEvaluated', 'ApprovalRejectedAutomatically');
  });

  it('holds every approval, edit, bypass and spend; rejecting stays possible', () => {
    const opened = givenAfter(request(), gate());
    opened.when(approve(ada, 10, { hold })).thenRefused('held', 'incident 7');
    opened
      .when({ ...approve(ada, 10, { hold }), type: 'Modify', action: refund(1), actionHash: hashOf(refund(1)), evaluation: evaluation() })
      .thenRefused('held');
    opened.when({ type: 'Bypass', ...on(cleo, 10), hold, reason: 'now' }).thenRefused('held');
    opened.when({ type: 'Reject', ...on(ada, 10) }).thenEvents('StepRejected', 'ApprovalRejected');
    givenAfter(request(), gate(), approve(ada)).when(consume({ hold })).thenRefused('held');
    expect(mayDo('approve', ada, opened.state, { now: noonPlus(10), solo: false, hold })).toMatchObject({ allowed: false });
    expect(mayDo('reject', ada, opened.state, { now: noonPlus(10), solo: false, hold })).toEqual({ allowed: true, why: '' });
  });

  it('moves no deadline', () => {
    givenAfter(request(), gate())
      .when(approve(ada, 3_600, { hold }))
      .thenRefused('approval_expired');
  });
});

describe('break-glass', () => {
  const bypass = (by: Person, more: Partial<Bypass> = {}): Bypass => ({
    type: 'Bypass',
    ...on(by, 10),
    reason: 'The shop is down.',
    ...more,
  });
  const opened = givenAfter(request(), gate({ steps: [routeStep({ approveCount: 3, approvers: { roles: ['owner'], operators: [] } })] }));
  const review = (by: Person, agreed = true): Review => ({ type: 'Review', ...on(by, 100), agreed, note: 'looked' });

  it('lets it run at once, says that no step was decided, and asks for a look afterwards', () => {
    opened.when(bypass(cleo)).thenEvents(
      { type: 'GateBypassed', data: { by: { id: 'opr_cleo', role: 'senior' }, private: { reason: 'The shop is down.' } } },
      {
        type: 'ApprovalGranted',
        data: {
          decision: { approved: true, reasonCode: 'bypass', steps: [{ outcome: 'skipped', by: [] }], by: { id: 'opr_cleo' } },
          private: { note: 'The shop is down.' },
        },
      },
      { type: 'AfterReviewOpened', data: { kind: 'breakGlass' } },
    );
  });

  it('is for seniors, admins and owners, never the requester, with a reason, in time', () => {
    opened.when(bypass(ada)).thenRefused('not_eligible');
    opened.when(bypass(cleo, { reason: ' ' })).thenRefused('reason_required');
    opened.when(bypass({ ...cleo, ownsAgent: true })).thenRefused('requester_excluded');
    opened.when(bypass({ ...cleo, ownsAgent: true }, { solo: true })).thenEvents('GateBypassed', 'ApprovalGranted', 'AfterReviewOpened');
    opened.when(bypass(cleo, { now: noonPlus(3_600) })).thenRefused('approval_expired');
    givenAfter(request()).when(bypass(cleo)).thenRefused('not_yet_gated');
    const rejectOnly: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ allowedDecisions: ['reject'] }) };
    givenAfter(rejectOnly, gate()).when(bypass(cleo)).thenRefused('decision_not_allowed');
  });

  it('of an edited action is for the edit as it was shown', () => {
    const edited = givenAfter(request(), gate(), {
      ...approve(ada),
      type: 'Modify',
      action: refund(5_000),
      actionHash: hashOf(refund(5_000)),
      evaluation: evaluation({ verdict: 'ESCALATE_SENIOR' }),
    });
    edited.when(bypass(cleo, { now: noonPlus(20) })).thenRefused('action_mismatch');
    edited
      .when(bypass(cleo, { now: noonPlus(20), shownActionHash: hashOf(refund(5_000)) }))
      .thenEvents(
        'GateBypassed',
        { type: 'ApprovalGrantedWithChanges', data: { decision: { decision: 'modified' } } },
        'AfterReviewOpened',
      );
  });

  it('is looked at by somebody else, once', () => {
    const bypassed = givenAfter(request(), gate(), bypass(cleo));
    bypassed.when(review(cleo)).thenRefused('not_eligible', 'let it through');
    bypassed
      .when(review(ben, false))
      .thenEvents({ type: 'AfterReviewed', data: { by: { id: 'opr_ben' }, agreed: false, private: { note: 'looked' } } });
    bypassed.when(review(person('axel', 'auditor'))).thenEvents('AfterReviewed');
    bypassed.when(review(person('vera', 'viewer'))).thenRefused('not_eligible', 'viewer');
    bypassed.when(review({ ...ben, ownsAgent: true })).thenRefused('requester_excluded');
    bypassed.when({ ...review({ ...ben, ownsAgent: true }), solo: true }).thenEvents('AfterReviewed');
    givenAfter(request(), gate(), bypass(cleo), review(ben)).when(review(ada)).thenRefused('not_reviewable', 'Ben');
  });

  it('is the only thing besides samples that is looked at afterwards', () => {
    givenAfter(request(), gate(), approve(ada)).when(review(ben)).thenRefused('not_reviewable');
    givenAfter(request(), gate()).when(review(ben)).thenRefused('not_reviewable');
    const sampled = gate({ verdict: 'APPROVE_AUTOMATICALLY', sampled: true });
    givenAfter(request())
      .when(sampled)
      .thenEvents({ type: 'GateEvaluated', data: { sampled: true } }, 'ApprovalGrantedAutomatically', {
        type: 'AfterReviewOpened',
        data: { kind: 'sample' },
      });
    givenAfter(request(), sampled).when(review(ben)).thenEvents('AfterReviewed');
    givenAfter(request(), sampled)
      .when(consume({ now: noonPlus(30) }))
      .thenEvents('ApprovalConsumed');
    givenAfter(request())
      .when(gate({ verdict: 'REJECT_AUTOMATICALLY', sampled: true }))
      .thenEvents('GateEvaluated', 'ApprovalRejectedAutomatically');
  });
});

describe('what the gate adds', () => {
  it('stands in its event, and only where it is used', () => {
    const plain = givenAfter(request()).when(gate()).thenEvents('GateEvaluated', 'ReviewStepOpened');
    for (const name of ['grantId', 'sampled', 'reachable', 'settings']) expect(plain.events[0]?.data).not.toHaveProperty(name);
    givenAfter(request())
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY', grantId: 'grant_1' }))
      .thenEvents({ type: 'GateEvaluated', data: { grantId: 'grant_1' } }, 'ApprovalGrantedAutomatically');
    const settings = {
      keepApprovalsOnEdit: true,
      questionsPauseDeadline: true,
      extendSecMax: 60,
      rejectReasons: [{ code: 'no', label: 'No' }],
    };
    givenAfter(request()).when(gate(settings)).thenEvents({ type: 'GateEvaluated', data: { settings } }, 'ReviewStepOpened');
  });

  it('is followed by what versions that are only tried out would have said, without effect', () => {
    const shadow = {
      verdict: 'REJECT_AUTOMATICALLY' as const,
      policy: { id: 'default', version: 9, rule: 'never' },
      explanation: 'No.',
      agrees: false,
      evaluatedAt: noonPlus(0),
    };
    givenAfter(request())
      .when(gate({}, { shadows: [shadow] }))
      .thenEvents('GateEvaluated', { type: 'ShadowEvaluated', data: shadow }, 'ReviewStepOpened');
    givenAfter(request())
      .when(gate({ verdict: 'APPROVE_AUTOMATICALLY' }, { shadows: [shadow] }))
      .thenEvents('GateEvaluated', 'ShadowEvaluated', 'ApprovalGrantedAutomatically');
    givenAfter(request())
      .when(gate({}, { shadows: [shadow], now: noonPlus(3_600) }))
      .thenEvents('GateEvaluated', 'ShadowEvaluated', 'ApprovalExpired');
  });
});

describe('a request that the agent asks again in other words', () => {
  const revise = (at = 10): ApprovalCommand => ({ type: 'Revise', by: { kind: 'agent', id: 'agt' }, revisedBy: AGAIN, now: noonPlus(at) });

  it('ends, points to the new one, and tells the app nothing', () => {
    for (const before of [givenAfter(request()), givenAfter(request(), gate())])
      before.when(revise()).thenEvents(
        { type: 'ApprovalRevised', data: { revisedBy: AGAIN } },
        {
          type: 'ApprovalWithdrawn',
          data: {
            decision: { decision: 'withdrawn', reasonCode: 'revised', approved: false },
            delivery: { callback: false, resume: { mode: 'none' } },
          },
        },
      );
  });

  it('ends once, and not when it is decided', () => {
    givenAfter(request(), gate(), revise()).when(revise(11)).thenNothing();
    givenAfter(request(), gate(), approve(ada)).when(revise(11)).thenRefused('already_decided', 'Ada');
    givenAfter(request(), gate(), revise()).when(approve(ada, 11)).thenRefused('already_decided');
  });
});
