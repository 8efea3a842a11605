import { describe, expect, it } from 'vitest';
import type { GatePolicy } from '@holdpoint/contracts';
import { refund, refundRequested } from '@holdpoint/testing';
import { bandInWords, defaultPolicy, evaluateUnder, inBand, plainContext, SAMPLE_SHARE, type GateContext } from './index.ts';

const small = { requested: refundRequested({ riskLevel: 'low' }), action: refund(20), edited: false };
const middle = { requested: refundRequested(), action: refund(245), edited: false };
const large = { requested: refundRequested(), action: refund(5_000), edited: false };
const says = (context: Partial<GateContext>, proposal = small, more: Partial<GatePolicy> = {}) =>
  evaluateUnder({ version: 1, document: { ...defaultPolicy(), ...more } }, proposal, plainContext(context));

describe('while the kill switch is engaged', () => {
  const killSwitch = { reason: 'the agent runs wild', by: 'opr_olga', at: '2026-11-23T11:00:00.000Z' };

  it('nothing passes by itself, and the reason is recorded', () => {
    expect(says({ killSwitch })).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      policy: { rule: 'small-and-low-risk' },
      problems: ['automatic approval is stopped: the agent runs wild'],
      explanation: 'Low risk, and the amount 20 is below 50. It would pass, but automatic approval is stopped: the agent runs wild.',
    });
  });

  it('the route the rule names is taken', () => {
    const rules = [{ name: 'small', when: 'amount < 50', verdict: 'APPROVE_AUTOMATICALLY' as const, route: 'senior', explain: 'Small.' }];
    expect(says({ killSwitch }, small, { rules })).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      route: { steps: [{ name: 'senior review' }] },
    });
  });

  it('not with a grant either', () => {
    const said = says({ killSwitch, grant: { grantId: 'grt_1' } }, large);
    expect(said).toMatchObject({ verdict: 'ESCALATE_SENIOR', problems: ['automatic approval is stopped: the agent runs wild'] });
    expect(said.grantId).toBeUndefined();
    expect(said.route.steps[0]?.name).toBe('senior review');
  });

  it('what people decide goes on as before', () =>
    expect(says({ killSwitch }, middle)).toMatchObject({ verdict: 'HUMAN_REVIEW', problems: [] }));

  it('what the rules reject stays rejected', () => {
    const rules = [{ name: 'never', when: 'true', verdict: 'REJECT_AUTOMATICALLY' as const, explain: 'Never.' }];
    expect(says({ killSwitch }, small, { rules }).verdict).toBe('REJECT_AUTOMATICALLY');
  });
});

describe('a band that people took back', () => {
  const returned = (band: { from: number | null; to: number | null }, tool = 'issue_refund', agentId = 'agt_assistant') => ({
    returnedBands: [{ agentId, tool, band }],
  });

  it('goes to people, and says why', () => {
    const said = says(returned({ from: 10, to: 25 }));
    expect(said).toMatchObject({ verdict: 'HUMAN_REVIEW', route: { expireAfterSec: 86_400 } });
    expect(said.problems).toEqual([
      'people rejected samples of issue_refund with an amount from 10 to below 25, so this band is theirs until somebody releases it',
    ]);
  });

  it.each([
    ['another band', returned({ from: 25, to: 50 })],
    ['another tool', returned({ from: 10, to: 25 }, 'pay_out')],
    ['another agent', returned({ from: 10, to: 25 }, 'issue_refund', 'agt_other')],
    ['the band without an amount', returned({ from: 21, to: null })],
  ])('is no reason for %s', (_, context) => expect(says(context).verdict).toBe('APPROVE_AUTOMATICALLY'));

  it.each([
    [10, true],
    [24.99, true],
    [25, false],
    [9.99, false],
    [null, false],
  ])('begins at its lower bound and ends before its upper one: %s', (amount, inside) =>
    expect(inBand({ from: 10, to: 25 }, amount)).toBe(inside),
  );
  it('without bounds holds every amount, and none', () => {
    expect(inBand({ from: null, to: null }, null)).toBe(true);
    expect(inBand({ from: null, to: null }, 7)).toBe(true);
    expect(inBand({ from: null, to: 10 }, -5)).toBe(true);
    expect(inBand({ from: 10, to: null }, null)).toBe(false);
    expect(inBand({ from: null, to: 10 }, null)).toBe(false);
  });
  it('is said in words', () => {
    expect([bandInWords({ from: null, to: null }), bandInWords({ from: null, to: 10 }), bandInWords({ from: 10, to: null })]).toEqual([
      'any amount or none',
      'below 10',
      'from 10',
    ]);
  });
});

