import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RISK_LEVELS, type Action, type GatePolicy, type RiskLevel } from '@holdpoint/contracts';
import { effectiveActionOf } from '@holdpoint/approval';
import { refund, refundRequested } from '@holdpoint/testing';
import { compilePolicy, defaultPolicy, evaluate, reviewOnly, STRICTNESS, type CompiledPolicy } from './index.ts';
import { plainContext } from './plain-context.ts';

const compiled = (document: GatePolicy): CompiledPolicy => {
  const result = compilePolicy(document);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.policy;
};
const policy = compiled(defaultPolicy());
const call = (args: Action['args'], name = 'issue_refund'): Action => ({ name, args });
const says = (action: Action | null, riskLevel: RiskLevel = 'low', claimed: { amount?: number; contextSummary?: string } = {}) => {
  const requested = refundRequested({ action, riskLevel });
  const asked = { ...requested.private.arguments, ...claimed };
  const proposal = { ...requested, private: { ...requested.private, arguments: asked } };
  const effective = effectiveActionOf({ toolName: action?.name ?? 'request_human_approval', private: { action, arguments: asked } });
  return evaluate(policy, 1, { requested: proposal, action: effective, edited: false }, plainContext());
};

describe('the default policy', () => {
  it('lets a small refund of low risk pass, and says why', () => {
    expect(says(refund(20))).toMatchObject({
      verdict: 'APPROVE_AUTOMATICALLY',
      policy: { id: 'default', version: 1, rule: 'small-and-low-risk' },
      explanation: 'Low risk, and the amount 20 is below 50.',
      problems: [],
    });
  });

  it('sends everything between to a person', () => {
    expect(says(refund(245), 'medium')).toMatchObject({ verdict: 'HUMAN_REVIEW', policy: { rule: 'default' }, problems: [] });
    expect(says(refund(20), 'medium').verdict).toBe('HUMAN_REVIEW');
    expect(says(refund(50)).verdict).toBe('HUMAN_REVIEW');
    expect(says(refund(999.99)).verdict).toBe('HUMAN_REVIEW');
  });

  it('sends what is large or critical to a senior', () => {
    const large = says(refund(1_000));
    expect(large).toMatchObject({ verdict: 'ESCALATE_SENIOR', explanation: 'The amount 1000 is 1000 or more, so a senior decides.' });
    expect(large.route.steps[0]?.approvers.roles).toEqual(['senior', 'admin', 'owner']);
    expect(says(refund(20), 'critical').verdict).toBe('ESCALATE_SENIOR');
  });

  it('takes no negative amount for a small one', () => {
    expect(says(refund(-5_000)).verdict).toBe('HUMAN_REVIEW');
  });
});

describe('a fact that is missing or contradicts itself', () => {
  it('is named, and takes the request to a person', () => {
    const asks = compiled({
      ...defaultPolicy(),
      rules: [{ name: 'asks', when: 'amount >= 1000', verdict: 'ESCALATE_SENIOR', route: 'senior', explain: 'Much.' }],
    });
    const proposal = { requested: refundRequested(), action: call({ to: 'all' }, 'send_mail'), edited: false };
    expect(evaluate(asks, 1, proposal, plainContext())).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: ['rule "asks" could not be evaluated: the amount is not known'],
    });
  });

  it('is no problem for the default policy where a tool has no amount', () => {
    expect(says(call({ to: 'all' }, 'send_mail'))).toMatchObject({ verdict: 'HUMAN_REVIEW', policy: { rule: 'default' }, problems: [] });
  });

  it('is not replaced by what the agent claims beside the call', () => {
    const said = says(call({ order_id: 'A-1' }), 'low', { amount: 10 });
    expect(said).toMatchObject({ verdict: 'HUMAN_REVIEW', facts: { amount: 10 } });
  });

  it('does count where the gate tool itself is what was called', () => {
    expect(says(null, 'low', { amount: 10 }).verdict).toBe('APPROVE_AUTOMATICALLY');
  });

  it('is not hidden behind a value of another type', () => {
    expect(says(call({ amount: '5000' }), 'low', { amount: 10 })).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      facts: { amount: null },
      problems: expect.arrayContaining(['action.args.amount is not a number, so the amount is not known']),
    });
  });

  it('is a problem when call and claim differ', () => {
    expect(says(refund(20), 'low', { amount: 900 })).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: ['action.args.amount is 20 but arguments.amount is 900'],
    });
  });

  it('is not looked for in the claim when a person edited the call', () => {
    const requested = refundRequested({ action: refund(900) });
    const proposal = { ...requested, private: { ...requested.private, arguments: { ...requested.private.arguments, amount: 900 } } };
    expect(evaluate(policy, 1, { requested: proposal, action: refund(20), edited: true }, plainContext()).problems).toEqual([]);
  });
});

describe('the risk the agent claims', () => {
  it('may raise the verdict, and lowering it gains nothing but the small amount of the call', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.constantFrom(...RISK_LEVELS),
        fc.constantFrom(...RISK_LEVELS),
        (amount, one, other) => {
          const [lower, higher] = RISK_LEVELS.indexOf(one) <= RISK_LEVELS.indexOf(other) ? [one, other] : [other, one];
          const lenient = says(refund(amount), lower).verdict;
          expect(STRICTNESS[says(refund(amount), higher).verdict]).toBeGreaterThanOrEqual(STRICTNESS[lenient]);
          if (lenient === 'APPROVE_AUTOMATICALLY') expect(amount >= 0 && amount < 50).toBe(true);
          if (amount >= 1_000) expect(lenient).toBe('ESCALATE_SENIOR');
        },
      ),
    );
  });
});

