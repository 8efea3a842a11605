import { describe, expect, it } from 'vitest';
import type { GateFacts, GrantPattern } from '@holdpoint/contracts';
import { grantMatches, patternProblem, type StandingGrant } from './index.ts';

const NOW = '2026-11-23T12:00:00.000Z';
const facts: GateFacts = {
  tool: 'issue_refund',
  args: { order_id: 'A-1' },
  amount: 20,
  currency: 'USD',
  riskLevel: 'medium',
  agent: 'agt_assistant',
  principal: null,
  labels: {},
  entity: 'A-1',
  source: 'custom',
};
const grant = (parts: Partial<StandingGrant> = {}): StandingGrant => ({
  grantId: 'grt_1',
  pattern: { tool: 'issue_refund' },
  usesMax: 10,
  uses: 0,
  amountMax: 200,
  amountUsed: 0,
  currency: 'USD',
  expiresAt: '2026-11-23T12:30:00.000Z',
  revoked: false,
  ...parts,
});
const matches = (parts: Partial<StandingGrant>, about: Partial<GateFacts> = {}, now = NOW): boolean =>
  grantMatches(grant(parts), { ...facts, ...about }, now);
const withPattern = (pattern: Partial<GrantPattern>) => ({ pattern: { tool: 'issue_refund', ...pattern } });

describe('a grant of ten uses, 200 USD in all, for half an hour', () => {
  it('fits what it was made for', () => expect(matches({})).toBe(true));

  it.each<[string, Partial<StandingGrant>, Partial<GateFacts>, string?]>([
    ['another tool', {}, { tool: 'issue_refunds' }],
    ['another agent', withPattern({ agentId: 'agt_other' }), {}],
    ['an instant after its end', {}, {}, '2026-11-23T12:30:00.000Z'],
    ['the eleventh use', { uses: 10 }, {}],
    ['more than is left', { amountUsed: 180.01 }, {}],
    ['an amount that is not known', {}, { amount: null }],
    ['a negative amount', {}, { amount: -1 }],
    ['another currency', {}, { currency: 'EUR' }],
    ['an amount in no currency', {}, { currency: null }],
    ['anything, once it is revoked', { revoked: true }, {}],
    ['what its condition excludes', withPattern({ when: 'args.order_id == "B-2"' }), {}],
    ['what its condition cannot tell', withPattern({ when: 'args.nothing == 1' }), {}],
    ['anything, with a condition that does not compile', withPattern({ when: 'colour == 1' }), {}],
    ['anything, with a condition on the time, which it does not know', withPattern({ when: 'time.hour < 24' }), {}],
    ['a list too long to walk', withPattern({ when: 'args.lines.exists(l, l == 1)' }), { args: { lines: Array(1_001).fill(1) } }],
  ])('does not fit %s', (_, parts, about, now) => expect(matches(parts, about, now)).toBe(false));

  it('fits the last bit of what is left, and the last instant', () => {
    expect(matches({ amountUsed: 180, uses: 9 })).toBe(true);
    expect(matches({}, {}, '2026-11-23T12:29:59.999Z')).toBe(true);
  });
  it('fits its agent, and its condition', () => {
    expect(matches(withPattern({ agentId: 'agt_assistant', when: 'args.order_id == "A-1" && !("deceptive" in flags)' }))).toBe(true);
    expect(matches(withPattern({ when: '"instructions" in flags' }), { flags: ['instructions'] })).toBe(true);
    expect(matches(withPattern({ when: 'args.lines.exists(l, l == 1)' }), { args: { lines: Array(1_000).fill(1) } })).toBe(true);
  });
  it('without limits on the amount needs none', () =>
    expect(matches({ amountMax: null, currency: null }, { amount: null, currency: null })).toBe(true));
  it('in no currency fits any', () => expect(matches({ currency: null }, { currency: 'EUR' })).toBe(true));
  it('fits an amount of nothing', () => expect(matches({ amountUsed: 200 }, { amount: 0 })).toBe(true));
});

describe('the pattern of a grant', () => {
  it.each<[GrantPattern, RegExp | null]>([
    [{ tool: 'issue_refund' }, null],
    [{ tool: 'issue_refund', when: 'amount < 10' }, null],
    [{ tool: 'issue_refund', when: 'colour == 1' }, /Unknown variable: colour/],
    [{ tool: 'issue_refund', when: 'time.hour == 1' }, /neither time nor history/],
    [{ tool: 'issue_refund', when: '"a" in history' }, /neither time nor history/],
  ])('%j is told what is wrong with it', (pattern, problem) => {
    if (problem === null) expect(patternProblem(pattern)).toBeNull();
    else expect(patternProblem(pattern)).toMatch(problem);
  });
});
