import { describe, expect, it } from 'vitest';
import { aPast, at, below, policy, reviewed, RULES } from './backtest.fixture.ts';

const rejecting = policy({ rules: [{ name: 'never', when: 'amount >= 1000', verdict: 'REJECT_AUTOMATICALLY', explain: 'Never.' }] });

describe('a candidate against another version', () => {
  it('is held against what that version would have said, whatever was said at the time', () => {
    const past = aPast({ candidate: { version: 0, document: below(500) }, against: { version: 7, document: below(100) } });
    past.ask('both', 50);
    past.gate('both', 'ESCALATE_SENIOR');
    past.end('both', 'ApprovalGranted', 'approved');
    past.ask('one', 245);
    past.gate('one', 'ESCALATE_SENIOR');
    past.end('one', 'ApprovalGranted', 'approved');
    expect(past.summary().changed).toEqual({ count: 1, ids: ['one'] });
    expect(past.found).toMatchObject([
      { kind: 'changed', regated: false, outcome: 'approved', candidate: { rule: 'lenient' }, baseline: { rule: 'default' } },
    ]);
  });

  it('has the history that only the other reads', () => {
    const asked = { measure: 'count', by: ['entity'], of: 'requested', windowSec: 3_600 } as const;
    const second = policy({
      history: { asked: { ...asked, by: ['entity'] } },
      rules: [{ ...RULES[0]!, name: 'second', when: 'history.asked >= 1' }],
    });
    const past = aPast({ candidate: { version: 0, document: policy({ rules: [] }) }, against: { version: 7, document: second } });
    for (const id of ['a', 'b']) reviewed(past, id, 245, 'approved');
    expect(past.summary().changed.ids).toEqual(['b']);
  });

  it('says the same by another rule, or something else', () => {
    const renamed = policy({ rules: RULES.map(rule => ({ ...rule, name: `${rule.name}-2` })) });
    const past = aPast({ candidate: { version: 0, document: renamed } });
    reviewed(past, 'large', 1_500, 'approved');
    reviewed(past, 'middle', 245, 'approved');
    past.ask('small', 20);
    past.gate('small', 'HUMAN_REVIEW', { rule: 'default' });
    past.end('small', 'ApprovalGranted', 'approved');
    expect(past.summary()).toMatchObject({ cases: 3, otherRule: 1, changed: { ids: ['small'] } });
  });
});

