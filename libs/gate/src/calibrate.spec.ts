import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bandOf,
  calibrate,
  compilePolicy,
  defaultPolicy,
  driftOf,
  hasDrifted,
  inBand,
  lintDocument,
  proposeRule,
  runCases,
  wilson,
  type Outcome,
} from './index.ts';

const outcomes = (count: number, agreed: number, parts: Partial<Outcome> = {}): Outcome[] =>
  Array.from({ length: count }, (_, index) => ({
    agentId: 'agt_assistant',
    tool: 'issue_refund',
    amount: 60,
    currency: 'USD',
    agreed: index < agreed,
    ...parts,
  }));

describe("Wilson's interval", () => {
  it.each([
    [0, 0, 0, 1],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [95, 100, 0.8882, 0.9785],
  ])('of %i of %i is what the books say', (k, n, low, high) => {
    expect(wilson(k, n).low).toBeCloseTo(low, 4);
    expect(wilson(k, n).high).toBeCloseTo(high, 4);
  });

  it('holds the share it is about, and narrows with more cases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(2_000), (n, some) => {
        const k = Math.min(n, some);
        const [one, ten] = [wilson(k, n), wilson(k * 10, n * 10)];
        expect(one.low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(one.high).toBeGreaterThanOrEqual(k / n - 1e-12);
        expect(ten.high - ten.low).toBeLessThan(one.high - one.low);
      }),
    );
  });

  it('widens with the confidence asked for', () => expect(wilson(50, 100, 2.58).low).toBeLessThan(wilson(50, 100).low));
});

describe('amount bands', () => {
  it('hold every amount exactly once', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, min: -1e7, max: 1e7 }), amount => inBand(bandOf(amount), amount)));
    expect([bandOf(null), bandOf(-1), bandOf(0), bandOf(49.99), bandOf(50), bandOf(1_000_000)]).toEqual([
      { from: null, to: null },
      { from: null, to: 0 },
      { from: 0, to: 10 },
      { from: 25, to: 50 },
      { from: 50, to: 100 },
      { from: 1_000_000, to: null },
    ]);
  });
});

