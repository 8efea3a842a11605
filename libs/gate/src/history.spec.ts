import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryFact } from '@holdpoint/contracts';
import { refund, refundRequested } from '@holdpoint/testing';
import { HISTORY_LAG_SEC, openHistory, type HistoryAbout, type HistoryEntry } from './index.ts';

const START_MS = Date.parse('2026-11-23T00:00:00.000Z');
const at = (sec: number): string => new Date(START_MS + sec * 1_000).toISOString();
const amountPaths = ['action.args.amount'];
const fact = (parts: Partial<HistoryFact> = {}): HistoryFact => ({
  measure: 'count',
  by: ['agent'],
  of: 'requested',
  windowSec: 3_600,
  ...parts,
});
const PAID = { agent: 'agt_assistant', entity: 'A-1', tool: 'issue_refund', principal: null, currency: 'USD', test: false };
const about = (position: number, sec: number, more: Partial<HistoryAbout> = {}): HistoryAbout => ({
  ...PAID,
  position: String(position),
  at: at(sec),
  ...more,
});

type Asked = { agent?: string; amount?: number; test?: true; principal?: string };
const requested = (
  id: string,
  position: number,
  sec: number,
  { agent = 'agt_assistant', amount = 10, test, principal }: Asked = {},
): HistoryEntry => {
  const asked = refundRequested({ key: id, agent: { id: agent }, ...(test === undefined ? {} : { test }) });
  const who = principal === undefined ? null : { id: principal };
  return {
    kind: 'requested',
    approvalId: id,
    position: String(position),
    at: at(sec),
    requested: { ...asked, private: { ...asked.private, principal: who } },
    action: refund(amount),
  };
};
const ended = (kind: 'approved' | 'rejected' | 'ended', id: string, position: number, sec: number): HistoryEntry => ({
  kind,
  approvalId: id,
  position: String(position),
  at: at(sec),
});
const historyOf = (facts: HistoryFact[], entries: HistoryEntry[]) => {
  const history = openHistory(facts.map(one => ({ fact: one, amountPaths })));
  for (const entry of entries) history.add(entry);
  return (one: HistoryFact, of: HistoryAbout) => history.value({ fact: one, amountPaths }, of);
};

