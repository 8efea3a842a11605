import { describe, expect, it } from 'vitest';
import { gatePolicy, type GatePolicy } from '@holdpoint/contracts';
import { refund, refundRequested } from '@holdpoint/testing';
import { compilePolicy, defaultPolicy, evaluate } from './index.ts';
import { plainContext } from './plain-context.ts';

const withRule = (rule: Partial<GatePolicy['rules'][number]>): GatePolicy => ({
  ...defaultPolicy(),
  rules: [{ name: 'tried', when: 'true', verdict: 'HUMAN_REVIEW', explain: 'tried', ...rule }],
});
const problemsOf = (document: GatePolicy): string[] => {
  const result = compilePolicy(document);
  return result.ok ? [] : result.problems;
};

describe('a policy document', () => {
  it('of a new organisation is valid and compiles', () => {
    expect(gatePolicy.parse(defaultPolicy())).toEqual(defaultPolicy());
    expect(problemsOf(defaultPolicy())).toEqual([]);
  });

  it.each([
    ['is no expression', 'amount >', /Unexpected token/],
    ['names an unknown fact', 'colour == "red"', /Unknown variable: colour/],
    ['does not yield true or false', 'tool', /it yields string, not true or false/],
    ['compares what cannot be compared', '1 + "x" == 2', /no such overload/],
    ['matches a pattern', 'tool.matches("^(a+)+$")', /matches\(\) is not available/],
    ['walks a list inside another walk', 'args.a.exists(i, args.b.exists(j, i == j))', /inside another walk/],
    ['is nested too deep', `${'('.repeat(80)}true${')'.repeat(80)}`, /./],
    [
      'has too many parts',
      Array.from({ length: 300 }, () => 'amount == 1')
        .join('||')
        .slice(0, 4_500) + '==1',
      /./,
    ],
  ])('with a rule that %s is refused, with the rule and the reason', (_, when, reason) => {
    const [problem] = problemsOf(withRule({ when }));
    expect(problem).toMatch(/^rule "tried": /);
    expect(problem).toMatch(reason);
  });

  it('names every problem at once', () => {
    const document = { ...withRule({ when: 'colour == 1', route: 'nowhere', explain: '{entity} {amount}' }), defaultRoute: 'missing' };
    expect(problemsOf(document)).toHaveLength(4);
  });

  it('has each rule once', () => {
    const [rule] = withRule({}).rules;
    expect(problemsOf({ ...defaultPolicy(), rules: [rule as never, rule as never] })).toEqual(['rule "tried" is there twice']);
  });

  it('sends nothing to seniors by a route without any', () => {
    const { routes } = defaultPolicy();
    const review = routes['review'] as NonNullable<(typeof routes)['review']>;
    const operators = {
      ...review,
      steps: review.steps.map(step => ({ ...step, approvers: { roles: ['operator' as const], operators: [] } })),
    };
    expect(problemsOf({ ...withRule({ verdict: 'ESCALATE_SENIOR', route: 'review' }), routes: { review: operators } })).toEqual([
      'rule "tried": step "review" of route "review" asks no senior, admin or owner, so nobody could decide it',
    ]);
  });

  it('explains nothing a person could be known by', () => {
    expect(problemsOf(withRule({ explain: 'for {principal} on {entity}' }))).toEqual([
      'rule "tried": explain uses {principal}, {entity}, which is not a fact it may quote',
    ]);
  });
});

describe('an expression', () => {
  const holds = (when: string): boolean => {
    const result = compilePolicy(withRule({ when, verdict: 'LIKELY_REJECT' }));
    if (!result.ok) throw new Error(result.problems.join());
    const requested = refundRequested({ labels: { team: 'support' } });
    return evaluate(result.policy, 1, { requested, action: refund(245), edited: false }, plainContext()).verdict === 'LIKELY_REJECT';
  };

  it.each([
    'amount > 200 && amount < 245.5',
    'tool in ["issue_refund", "pay_out"]',
    'tool.startsWith("issue_")',
    'args.currency == "USD"',
    'has(labels.team) && labels.team == "support"',
    'riskLevel != "low" && source == "openai.assistants"',
    'agent == "agt_assistant" && principal == null',
    'entity.contains("A-")',
    '[1, 2].exists(i, i == 2)',
  ])('may read the facts: %s', when => expect(holds(when)).toBe(true));

  it('sees no member an argument inherits', () => {
    expect(holds('has(args.constructor)')).toBe(false);
    expect(holds('has(args.__proto__)')).toBe(false);
  });
});
