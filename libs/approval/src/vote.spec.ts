import { describe, it } from 'vitest';
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
} from '@holdpoint/testing';
import type { ApprovalCommand, Approve } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: noonPlus(1) };
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const vera = person('vera', 'viewer');
const approve = (by = ada, at = 10): Approve => ({ type: 'Approve', ...ordinarily, by, channel: 'console', now: noonPlus(at) });
const reject = (by = ada, at = 10): ApprovalCommand => ({
  type: 'Reject',
  ...ordinarily,
  by,
  channel: 'console',
  now: noonPlus(at),
  note: 'no receipt',
});

describe('a request that one person must approve', () => {
  const opened = givenAfter(request, gate);

  it('is granted by the first approval, for the hash that was asked', () => {
    opened.when({ ...approve(), note: 'ok' }).thenEvents(
      { type: 'StepApproved', data: { actionHash: hashOf(refund(245)), by: { id: 'opr_ada', role: 'operator' } } },
      {
        type: 'ApprovalGranted',
        data: {
          receipt: '',
          decision: {
            decision: 'approved',
            approved: true,
            approvedUntil: noonPlus(10 + 900),
            binding: { approvedActionHash: hashOf(refund(245)) },
            policy: { id: 'default', version: 1, rule: 'default' },
            steps: [{ name: 'review', outcome: 'approved', at: noonPlus(10) }],
          },
          private: { note: 'ok', approvedAction: refund(245) },
        },
      },
    );
  });

  it('is rejected by the first veto, with nothing approved', () => {
    opened.when(reject()).thenEvents('StepRejected', {
      type: 'ApprovalRejected',
      data: {
        decision: { decision: 'rejected', approved: false, approvedUntil: null, binding: { approvedActionHash: null } },
        private: { note: 'no receipt', approvedAction: null },
      },
    });
  });

  it('tells the loser of a race who won', () => {
    givenAfter(request, gate, approve(ada)).when(reject(ben, 11)).thenRefused('already_decided', 'approved, by Ada');
  });

  it('takes no decision from somebody the step does not ask', () => {
    opened.when(approve(vera)).thenRefused('not_eligible', 'you hold viewer');
    opened.when(approve(person('nora'))).thenRefused('not_eligible', 'you hold no role');
  });

  it('takes a decision from a person it names, whatever the role', () => {
    const named = evaluation({ steps: [routeStep({ approvers: { roles: [], operators: ['opr_vera'] } })] });
    givenAfter(request, { ...gate, evaluation: named } as ApprovalCommand)
      .when(approve(vera))
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('takes no decision from the deadline on, even while the expiry is not recorded', () => {
    opened.when(approve(ada, 3_599)).thenEvents('StepApproved', 'ApprovalGranted');
    opened.when(approve(ada, 3_600)).thenRefused('approval_expired');
    opened.when(reject(ada, 3_601)).thenRefused('approval_expired');
  });

  it('takes no decision before the rules have spoken', () => {
    givenAfter(request).when(approve()).thenRefused('not_yet_gated');
    given().when(approve()).thenRefused('not_found');
  });

  it('refuses a vote for a step that is no longer open', () => {
    opened.when({ ...approve(), step: 1 }).thenRefused('wrong_step');
  });

  it('offers only what the app takes', () => {
    const approveOnly: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ allowedDecisions: ['approve'] }) };
    givenAfter(approveOnly, gate).when(reject()).thenRefused('decision_not_allowed', 'takes only approve');
  });

  it('accepts an approval that names the hash shown, and no other', () => {
    opened.when({ ...approve(), shownActionHash: hashOf(refund(245)) }).thenEvents('StepApproved', 'ApprovalGranted');
    opened.when({ ...approve(), shownActionHash: hashOf(refund(24_500)) }).thenRefused('action_mismatch');
  });
});

describe('a step that two people must approve', () => {
  const two: ApprovalCommand = {
    type: 'ApplyGate',
    ...ordinarily,
    evaluation: evaluation({ steps: [routeStep({ approveCount: 2, rejectCount: 2 })] }),
    now: noonPlus(1),
  };

  it('waits for a second person', () => {
    givenAfter(request, two).when(approve(ada)).thenEvents('StepApproved');
    givenAfter(request, two, approve(ada)).when(approve(ada, 11)).thenRefused('already_voted');
    givenAfter(request, two, approve(ada))
      .when(approve(ben, 11))
      .thenEvents('StepApproved', {
        type: 'ApprovalGranted',
        data: { decision: { steps: [{ by: [{ id: 'opr_ada' }, { id: 'opr_ben' }] }] } },
      });
  });

  it('is rejected by the second vote against, not by the first', () => {
    givenAfter(request, two).when(reject(ada)).thenEvents('StepRejected');
    givenAfter(request, two, reject(ada)).when(approve(ada, 11)).thenRefused('already_voted');
    givenAfter(request, two, reject(ada)).when(reject(ben, 11)).thenEvents('StepRejected', 'ApprovalRejected');
  });
});