describe('a history fact', () => {
  it('counts what was asked before a request, in the order of the log', () => {
    const value = historyOf([fact()], [requested('a', 10, 0), requested('b', 20, 0), requested('c', 30, 0)]);
    expect([10, 20, 30, 31].map(position => value(fact(), about(position, 0)))).toEqual([0, 1, 2, 3]);
  });

  it('forgets what is older than its window, to the millisecond', () => {
    const value = historyOf([fact({ windowSec: 60 })], [requested('a', 10, 0), requested('b', 20, 30)]);
    expect(value(fact({ windowSec: 60 }), about(30, 60))).toBe(2);
    expect(value(fact({ windowSec: 60 }), about(30, 60.001))).toBe(1);
    expect(value(fact({ windowSec: 60 }), about(30, 91))).toBe(0);
  });

  it('looks at what requests have in common', () => {
    const entries = [requested('a', 10, 0), requested('b', 20, 0, { agent: 'agt_other' }), requested('c', 30, 0, { principal: 'kim' })];
    const facts = [fact(), fact({ by: ['tool'] }), fact({ by: ['agent', 'principal'] })];
    const value = historyOf(facts, entries);
    expect(facts.map(one => value(one, about(40, 0)))).toEqual([2, 3, 1]);
    expect(value(facts[2] as HistoryFact, about(40, 0, { principal: 'kim' }))).toBe(1);
    expect(value(fact(), about(40, 0, { agent: 'agt_new' }))).toBe(0);
  });

  it('adds amounts exactly, in the currency of the request', () => {
    const sum = fact({ measure: 'sum' });
    const value = historyOf(
      [sum],
      Array.from({ length: 10 }, (_, index) => requested(`r${index}`, index, 0, { amount: 0.1 })),
    );
    expect(value(sum, about(10, 0))).toBe(1);
    expect(value(sum, about(10, 0, { currency: 'EUR' }))).toBe(0);
    expect(value(sum, about(10, 0, { currency: null }))).toBe(0);
  });

  it('counts in whatever currency, and adds up nothing that names none', () => {
    const [count, sum] = [fact(), fact({ measure: 'sum' })];
    const plain: HistoryEntry = { ...requested('a', 10, 0), action: { name: 'issue_refund', args: { amount: 10 } } } as HistoryEntry;
    const value = historyOf([count, sum], [plain, requested('b', 20, 0)]);
    expect([
      value(count, about(30, 0)),
      value(count, about(30, 0, { currency: null })),
      value(count, about(30, 0, { currency: 'EUR' })),
    ]).toEqual([2, 2, 2]);
    expect([value(sum, about(30, 0)), value(sum, about(30, 0, { currency: null }))]).toEqual([10, 0]);
  });

  it('counts approvals and rejections when they come, and nothing that ended otherwise', () => {
    const [approved, rejected] = [fact({ of: 'approved' }), fact({ of: 'rejected' })];
    const entries = [
      requested('a', 10, 0),
      requested('b', 11, 0),
      requested('c', 12, 0),
      ended('approved', 'a', 20, 100),
      ended('rejected', 'b', 21, 100),
      ended('ended', 'c', 22, 100),
      ended('approved', 'nobody', 23, 100),
    ];
    const value = historyOf([approved, rejected], entries);
    expect([value(approved, about(20, 200)), value(approved, about(21, 200))]).toEqual([0, 1]);
    expect([value(rejected, about(21, 200)), value(rejected, about(30, 200))]).toEqual([0, 1]);
  });

  it('adds up what people approved, not what was asked, where they changed it', () => {
    const sum = fact({ measure: 'sum', of: 'approved' });
    const changed: HistoryEntry = { kind: 'approved', approvalId: 'a', position: '20', at: at(5), action: refund(7) };
    expect(historyOf([sum], [requested('a', 10, 0, { amount: 100 }), changed])(sum, about(30, 10))).toBe(7);
  });

  it('counts an end whose request is too old to be counted, when it was remembered', () => {
    const approved = fact({ of: 'approved' });
    const history = openHistory([{ fact: approved, amountPaths }]);
    const old = requested('a', 10, -90_000);
    if (old.kind === 'requested') history.remember(old);
    history.add(ended('approved', 'a', 20, 0));
    expect(history.value({ fact: approved, amountPaths }, about(30, 1))).toBe(1);
  });

  it('keeps what test keys ask apart', () => {
    const value = historyOf([fact()], [requested('a', 10, 0, { test: true }), requested('b', 20, 0)]);
    expect(value(fact(), about(30, 0))).toBe(1);
    expect(value(fact(), about(30, 0, { test: true }))).toBe(1);
  });

  it('is not known when nobody planned it, or the request is older than what is kept', () => {
    const value = historyOf([fact()], [requested('a', 10, 0), requested('b', 20, HISTORY_LAG_SEC + 1)]);
    expect(value(fact({ windowSec: 61 }), about(30, HISTORY_LAG_SEC))).toBeNull();
    expect(value(fact(), about(15, 0))).toBeNull();
    expect(value(fact(), about(15, 1))).toBe(1);
  });

  it('is not known once more was asked than may be kept', () => {
    const history = openHistory([{ fact: fact(), amountPaths }], { entriesMax: 3 });
    const values = Array.from({ length: 5 }, (_, index) => {
      history.add(requested(`r${index}`, index, index));
      return history.value({ fact: fact(), amountPaths }, about(10, 10));
    });
    expect(values).toEqual([1, 2, 3, null, null]);
  });

  it('lets go of what is too old, so that memory stays bounded', () => {
    const history = openHistory([{ fact: fact({ windowSec: 1 }), amountPaths }]);
    for (let index = 0; index < 20_000; index += 1) history.add(requested(`r${index % 50}`, index, index));
    expect(history.size()).toBeLessThanOrEqual(HISTORY_LAG_SEC + 2);
    expect(history.value({ fact: fact({ windowSec: 1 }), amountPaths }, about(20_000, 20_000))).toBe(1);
  });

  it('holds a request until its end, if any fact counts ends, and counts an end once', () => {
    const [asked, approved] = [fact(), fact({ of: 'approved' })];
    const plans = [asked, approved].map(one => ({ fact: one, amountPaths }));
    const history = openHistory(plans);
    history.add(requested('a', 10, 0));
    expect(history.size()).toBe(2);
    history.add(ended('approved', 'a', 20, 1));
    history.add(ended('approved', 'a', 21, 1));
    expect(history.size()).toBe(2);
    expect(history.value({ fact: approved, amountPaths }, about(30, 2))).toBe(1);

    const only = openHistory([{ fact: asked, amountPaths }]);
    const old = requested('a', 10, 0);
    if (old.kind === 'requested') only.remember(old);
    expect(only.size()).toBe(0);
    // What is held until its end counts as kept, too.
    const small = openHistory(plans, { entriesMax: 3 });
    small.add(requested('a', 10, 0));
    expect(small.value({ fact: asked, amountPaths }, about(20, 1))).toBe(1);
    small.add(requested('b', 11, 0));
    expect(small.value({ fact: asked, amountPaths }, about(20, 1))).toBeNull();
    const before = small.size();
    small.add(requested('c', 12, 0));
    expect(small.size()).toBe(before);
  });

  it('is the same fact in whatever order its common traits are named, and a count reads no amount', () => {
    const history = openHistory([{ fact: fact({ by: ['agent', 'tool'] }), amountPaths }]);
    history.add(requested('a', 10, 0));
    expect(history.value({ fact: fact({ by: ['tool', 'agent'] }), amountPaths: ['action.args.total'] }, about(20, 1))).toBe(1);
    const sum = fact({ measure: 'sum' });
    const sums = openHistory([{ fact: sum, amountPaths }]);
    expect(sums.value({ fact: sum, amountPaths: ['action.args.total'] }, about(20, 1))).toBeNull();
  });

  it('gives what a slow count over the whole log gives', () => {
    const agents = fc.constantFrom('agt_a', 'agt_b');
    const step = fc.record({
      agent: agents,
      afterSec: fc.integer({ min: 0, max: 40 }),
      amount: fc.integer({ min: -5, max: 500 }),
      end: fc.constantFrom('approved', 'rejected', 'ended', 'none'),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom('requested', 'approved', 'rejected'),
        (steps, windowSec, of) => {
          const [count, sum] = [fact({ of, windowSec }), fact({ of, windowSec, measure: 'sum' })];
          const history = openHistory([count, sum].map(one => ({ fact: one, amountPaths })));
          const counted: { agent: string; sec: number; amount: number }[] = [];
          let [sec, position] = [0, 0];
          steps.forEach(({ agent, afterSec, amount, end }, index) => {
            sec += afterSec;
            position += 1;
            const window = counted.filter(one => one.agent === agent && one.sec >= sec - windowSec);
            const asked = about(position, sec, { agent });
            expect(history.value({ fact: count, amountPaths }, asked)).toBe(window.length);
            expect(history.value({ fact: sum, amountPaths }, asked)).toBe(window.reduce((total, one) => total + one.amount, 0));
            history.add(requested(`r${index}`, position, sec, { agent, amount }));
            if (of === 'requested') counted.push({ agent, sec, amount });
            if (end === 'none') return;
            position += 1;
            history.add(ended(end, `r${index}`, position, sec));
            if (of === end) counted.push({ agent, sec, amount });
          });
        },
      ),
    );
  });
});