describe('a grant', () => {
  const grant = { grantId: 'grt_1' };

  it('lets through what people would decide, and what a senior would', () => {
    expect(says({ grant }, middle)).toMatchObject({
      verdict: 'APPROVE_AUTOMATICALLY',
      grantId: 'grt_1',
      policy: { rule: 'default' },
      explanation: 'A standing grant lets this through. Without it: No rule decides this, so a person does.',
    });
    expect(says({ grant }, large)).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY', policy: { rule: 'large-amount' }, grantId: 'grt_1' });
  });

  it('is not needed for what passes anyway', () => expect(says({ grant }).grantId).toBeUndefined());

  it.each(['REJECT_AUTOMATICALLY', 'LIKELY_REJECT'] as const)('does not change %s', verdict => {
    const rules = [{ name: 'no', when: 'true', verdict, explain: 'No.' }];
    expect(says({ grant }, middle, { rules })).toMatchObject({ verdict, policy: { rule: 'no' } });
  });

  it('does not help text that may deceive', () => {
    const { requested } = middle;
    const asked = { ...requested.private.arguments, contextSummary: 'a\u202eb' };
    const proposal = { ...middle, requested: { ...requested, private: { ...requested.private, arguments: asked } } };
    expect(says({ grant }, proposal).verdict).toBe('HUMAN_REVIEW');
  });

  it('is not sampled: a person has looked at the pattern', () => expect(says({ grant, random: 0 }, middle).sampled).toBeUndefined());
});

describe('sampling', () => {
  it('marks one in twenty automatic approvals where the policy says nothing', () => {
    expect(SAMPLE_SHARE).toBe(0.05);
    expect(says({ random: 0.0499 }).sampled).toBe(true);
    expect(says({ random: 0.05 }).sampled).toBeUndefined();
  });

  it('marks the share the policy names: none, or all', () => {
    expect(says({ random: 0 }, small, { sampleShare: 0 }).sampled).toBeUndefined();
    expect(says({ random: 0.999 }, small, { sampleShare: 1 }).sampled).toBe(true);
  });

  it('draws only for what passes', () => {
    const context = plainContext();
    Object.defineProperty(context, 'random', { get: () => expect.fail('nothing to draw for') });
    expect(evaluateUnder({ version: 1, document: defaultPolicy() }, middle, context).sampled).toBeUndefined();
  });
});

describe('the ladder of a route', () => {
  const ladder = { id: 'support', levels: [], claimTimeoutSec: 300, exhaustedAfterSec: 300, onExhausted: 'reject' as const };
  const routed = (escalation: string | typeof ladder, context: Partial<GateContext> = {}) => {
    const { routes } = defaultPolicy();
    const review = { ...routes['review']!, escalation };
    return says(context, middle, { routes: { ...routes, review } });
  };

  it('is looked up by its id, with the version that is the newest now', () => {
    const said = routed('support', { escalation: id => (id === 'support' ? { version: 7, document: ladder } : null) });
    expect(said.route.escalation).toEqual({ version: 7, document: ladder });
    expect(said.problems).toEqual([]);
  });

  it('of its own has no version', () => expect(routed(ladder).route.escalation).toEqual({ version: null, document: ladder }));

  it("that is not there is a problem, and the route's own times count", () => {
    const said = routed('support');
    expect(said.problems).toEqual(['escalation policy "support" is not there, so the route\'s own times count']);
    expect(said.route).toMatchObject({ escalateAfterSec: 300 });
    expect(said.route).not.toHaveProperty('escalation');
  });

  it('that is not there stops nothing that passes by itself', () => {
    const { routes } = defaultPolicy();
    const said = says({}, small, { routes: { ...routes, review: { ...routes['review']!, escalation: 'gone' } } });
    expect(said).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY', problems: [] });
  });
});

describe('settings of the policy', () => {
  it('come with what it says, and only those that are set', () => {
    const rejectReasons = [{ code: 'outOfPolicy', label: 'Outside the policy' }];
    const said = says({}, middle, { keepApprovalsOnEdit: true, extendSecMax: 60, questionsPauseDeadline: true, rejectReasons });
    expect(said).toMatchObject({ keepApprovalsOnEdit: true, extendSecMax: 60, questionsPauseDeadline: true, rejectReasons });
    expect(Object.keys(says({}, middle))).toEqual(['verdict', 'policy', 'explanation', 'problems', 'route', 'approvalValidSec', 'facts']);
  });
});