describe('a route of two steps', () => {
  const steps = [routeStep({ name: 'support' }), routeStep({ name: 'finance', approvers: { roles: ['senior', 'admin'], operators: [] } })];
  const twoSteps: ApprovalCommand = { type: 'ApplyGate', ...ordinarily, evaluation: evaluation({ steps }), now: noonPlus(1) };

  it('opens the second step after the first', () => {
    givenAfter(request, twoSteps)
      .when(approve(ada))
      .thenEvents('StepApproved', {
        type: 'ReviewStepOpened',
        data: { step: { index: 1, name: 'finance' }, openedAt: noonPlus(10), escalateAt: noonPlus(310) },
      });
  });

  it('is granted by the second, and the decision lists both', () => {
    givenAfter(request, twoSteps, approve(ada))
      .when(approve(cleo, 20))
      .thenEvents('StepApproved', {
        type: 'ApprovalGranted',
        data: {
          decision: {
            by: { id: 'opr_cleo' },
            steps: [
              { name: 'support', outcome: 'approved' },
              { name: 'finance', outcome: 'approved' },
            ],
          },
        },
      });
  });

  it('wants another person for the second step', () => {
    givenAfter(request, twoSteps, approve(cleo)).when(approve(cleo, 20)).thenRefused('already_voted', 'finance');
  });

  it('is over with a veto in any step', () => {
    givenAfter(request, twoSteps, approve(ada)).when(reject(cleo, 20)).thenEvents('StepRejected', 'ApprovalRejected');
  });
});

describe('separation of duties', () => {
  const barred: ApprovalCommand = {
    type: 'ApplyGate',
    ...ordinarily,
    evaluation: evaluation({ steps: [routeStep({ excludeRequester: true })] }),
    now: noonPlus(1),
  };

  it('bars the owner of the agent', () => {
    givenAfter(request, barred)
      .when(approve({ ...ada, ownsAgent: true }))
      .thenRefused('requester_excluded');
    givenAfter(request, gate)
      .when(approve({ ...ada, ownsAgent: true }))
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('bars the principal the agent acts for', () => {
    const forAda: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested({ private: { principal: { id: 'opr_ada' } } }) };
    givenAfter(forAda, barred).when(approve(ada)).thenRefused('requester_excluded');
    givenAfter(forAda, barred).when(approve(ben)).thenEvents('StepApproved', 'ApprovalGranted');
  });
});

describe('a step for seniors', () => {
  const senior: ApprovalCommand = {
    type: 'ApplyGate',
    ...ordinarily,
    evaluation: evaluation({ verdict: 'ESCALATE_SENIOR' }),
    now: noonPlus(1),
  };

  it('takes a senior, an admin or an owner, and nobody below, even if the route lists them', () => {
    givenAfter(request, senior).when(approve(ada)).thenRefused('not_eligible', 'only a senior, admin or owner');
    for (const by of [cleo, person('ann', 'admin'), person('olga', 'owner')])
      givenAfter(request, senior).when(approve(by)).thenEvents('StepApproved', 'ApprovalGranted');
  });
});

describe('attempts that were refused', () => {
  const record = (code: 'already_decided' | 'claimed_by_other', by = ada): ApprovalCommand => ({
    type: 'RecordRefusal',
    by,
    verb: 'approve',
    code,
    detail: 'too late',
    channel: 'email',
    now: noonPlus(20),
  });

  it('are recorded when they came late, not when somebody merely has to wait', () => {
    const decided = givenAfter(request, gate, approve(ben));
    decided.when(record('already_decided')).thenEvents({ type: 'DecisionRefused', data: { code: 'already_decided', verb: 'approve' } });
    decided.when(record('claimed_by_other')).thenNothing();
    given().when(record('already_decided')).thenNothing();
  });

  it('cannot flood the stream', () => {
    givenAfter(request, gate, approve(ben), ...Array.from({ length: 20 }, () => record('already_decided')))
      .when(record('already_decided'))
      .thenNothing();
  });
});
