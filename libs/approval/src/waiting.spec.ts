import { describe, it } from 'vitest';
import { evaluation, given, givenAfter, noonPlus, ordinarily, person, refundRequested, routeStep } from '@holdpoint/testing';
import type { ApprovalCommand, EscalateStep } from './index.ts';

const request: ApprovalCommand = { type: 'RequestApproval', requested: refundRequested() };
const gate: ApprovalCommand = {
  type: 'ApplyGate',
  ...ordinarily,
  evaluation: evaluation({ steps: [routeStep({ approvers: { roles: ['operator'], operators: [] } })] }),
  now: noonPlus(0),
};
const ada = person('ada', 'operator');
const ben = person('ben', 'operator');
const cleo = person('cleo', 'senior');
const by = (who = ada, at = 10) => ({ ...ordinarily, by: who, channel: 'console' as const, now: noonPlus(at) });
const escalate = (at: number): EscalateStep => ({ type: 'EscalateStep', ...ordinarily, now: noonPlus(at) });
const expire = (at: number): ApprovalCommand => ({ type: 'ExpireApproval', now: noonPlus(at) });
const withdraw = (at = 10): ApprovalCommand => ({ type: 'Withdraw', by: { kind: 'agent', id: 'agt_assistant' }, now: noonPlus(at) });

describe('a step nobody decides', () => {
  const opened = givenAfter(request, gate);

  it('asks the first backup level when its time is over, and the next one after as long again', () => {
    opened.when(escalate(300)).thenEvents({
      type: 'ApprovalEscalated',
      data: { level: 1, approvers: { roles: ['senior'] }, reason: 'timeout', by: null, escalateAt: noonPlus(600) },
    });
    givenAfter(request, gate, escalate(300))
      .when(escalate(600))
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 2, approvers: { roles: ['owner'] } } });
  });

  it('lets the people of a level decide once it is reached, and the first ones still', () => {
    opened.when({ type: 'Approve', ...by(cleo) }).thenRefused('not_eligible');
    const escalated = givenAfter(request, gate, escalate(300));
    escalated.when({ type: 'Approve', ...by(cleo, 310) }).thenEvents('StepApproved', 'ApprovalGranted');
    escalated.when({ type: 'Approve', ...by(ada, 310) }).thenEvents('StepApproved', 'ApprovalGranted');
    escalated.when({ type: 'Approve', ...by(person('olga', 'owner'), 310) }).thenRefused('not_eligible');
  });

  it('records once that no level is left', () => {
    const last = givenAfter(request, gate, escalate(300), escalate(600));
    last.when(escalate(900)).thenEvents({ type: 'EscalationExhausted', data: { level: 2 } });
    givenAfter(request, gate, escalate(300), escalate(600), escalate(900)).when(escalate(901)).thenNothing();
  });

  it('ignores a timer that comes early, twice, or for what is over', () => {
    opened.when(escalate(299)).thenNothing();
    givenAfter(request, gate, escalate(300)).when(escalate(301)).thenNothing();
    givenAfter(request).when(escalate(300)).thenNothing();
    givenAfter(request, gate, withdraw()).when(escalate(300)).thenNothing();
  });

  it('can be escalated by hand, by who may decide it or administers', () => {
    opened
      .when({ type: 'EscalateNow', ...by(ada) })
      .thenEvents({ type: 'ApprovalEscalated', data: { level: 1, reason: 'manual', by: { id: 'opr_ada' } } });
    opened.when({ type: 'EscalateNow', ...by(person('ann', 'admin')) }).thenEvents('ApprovalEscalated');
    opened.when({ type: 'EscalateNow', ...by(person('vera', 'viewer')) }).thenRefused('not_eligible');
    givenAfter(request, gate, escalate(300), escalate(600))
      .when({ type: 'EscalateNow', ...by(ada, 610) })
      .thenRefused('not_escalatable');
  });

  it('expires as not approved at its deadline, and only then', () => {
    opened.when(expire(3_599)).thenNothing();
    opened.when(expire(3_600)).thenEvents({
      type: 'ApprovalExpired',
      data: { decision: { decision: 'expired', approved: false, by: { kind: 'timeout' }, steps: [{ outcome: 'open' }] } },
    });
    givenAfter(request, gate, expire(3_600)).when(expire(3_601)).thenNothing();
    givenAfter(request, gate, { type: 'Approve', ...by() })
      .when(expire(3_600))
      .thenNothing();
    given().when(expire(3_600)).thenRefused('not_found');
  });

  it('expires too when the rules never spoke', () => {
    givenAfter(request)
      .when(expire(3_600))
      .thenEvents({ type: 'ApprovalExpired', data: { decision: { policy: null, steps: [] } } });
  });
});

