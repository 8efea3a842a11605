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

  it('says where each problem stands', () => {
    const [rule] = withRule({ when: 'colour == 1', route: 'nowhere', explain: '{entity}' }).rules;
    const history = Object.fromEntries(
      Array.from({ length: 21 }, (_, n) => [
        `n${n}`,
        { measure: 'count' as const, by: ['agent' as const], of: 'requested' as const, windowSec: 60 },
      ]),
    );
    const document = { ...defaultPolicy(), rules: [rule!, rule!], defaultRoute: 'missing', timeZone: 'Europe/Nowhere', history };
    const result = compilePolicy(document);
    expect(result.ok ? [] : result.found.map(({ path }) => path.join('.'))).toEqual([
      'rules.1.name',
      'rules.0.route',
      'rules.1.route',
      'rules.0.when',
      'rules.0.explain',
      'rules.1.when',
      'rules.1.explain',
      'defaultRoute',
      'timeZone',
      'history',
    ]);
    expect(result.ok ? [] : result.problems).toContain('defaultRoute "missing" is not in routes');
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

  it.each([
    ['a team', { teams: ['payments'] }],
    ['a schedule', { schedules: ['primary'] }],
    ['a person by name', { operators: ['opr_olga'] }],
    ['one senior role among others', { roles: ['operator' as const, 'owner' as const] }],
  ])('may send to seniors by a route that asks %s, since one may be among them', (_, asked) => {
    const review = defaultPolicy().routes['review']!;
    const steps = review.steps.map(step => ({ ...step, approvers: { roles: [], operators: [], ...asked } }));
    expect(problemsOf({ ...withRule({ verdict: 'ESCALATE_SENIOR', route: 'review' }), routes: { review: { ...review, steps } } })).toEqual(
      [],
    );
  });

  it('explains nothing a person could be known by', () => {
    expect(problemsOf(withRule({ explain: 'for {principal} on {entity}' }))).toEqual([
      'rule "tried": explain uses {principal}, {entity}, which is not a fact it may quote',
    ]);
  });
});

describe('what a policy reads', () => {
  const usesOf = (...conditions: string[]) => {
    const rules = conditions.map((when, n) => ({ name: `rule-${n}`, when, verdict: 'LIKELY_REJECT' as const, explain: 'Tried.' }));
    const history = { n: { measure: 'count' as const, by: ['agent' as const], of: 'requested' as const, windowSec: 60 } };
    const result = compilePolicy({ ...defaultPolicy(), history, rules });
    if (!result.ok) throw new Error(result.problems.join());
    return Object.entries(result.policy.uses).flatMap(([name, used]) => (used ? [name] : []));
  };

  it.each([
    ['time', 'time.hour > 1'],
    ['flags', '"deceptive" in flags'],
    ['walks', 'args.items.exists(i, i == 1)'],
  ])('is %s when any of its rules does', (name, when) => expect(usesOf('tool == "x"', when)).toEqual([name]));

  it('is nothing more than the call where no rule asks for more', () => expect(usesOf('tool == "x"', 'true')).toEqual([]));
});

describe('the policy of a new organisation', () => {
  const { routes } = defaultPolicy();
  const rolesOf = (name: string) => routes[name]!.steps.map(({ approvers }) => approvers.roles);
  const backupsOf = (name: string) => routes[name]!.backups.map(({ roles }) => roles);

  it('asks anybody first and seniors next, and where it asks seniors, admins next', () => {
    expect([rolesOf('review'), backupsOf('review')]).toEqual([[['operator', 'senior', 'admin', 'owner']], [['senior', 'admin', 'owner']]]);
    expect([rolesOf('senior'), backupsOf('senior')]).toEqual([[['senior', 'admin', 'owner']], [['admin', 'owner']]]);
  });

  it('lets nobody decide what they asked for, and names nobody', () => {
    for (const { steps, backups } of Object.values(routes)) {
      expect(steps.map(({ excludeRequester }) => excludeRequester)).toEqual([true]);
      expect([...steps.map(({ approvers }) => approvers), ...backups].flatMap(({ operators }) => operators)).toEqual([]);
    }
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