describe('what a candidate would settle by itself', () => {
  it('saves the time of people also where it would reject', () => {
    const past = aPast({ candidate: { version: 0, document: rejecting } });
    reviewed(past, 'a', 1_500, 'rejected');
    expect(past.summary()).toMatchObject({ minutes: { measured: 1, saved: 5, added: 0 }, wouldPassButRejected: { count: 0 } });
  });

  it('is automatic in the past, too, where the rules rejected', () => {
    const past = aPast({ candidate: { version: 0, document: rejecting } });
    past.ask('a', 1_500);
    past.gate('a', 'REJECT_AUTOMATICALLY', { rule: 'never' });
    past.end('a', 'ApprovalRejectedAutomatically', 'rejected', 0, 'rule');
    expect(past.summary().table.REJECT_AUTOMATICALLY).toMatchObject({ automatic: 1, rejected: 0, expired: 0 });
    expect(past.summary().changed.count).toBe(0);
  });

  it('takes no time from people who were never seen to open it, nor from such as did not decide', () => {
    const past = aPast();
    past.ask('unseen', 245);
    past.gate('unseen', 'HUMAN_REVIEW');
    past.end('unseen', 'ApprovalGranted', 'approved');
    past.ask('late', 245);
    past.gate('late', 'HUMAN_REVIEW');
    past.open('late');
    past.end('late', 'ApprovalExpired', 'expired', 60, 'timeout');
    expect(past.summary().minutes).toEqual({ capMin: 10, measured: 0, mean: 0, saved: 0, added: 0 });
  });

  it('is never what an agent would not take, and stays strict with it', () => {
    const past = aPast();
    past.ask('a', 1_500, { decisions: ['reject', 'modify'] });
    past.gate('a', 'ESCALATE_SENIOR', { rule: 'large' });
    expect(past.summary().table.ESCALATE_SENIOR.open).toBe(1);
  });

  it('is told whole, when a person disagreed with it afterwards', () => {
    const past = aPast();
    past.ask('a', 20, { minute: 3 });
    past.gate('a', 'APPROVE_AUTOMATICALLY', { rule: 'small', sampled: true });
    past.end('a', 'ApprovalGrantedAutomatically', 'approved', 3, 'rule');
    past.take('a', { type: 'AfterReviewed', data: { agreed: false } });
    expect(past.found).toMatchObject([
      {
        kind: 'wouldPassButSampleRejected',
        approvalId: 'a',
        requestedAt: at(3),
        regated: false,
        outcome: 'automatic',
        candidate: { rule: 'small', explanation: 'Below 50: 20.' },
        baseline: { explanation: 'As recorded.' },
      },
    ]);
  });

  it('is no longer told of a sample the candidate sends to a person', () => {
    const past = aPast({ candidate: { version: 0, document: policy({ rules: [] }) } });
    past.ask('a', 20);
    past.gate('a', 'APPROVE_AUTOMATICALLY', { rule: 'small', sampled: true });
    past.end('a', 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    past.take('a', { type: 'AfterReviewed', data: { agreed: false } });
    expect(past.found.map(({ kind }) => kind)).toEqual(['changed']);
    expect(past.summary().wouldPassButSampleRejected.count).toBe(0);
  });

  it('names a thousand of a kind, and counts all of them', () => {
    const past = aPast({ candidate: { version: 0, document: below(500) } });
    for (let index = 0; index <= 1_000; index += 1) {
      past.ask(`a${index}`, 245);
      past.gate(`a${index}`, 'HUMAN_REVIEW');
      past.end(`a${index}`, 'ApprovalGranted', 'approved');
    }
    const { changed } = past.summary();
    expect([changed.count, changed.ids.length]).toEqual([1_001, 1_000]);
  });
});

describe('an edit', () => {
  const action = { name: 'refund', args: { amount: 90, currency: 'USD' } };
  const asked = { measure: 'count', by: ['entity'], of: 'requested', windowSec: 3_600 } as const;
  const often = policy({
    history: { asked: { ...asked, by: ['entity'] } },
    rules: [{ ...RULES[1]!, name: 'often', when: 'history.asked >= 5' }],
  });
  const edited = (facts: object | undefined, verdict: string) => {
    const past = aPast({ candidate: { version: 0, document: often } });
    past.ask('a', 2_000);
    past.gate('a', 'HUMAN_REVIEW');
    past.take('a', { type: 'ActionModified', data: { private: { action } } });
    past.gate('a', verdict, facts === undefined ? {} : { private: { facts } as never });
    past.end('a', 'ApprovalGrantedWithChanges', 'modified');
    return past.summary().edits;
  };

  it('is looked at with the history that was recorded of it', () => {
    expect(edited({ history: { asked: 7 } }, 'HUMAN_REVIEW')).toEqual({ cases: 1, changed: 1 });
    expect(edited({ history: { asked: 7 } }, 'ESCALATE_SENIOR')).toEqual({ cases: 1, changed: 0 });
    expect(edited({ history: { asked: 3 } }, 'HUMAN_REVIEW')).toEqual({ cases: 1, changed: 0 });
  });

  it('goes to a person where nothing was recorded of it', () => {
    expect(edited({}, 'HUMAN_REVIEW')).toEqual({ cases: 1, changed: 0 });
    expect(edited(undefined, 'HUMAN_REVIEW')).toEqual({ cases: 1, changed: 0 });
  });

  it('under another version leaves the request counted under its own', () => {
    const past = aPast({ gatedUnder: { id: 'refunds', version: 1 } });
    past.ask('a', 245);
    past.gate('a', 'HUMAN_REVIEW');
    past.take('a', { type: 'ActionModified', data: { private: { action } } });
    past.gate('a', 'HUMAN_REVIEW', { policy: { id: 'refunds', version: 2, rule: 'default' } });
    past.end('a', 'ApprovalGrantedWithChanges', 'modified');
    expect(past.summary()).toMatchObject({ cases: 1, edits: { cases: 0 } });
    expect(past.summary().table.HUMAN_REVIEW.modified).toBe(1);
  });
});

describe('what a backtest knows nothing of', () => {
  it('means nothing to it: approvals whose request it never saw', () => {
    const past = aPast();
    past.take('gone', { type: 'ActionModified', data: { private: { action: { name: 'refund', args: {} } } } });
    past.gate('gone', 'HUMAN_REVIEW');
    past.open('gone');
    past.end('gone', 'ApprovalGranted', 'approved');
    past.take('gone', { type: 'AfterReviewed', data: { agreed: false } });
    expect(past.found).toEqual([]);
    expect(past.summary().cases).toBe(0);
  });

  it('is counted nowhere: what ended before the gate spoke', () => {
    const past = aPast({ to: at(60) });
    past.ask('a', 245);
    past.end('a', 'ApprovalWithdrawn', 'withdrawn', 1, 'agent');
    expect(past.found).toEqual([]);
    expect(past.summary().cases).toBe(0);
    expect(past.backtest.isDone(at(60))).toBe(true);
  });

  it('is no finding: a setting that changed', () => {
    const past = aPast();
    past.take('', { type: 'WorkingHoursSet', data: { workingHours: null } });
    past.take('', { type: 'EscalationPolicyPublished', data: { escalationId: 'e', version: 1, document: {} } });
    past.take('', { type: 'KillSwitchReleased', data: { scope: { kind: 'organization' } } });
    expect(past.found).toEqual([]);
  });

  it('is left out: another policy, also with the same version number', () => {
    const past = aPast({ to: at(60), gatedUnder: { id: 'refunds', version: 1 } });
    past.ask('other', 245);
    past.gate('other', 'HUMAN_REVIEW', { policy: { id: 'payouts', version: 1, rule: 'default' } });
    past.end('other', 'ApprovalGranted', 'approved');
    expect(past.summary().cases).toBe(0);
    expect(past.backtest.isDone(at(60))).toBe(true);
  });
});

describe('the end of a backtest', () => {
  it('comes with the end of its period, and never without one', () => {
    const [open, until] = [aPast(), aPast({ to: at(20) })];
    for (const past of [open, until]) reviewed(past, 'a', 245, 'approved');
    expect([at(19), at(20), at(21)].map(instant => until.backtest.isDone(instant))).toEqual([false, true, true]);
    expect(open.backtest.isDone(at(90))).toBe(false);
  });

  it('does not wait for what it had to let go, and says how many of those the gate had spoken about', () => {
    const past = aPast({ to: at(60), followedMax: 1 });
    past.ask('never gated', 245);
    past.ask('gated', 245);
    past.gate('gated', 'HUMAN_REVIEW');
    past.ask('last', 245);
    expect(past.backtest.isDone(at(60))).toBe(false);
    past.gate('last', 'HUMAN_REVIEW');
    past.end('last', 'ApprovalGranted', 'approved');
    expect(past.summary()).toMatchObject({ cases: 2, notFollowed: 1 });
    expect(past.backtest.isDone(at(60))).toBe(true);
  });

  it('does not wait for more samples than it follows: the oldest goes', () => {
    const past = aPast({ followedMax: 1 });
    for (const id of ['first', 'second']) {
      past.ask(id, 20);
      past.gate(id, 'APPROVE_AUTOMATICALLY', { rule: 'small', sampled: true });
      past.end(id, 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    }
    for (const id of ['first', 'second']) past.take(id, { type: 'AfterReviewed', data: { agreed: false } });
    expect(past.summary().wouldPassButSampleRejected.ids).toEqual(['second']);
  });
});