describe('a claim', () => {
  const claimed = givenAfter(request, gate, { type: 'Claim', ...by(ada) });

  it('keeps others from deciding for its lease, not its holder', () => {
    claimed.when({ type: 'Approve', ...by(ben, 309) }).thenRefused('claimed_by_other', 'Ada has taken it on');
    claimed.when({ type: 'Claim', ...by(ben, 309) }).thenRefused('claimed_by_other');
    claimed.when({ type: 'Approve', ...by(ada, 309) }).thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('no longer counts when its lease is over, recorded or not', () => {
    claimed.when({ type: 'Approve', ...by(ben, 310) }).thenEvents('StepApproved', 'ApprovalGranted');
    claimed.when({ type: 'Claim', ...by(ben, 310) }).thenEvents({ type: 'ClaimReleased', data: { reason: 'expired' } }, 'ApprovalClaimed');
    claimed.when({ type: 'ReleaseExpiredClaim', now: noonPlus(309) }).thenNothing();
    claimed
      .when({ type: 'ReleaseExpiredClaim', now: noonPlus(310) })
      .thenEvents({ type: 'ClaimReleased', data: { by: null, reason: 'expired' } });
  });

  it('is renewed by its holder, so the first lease ending means nothing', () => {
    givenAfter(request, gate, { type: 'Claim', ...by(ada, 10) }, { type: 'Claim', ...by(ada, 200) })
      .when({ type: 'ReleaseExpiredClaim', now: noonPlus(310) })
      .thenNothing();
  });

  it('is given back by its holder alone', () => {
    claimed
      .when({ type: 'Release', ...by(ada) })
      .thenEvents({ type: 'ClaimReleased', data: { reason: 'released', by: { id: 'opr_ada' } } });
    claimed.when({ type: 'Release', ...by(ben) }).thenRefused('not_claimed');
  });

  it('ends with an escalation', () => {
    claimed.when(escalate(300)).thenEvents('ClaimReleased', 'ApprovalEscalated');
    givenAfter(request, gate, { type: 'Claim', ...by(ada, 10) }, escalate(300))
      .when({ type: 'Approve', ...by(cleo, 301) })
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it('ends with a vote that does not end the request', () => {
    const two: ApprovalCommand = {
      type: 'ApplyGate',
      ...ordinarily,
      evaluation: evaluation({ steps: [routeStep({ approveCount: 2 })] }),
      now: noonPlus(0),
    };
    givenAfter(request, two, { type: 'Claim', ...by(ada) })
      .when({ type: 'Approve', ...by(ada, 20) })
      .thenEvents('StepApproved', { type: 'ClaimReleased', data: { reason: 'released' } });
  });
});

describe('a comment', () => {
  it('is taken from who works here while the request is open', () => {
    const opened = givenAfter(request, gate);
    opened
      .when({ type: 'Comment', ...by(ben), text: 'Asked the customer.' })
      .thenEvents({ type: 'CommentAdded', data: { private: { text: 'Asked the customer.' } } });
    opened.when({ type: 'Comment', ...by(ben), text: '  ' }).thenRefused('note_required');
    opened.when({ type: 'Comment', ...by(person('vera', 'viewer')), text: 'hello' }).thenRefused('not_eligible');
    givenAfter(request, gate, withdraw())
      .when({ type: 'Comment', ...by(ben), text: 'late' })
      .thenRefused('already_decided');
  });
});

describe('an agent that no longer needs it', () => {
  it('withdraws it, before or after the rules spoke, and twice is once', () => {
    for (const before of [givenAfter(request), givenAfter(request, gate)])
      before.when(withdraw()).thenEvents({ type: 'ApprovalWithdrawn', data: { decision: { decision: 'withdrawn', approved: false } } });
    givenAfter(request, gate, withdraw()).when(withdraw(11)).thenNothing();
  });

  it('cannot withdraw what is decided', () => {
    givenAfter(request, gate, { type: 'Approve', ...by() })
      .when(withdraw())
      .thenRefused('already_decided', 'by Ada');
  });
});
