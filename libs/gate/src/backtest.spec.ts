import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPast, at, below, policy, reviewed, RULES } from './backtest.fixture.ts';

describe('a candidate over the past', () => {
  it('changes nothing where it is the policy that spoke', () => {
    const past = aPast();
    reviewed(past, 'a', 245, 'approved');
    reviewed(past, 'b', 1_500, 'rejected');
    past.ask('c', 20);
    past.gate('c', 'APPROVE_AUTOMATICALLY', { rule: 'small' });
    past.end('c', 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    expect(past.summary()).toMatchObject({ cases: 3, changed: { count: 0 }, otherRule: 0, wouldPassButRejected: { count: 0 } });
    expect(past.summary().table).toEqual(past.summary().baselineTable);
    expect(past.summary().table.APPROVE_AUTOMATICALLY.automatic).toBe(1);
    expect(past.found).toEqual([]);
  });

  it('is told above all what it would approve although a person rejected it', () => {
    const past = aPast({ candidate: { version: 0, document: below(500) } });
    reviewed(past, 'kind', 245, 'approved');
    reviewed(past, 'harmful', 300, 'rejected');
    expect(past.summary().wouldPassButRejected).toEqual({ count: 1, ids: ['harmful'] });
    expect(past.summary().table.APPROVE_AUTOMATICALLY).toMatchObject({ approved: 1, rejected: 1 });
    expect(past.found.filter(({ kind }) => kind === 'wouldPassButRejected')).toMatchObject([
      { approvalId: 'harmful', candidate: { rule: 'lenient', explanation: 'Below 50: 300.' }, baseline: { explanation: 'As recorded.' } },
    ]);
  });

  it('is told what a person disagreed with afterwards, when it passes that too', () => {
    const past = aPast({ to: at(60) });
    for (const id of ['good', 'bad']) {
      past.ask(id, 20);
      past.gate(id, 'APPROVE_AUTOMATICALLY', { rule: 'small', sampled: true });
      past.end(id, 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    }
    past.take('good', { type: 'AfterReviewed', data: { agreed: true } });
    expect(past.backtest.isDone(at(90))).toBe(false);
    past.take('bad', { type: 'AfterReviewed', data: { agreed: false } });
    expect(past.backtest.isDone(at(90))).toBe(true);
    expect(past.summary().wouldPassButSampleRejected).toEqual({ count: 1, ids: ['bad'] });
  });

  it('saves the minutes of people between step and decision, capped, and adds those of new reviews at their mean', () => {
    const past = aPast({ candidate: { version: 0, document: below(300) }, minutesCap: 4 });
    reviewed(past, 'saved', 245, 'approved');
    past.ask('slow', 600);
    past.gate('slow', 'HUMAN_REVIEW');
    past.open('slow', 10);
    past.end('slow', 'ApprovalGranted', 'approved', 12);
    past.ask('passed', 450);
    past.gate('passed', 'APPROVE_AUTOMATICALLY', { rule: 'gone' });
    past.end('passed', 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    expect(past.summary().minutes).toEqual({ capMin: 4, measured: 2, mean: 3, saved: 4, added: 3 });
  });

  it('counts nobody in time, taken back and still waiting apart from what people decided', () => {
    const past = aPast();
    for (const id of ['late', 'exhausted', 'taken', 'waiting']) {
      past.ask(id, 245);
      past.gate(id, 'HUMAN_REVIEW');
    }
    past.end('late', 'ApprovalExpired', 'expired', 60, 'timeout');
    past.end('exhausted', 'ApprovalRejected', 'rejected', 60, 'timeout');
    past.end('taken', 'ApprovalWithdrawn', 'withdrawn', 60, 'agent');
    expect(past.summary().table.HUMAN_REVIEW).toEqual({
      approved: 0,
      modified: 0,
      rejected: 0,
      expired: 2,
      withdrawn: 1,
      automatic: 0,
      open: 1,
    });
  });
});

describe('facts as they were then', () => {
  it('has a grant that was used let through again, under any policy', () => {
    const past = aPast({ candidate: { version: 0, document: policy({ rules: [] }) } });
    past.ask('a', 245);
    past.gate('a', 'APPROVE_AUTOMATICALLY', { grantId: 'grt_1' });
    past.end('a', 'ApprovalGrantedAutomatically', 'approved', 0, 'rule');
    expect(past.summary().changed.count).toBe(0);
  });

  it('stops what would pass while the kill switch was engaged, and no longer', () => {
    const past = aPast();
    const gated = (id: string, verdict: string) => {
      past.ask(id, 20);
      past.gate(id, verdict, { rule: 'small' });
      past.end(id, 'ApprovalGranted', 'approved');
    };
    past.take('', {
      type: 'KillSwitchEngaged',
      data: { scope: { kind: 'agent', agentId: 'agt_shop' }, reason: 'odd', by: 'o', at: at(0) },
    });
    gated('stopped', 'HUMAN_REVIEW');
    past.take('', { type: 'KillSwitchReleased', data: { scope: { kind: 'agent', agentId: 'agt_shop' }, by: 'o', at: at(1) } });
    gated('passes', 'APPROVE_AUTOMATICALLY');
    const band = { agentId: 'agt_shop', tool: 'refund', band: { from: 10, to: 25 } };
    past.take('', { type: 'BandReturnedToReview', data: { ...band, sampled: 20, rejected: 6, at: at(2) } });
    gated('returned', 'HUMAN_REVIEW');
    past.take('', { type: 'BandReleased', data: { ...band, by: 'o', at: at(3) } });
    gated('released', 'APPROVE_AUTOMATICALLY');
    expect(past.summary()).toMatchObject({ cases: 4, changed: { count: 0 } });
  });

  it('reads the clock of the policy at the instant the gate spoke', () => {
    const night = policy({ timeZone: 'Europe/Berlin', rules: [{ ...RULES[0]!, name: 'day', when: 'time.hour >= 11' }] });
    const past = aPast({ candidate: { version: 0, document: night } });
    past.ask('before', 245);
    past.gate('before', 'HUMAN_REVIEW', { evaluatedAt: '2026-10-01T08:59:59.999Z' });
    past.ask('after', 245);
    past.gate('after', 'APPROVE_AUTOMATICALLY', { rule: 'day', evaluatedAt: '2026-10-01T09:00:00.000Z' });
    for (const id of ['before', 'after']) past.end(id, 'ApprovalGranted', 'approved');
    expect(past.summary()).toMatchObject({ cases: 2, changed: { count: 0 }, otherRule: 0 });
  });

  it('counts for history what stood in the log before the request, and not what came while the gate thought', () => {
    const history = { asked: { measure: 'count', by: ['entity'], of: 'requested', windowSec: 3_600 } } as const;
    const third = policy({
      history: { asked: { ...history.asked, by: ['entity'] } },
      rules: [{ ...RULES[0]!, name: 'third', when: 'history.asked >= 2' }],
    });
    const past = aPast({ candidate: { version: 0, document: third } });
    for (const id of ['one', 'two', 'three']) past.ask(id, 245);
    for (const id of ['three', 'one', 'two']) past.gate(id, 'HUMAN_REVIEW');
    for (const id of ['one', 'two', 'three']) past.end(id, 'ApprovalGranted', 'approved');
    expect(past.summary().changed.ids).toEqual(['three']);
  });

  it('evaluates an edit with what was recorded of it, apart from requests', () => {
    const past = aPast({ candidate: { version: 0, document: below(1_000) } });
    past.ask('a', 2_000);
    past.gate('a', 'HUMAN_REVIEW', { rule: 'default' });
    past.open('a');
    past.take('a', { type: 'ActionModified', data: { private: { action: { name: 'refund', args: { amount: 90, currency: 'USD' } } } } });
    past.gate('a', 'HUMAN_REVIEW', { rule: 'default', private: { facts: {} as never } });
    past.end('a', 'ApprovalGrantedWithChanges', 'modified');
    expect(past.summary()).toMatchObject({ cases: 1, changed: { count: 0 }, edits: { cases: 1, changed: 1 } });
    expect(past.found).toMatchObject([{ kind: 'changed', regated: true, candidate: { verdict: 'APPROVE_AUTOMATICALLY' } }]);
    expect(past.summary().table.HUMAN_REVIEW.modified).toBe(1);
  });

  it('never lets through what the agent would not take as a plain approval', () => {
    const past = aPast({ candidate: { version: 0, document: below(500) } });
    past.ask('a', 20, { decisions: ['reject', 'modify'] });
    past.gate('a', 'APPROVE_AUTOMATICALLY', { rule: 'small' });
    past.end('a', 'ApprovalRejected', 'rejected');
    expect(past.summary()).toMatchObject({ changed: { count: 0 }, wouldPassButRejected: { count: 0 } });
    expect(past.summary().table.HUMAN_REVIEW.rejected).toBe(1);
  });
});

describe('what is counted', () => {
  it('is what was asked in the period, live, under the version asked for', () => {
    const past = aPast({ from: at(10), to: at(20), gatedUnder: { id: 'refunds', version: 1 } });
    reviewed(past, 'early', 245, 'approved', { minute: 9 });
    reviewed(past, 'first', 245, 'approved', { minute: 10 });
    past.ask('test', 245, { minute: 11, test: true });
    past.gate('test', 'HUMAN_REVIEW');
    past.ask('other', 245, { minute: 12 });
    past.gate('other', 'HUMAN_REVIEW', { policy: { id: 'refunds', version: 2, rule: 'default' } });
    past.ask('waits', 245, { minute: 19 });
    past.gate('waits', 'HUMAN_REVIEW');
    reviewed(past, 'late', 245, 'approved', { minute: 20 });
    expect(past.summary().cases).toBe(2);
    expect(past.backtest.isDone(at(30))).toBe(false);
    past.end('waits', 'ApprovalGranted', 'approved', 25);
    expect(past.backtest.isDone(at(19))).toBe(false);
    expect(past.backtest.isDone(at(30))).toBe(true);
  });

  it('lets go of the oldest when too many wait at once, and says how many', () => {
    const past = aPast({ followedMax: 5 });
    for (let index = 0; index < 8; index += 1) {
      past.ask(`a${index}`, 245);
      past.gate(`a${index}`, 'HUMAN_REVIEW');
    }
    past.end('a0', 'ApprovalGranted', 'approved');
    expect(past.summary()).toMatchObject({ cases: 8, notFollowed: 3 });
    expect(past.summary().table.HUMAN_REVIEW).toMatchObject({ approved: 0, open: 5 });
  });

  it('every request of the period once: in a cell of the table, whatever happened to it', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 9 }),
      what: fc.constantFrom('ask', 'gate', 'open', 'grant', 'reject', 'expire'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), steps => {
        const past = aPast({ candidate: { version: 0, document: below(500) } });
        const life = new Map<string, string>();
        let gated = 0;
        for (const { id: number, what } of steps) {
          const id = `a${number}`;
          const now = life.get(id);
          if (what === 'ask' && now === undefined) {
            past.ask(id, number * 100);
            life.set(id, 'asked');
          } else if (what === 'gate' && now === 'asked') {
            past.gate(id, 'HUMAN_REVIEW');
            life.set(id, 'gated');
            gated += 1;
          } else if (what === 'open' && now === 'gated') past.open(id);
          else if (now === 'gated' && what !== 'ask' && what !== 'gate' && what !== 'open') {
            if (what === 'grant') past.end(id, 'ApprovalGranted', 'approved');
            if (what === 'reject') past.end(id, 'ApprovalRejected', 'rejected');
            if (what === 'expire') past.end(id, 'ApprovalExpired', 'expired', 60, 'timeout');
            life.set(id, 'over');
          }
        }
        const { cases, table, baselineTable, changed } = past.summary();
        const total = (of: typeof table) =>
          Object.values(of)
            .flatMap(row => Object.values(row))
            .reduce((sum, count) => sum + count, 0);
        expect([cases, total(table), total(baselineTable)]).toEqual([gated, gated, gated]);
        expect(past.found.filter(({ kind }) => kind === 'changed')).toHaveLength(changed.count);
      }),
    );
  });
});