describe('calibration', () => {
  it('tells agents, tools, currencies and bands apart, the most decided first', () => {
    const rows = calibrate([
      ...outcomes(3, 3),
      ...outcomes(5, 4, { amount: 10 }),
      ...outcomes(2, 0, { currency: 'EUR' }),
      ...outcomes(1, 1, { amount: null }),
      ...outcomes(1, 0, { amount: -5 }),
    ]);
    expect(rows.map(({ band, currency, decided, agreed, rate }) => [band.from, currency, decided, agreed, rate])).toEqual([
      [10, 'USD', 5, 4, 0.8],
      [50, 'USD', 3, 3, 1],
      [50, 'EUR', 2, 0, 0],
      [null, 'USD', 1, 1, 1],
      [null, 'USD', 1, 0, 0],
    ]);
  });

  const rowOf = (count: number, agreed: number, parts: Partial<Outcome> = {}) => calibrate(outcomes(count, agreed, parts))[0]!;

  it('proposes a narrow rule where people nearly always agreed: a draft that compiles and passes its own cases', () => {
    const proposed = proposeRule(defaultPolicy(), rowOf(200, 200));
    if (!proposed.ok) throw new Error(proposed.reason);
    const { rule, document } = proposed;
    expect(rule).toMatchObject({ name: 'calibrated-issue-refund-50', verdict: 'APPROVE_AUTOMATICALLY' });
    expect(rule.when).toBe(
      'agent == "agt_assistant" && tool == "issue_refund" && currency == "USD" && amount != null && amount >= 50 && amount < 100 && !(riskLevel in ["high", "critical"])',
    );
    expect(rule.explain).toBe('People approved 200 of 200 like this (from 50 to below 100), at least 98.1 % with 95 % confidence.');
    expect(compilePolicy(document).ok).toBe(true);
    expect(lintDocument(document).filter(({ severity }) => severity === 'error')).toEqual([]);
    const results = runCases(document);
    expect(results.map(({ ok, said }) => [ok, said.verdict])).toEqual([
      [true, 'APPROVE_AUTOMATICALLY'],
      [true, 'HUMAN_REVIEW'],
      [true, 'HUMAN_REVIEW'],
    ]);
    const given = { agent: 'agt_assistant', tool: 'issue_refund', riskLevel: 'low', currency: 'USD', amount: 50 };
    expect(document.cases).toEqual([
      { name: `${rule.name} passes`, given, then: { verdict: 'APPROVE_AUTOMATICALLY', rule: rule.name } },
      {
        name: `${rule.name} is for this agent only`,
        given: { ...given, agent: 'agt_assistant-other' },
        then: { verdict: 'HUMAN_REVIEW', rule: 'default' },
      },
      { name: `${rule.name} ends below 100`, given: { ...given, amount: 100 }, then: { verdict: 'HUMAN_REVIEW', rule: 'default' } },
    ]);
  });

  it('proposes a band without an upper end, where no rule is stricter', () => {
    const proposed = proposeRule({ ...defaultPolicy(), rules: [] }, rowOf(200, 200, { amount: 2_000_000 }));
    if (!proposed.ok) throw new Error(proposed.reason);
    expect(proposed.rule.when).toContain('amount >= 1000000 && !(riskLevel');
    expect(proposed.document.cases?.map(({ name }) => name)).toEqual([
      'calibrated-issue-refund-1000000 passes',
      'calibrated-issue-refund-1000000 is for this agent only',
    ]);
  });

  it('proposes a rule beside such as read history, of which a case knows nothing', () => {
    const active = {
      ...defaultPolicy(),
      history: { n: { measure: 'count' as const, by: ['agent' as const], of: 'requested' as const, windowSec: 60 } },
      rules: [{ name: 'many', when: 'history.n > 5.0', verdict: 'ESCALATE_SENIOR' as const, explain: 'Many.' }],
    };
    expect(proposeRule(active, rowOf(200, 200)).ok).toBe(true);
  });

  it('names a rule in letters, digits and dashes, not longer than a name may be', () => {
    const nameFor = (tool: string) => {
      const proposed = proposeRule(defaultPolicy(), rowOf(200, 200, { tool }));
      return proposed.ok ? proposed.rule.name : proposed.reason;
    };
    expect(nameFor('billing.pay__out')).toBe('calibrated-billing-pay-out-50');
    expect(nameFor('x'.repeat(100))).toBe(`calibrated-${'x'.repeat(45)}`);
  });

  it('proposes a rule for a tool without amounts, and another name for a second one', () => {
    const first = proposeRule(defaultPolicy(), rowOf(200, 200, { amount: null, currency: null, tool: 'close_ticket' }));
    if (!first.ok) throw new Error(first.reason);
    expect(first.rule.when).toBe(
      'agent == "agt_assistant" && tool == "close_ticket" && amount == null && !(riskLevel in ["high", "critical"])',
    );
    expect(first.document.cases?.map(({ given }) => given)).toEqual([
      { agent: 'agt_assistant', tool: 'close_ticket', riskLevel: 'low' },
      { agent: 'agt_assistant-other', tool: 'close_ticket', riskLevel: 'low' },
    ]);
    const again = proposeRule(
      { ...first.document, rules: first.document.rules.filter(rule => rule !== first.rule).concat({ ...first.rule, when: 'false' }) },
      rowOf(200, 200, { amount: null, currency: null, tool: 'close_ticket' }),
    );
    expect(again).toMatchObject({ ok: true, rule: { name: 'calibrated-close-ticket-any-2' } });
    const taken = ['', '-2'].map(end => ({ ...first.rule, name: `calibrated-close-ticket-any${end}`, when: 'false' }));
    const third = proposeRule(
      { ...defaultPolicy(), rules: taken },
      rowOf(200, 200, { amount: null, currency: null, tool: 'close_ticket' }),
    );
    expect(third).toMatchObject({ ok: true, rule: { name: 'calibrated-close-ticket-any-3' } });
  });

  it.each([
    [
      'too few decisions',
      rowOf(20, 20),
      /people agreed with 20 of 20, so with 95 % confidence only with 83\.8 % or more; 95 % is asked for/,
    ],
    ['too many rejections', rowOf(300, 280), /agreed with 280 of 300/],
    ['amounts below zero', rowOf(200, 200, { amount: -5 }), /below zero/],
    ['a stricter rule there', rowOf(200, 200, { amount: 1_500 }), /rule "large-amount" is stricter there/],
  ])('proposes nothing with %s', (_, row, reason) => {
    const proposed = proposeRule(defaultPolicy(), row);
    expect(proposed.ok).toBe(false);
    if (!proposed.ok) expect(proposed.reason).toMatch(reason);
  });
});

describe('drift', () => {
  it.each([
    [1, 1, false],
    [2, 2, true],
    [5, 2, true],
    [20, 2, false],
    [30, 5, true],
    [100, 5, false],
    [100, 12, true],
  ])('of %i samples with %i rejected: %s', (sampled, rejected, drifted) => expect(hasDrifted(sampled, rejected)).toBe(drifted));

  it('names the bands in which people reject samples, and only those', () => {
    expect(driftOf([...outcomes(40, 40), ...outcomes(10, 6, { amount: 5 })])).toEqual([
      { agentId: 'agt_assistant', tool: 'issue_refund', band: { from: 0, to: 10 }, sampled: 10, rejected: 4 },
    ]);
  });
});