describe('text that may deceive whoever reads it', () => {
  it.each([
    ['a bidirectional override', 'contextSummary', { contextSummary: 'refund \u202e0001 USD' }],
    ['a zero-width space', 'contextSummary', { contextSummary: 'ref\u200bund' }],
    ['a tag character', 'contextSummary', { contextSummary: 'refund\u{e0041}' }],
    ['a terminal escape', 'contextSummary', { contextSummary: 'refund \u001b[2K' }],
    ['a filler that shows nothing', 'contextSummary', { contextSummary: 'refund\u3164' }],
  ])('with %s is named and never passes by itself', (_, place, claimed) => {
    const said = says(refund(20), 'low', claimed);
    expect(said.verdict).toBe('HUMAN_REVIEW');
    expect(said.problems[0]).toMatch(new RegExp(`^${place} contains U\\+[0-9A-F]{4,5}, which can make text read differently`));
  });

  it('is found in the arguments, at any depth, and in member names', () => {
    expect(says(call({ amount: 20, lines: [{ note: 'a\u202eb' }] })).problems[0]).toMatch(/^args\.lines\[0\]\.note contains U\+202E/);
    expect(says(call({ amount: 20, 'na\u200bme': 1 })).problems[0]).toMatch(/^a member name in args contains U\+200B/);
  });

  it('is not what ordinary writing is', () => {
    expect(says(refund(20), 'low', { contextSummary: 'Zeile 1\n\tZeile 2: Größe, 退款, возврат, ×2 … 👍' }).problems).toEqual([]);
  });
});

describe('several rules that hold', () => {
  const rule = (name: string, verdict: GatePolicy['rules'][number]['verdict'], when = 'true') => ({ name, when, verdict, explain: name });
  const ruled = (...rules: GatePolicy['rules']) =>
    evaluate(
      compiled({ ...defaultPolicy(), rules }),
      7,
      { requested: refundRequested(), action: refund(245), edited: false },
      plainContext(),
    );

  it('are settled by the strictest, in whatever order they stand', () => {
    const [auto, senior, likely] = [
      rule('auto', 'APPROVE_AUTOMATICALLY'),
      rule('senior', 'ESCALATE_SENIOR'),
      rule('likely', 'LIKELY_REJECT'),
    ];
    expect(ruled(auto, senior, likely).policy).toEqual({ id: 'default', version: 7, rule: 'senior' });
    expect(ruled(senior, likely, auto).policy.rule).toBe('senior');
    expect(ruled(likely, auto).verdict).toBe('LIKELY_REJECT');
    expect(ruled(rule('never', 'REJECT_AUTOMATICALLY'), senior).verdict).toBe('REJECT_AUTOMATICALLY');
  });

  it('do not pass by themselves while another cannot be evaluated', () => {
    expect(ruled(rule('auto', 'APPROVE_AUTOMATICALLY'), rule('broken', 'ESCALATE_SENIOR', 'args.nothing > 1'))).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: [expect.stringMatching(/^rule "broken" could not be evaluated: No such key: nothing/)],
    });
  });

  it('stay strict where another one fails', () => {
    expect(ruled(rule('broken', 'LIKELY_REJECT', 'args.nothing > 1'), rule('senior', 'ESCALATE_SENIOR')).verdict).toBe('ESCALATE_SENIOR');
  });
});

describe('what is recorded', () => {
  const under = (rules: GatePolicy['rules']) =>
    evaluate(
      compiled({ ...defaultPolicy(), rules }),
      1,
      { requested: refundRequested(), action: refund(245), edited: false },
      plainContext(),
    );
  const rule = { name: 'one', when: '!("deceptive" in flags)', verdict: 'LIKELY_REJECT' as const, explain: 'Plain.' };

  it('has no flags where nothing is odd, though rules may ask for them', () => {
    const said = under([rule]);
    expect(said).toMatchObject({ verdict: 'LIKELY_REJECT', problems: [] });
    expect(said.facts).not.toHaveProperty('flags');
    expect(under([]).facts).not.toHaveProperty('flags');
    expect(under([{ ...rule, when: 'size(flags) == 0' }]).verdict).toBe('LIKELY_REJECT');
  });

  it('is the first of several rules of one strictness', () => {
    const said = under([rule, { ...rule, name: 'two', when: 'true' }]);
    expect(said.policy.rule).toBe('one');
  });

  it('says whether no rule decides, or none may', () => {
    expect(under([]).explanation).toBe('No rule decides this, so a person does.');
    expect(under([{ ...rule, when: 'args.nothing > 1' }]).explanation).toBe('The rules alone cannot settle this, so a person decides.');
  });
});

describe('a policy that cannot be used', () => {
  it('sends everything to a person and says so', () => {
    expect(
      reviewOnly(
        defaultPolicy(),
        3,
        { requested: refundRequested(), action: refund(20), edited: false },
        'policy default, version 3, does not compile',
        plainContext(),
      ),
    ).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      policy: { version: 3, rule: 'default' },
      problems: ['policy default, version 3, does not compile'],
    });
  });

  it('needs the default route it names', () => {
    const proposal = { requested: refundRequested(), action: refund(20), edited: false };
    const document = { ...defaultPolicy(), defaultRoute: 'gone' };
    expect(() => reviewOnly(document, 3, proposal, 'broken', plainContext())).toThrow('policy default has no route gone');
  });
});
