import { describe, expect, it } from 'vitest';
import type { GateFacts } from '@holdpoint/contracts';
import { compileExpression } from './rule.ts';

const facts: GateFacts = {
  tool: 'issue_refund',
  args: {},
  amount: 245,
  currency: 'USD',
  riskLevel: 'low',
  agent: 'agt_shop',
  principal: null,
  labels: {},
  entity: 'A-1',
  source: 'mcp',
};
const compiled = (when: string) => {
  const result = compileExpression(when, []);
  if ('problem' in result) throw new Error(result.problem);
  return result;
};
const says = (when: string, about: Partial<GateFacts> = {}) => compiled(when).answer({ ...facts, ...about });
const problemOf = (when: string) => {
  const result = compileExpression(when, []);
  return 'problem' in result ? result.problem : '';
};

describe('a condition', () => {
  it('holds or does not, also where the call alone knows whether that is so', () => {
    expect(says('args.urgent', { args: { urgent: true } })).toEqual({ holds: true });
    expect(says('args.urgent', { args: { urgent: false } })).toEqual({ holds: false });
    expect(says('args.urgent', { args: { urgent: 'yes' } })).toEqual({ problem: 'it did not yield true or false' });
  });

  it('may look for a value among such of several kinds', () =>
    expect(says('args.code in ["none", 7.0]', { args: { code: 7 } })).toEqual({ holds: true }));

  it('says what it misses: the amount where it asks for it and there is none, else the member', () => {
    expect(says('amount > 1', { amount: null })).toEqual({ problem: 'the amount is not known' });
    expect(says('amount > 1 && args.x == 1')).toEqual({ problem: 'No such key: x (at character 20)' });
    expect(says('args.x == 1', { amount: null })).toEqual({ problem: 'No such key: x (at character 6)' });
  });

  it('that cannot be used is told where', () => expect(problemOf('  colour == 1')).toBe('Unknown variable: colour (at character 3)'));

  it('is known for the facts it reads, and not for words and names of its own', () => {
    const readsOf = (when: string) => [...compiled(when).reads];
    expect(readsOf('tool == "a" && args.x == "amount"')).toEqual(['tool', 'args']);
    expect(readsOf('[1].exists(i, i == 1)')).toEqual([]);
  });
});

describe('a walk over a list', () => {
  it.each([
    'args.a.filter(i, i == 1).exists(i, i == 1)',
    'args.a.exists(i, i == 1) && args.b.all(i, i == 1)',
    'size(args.a.map(i, i)) > 0',
  ])('may follow another: %s', when => expect(problemOf(when)).toBe(''));

  it.each([
    'args.a.exists(i, [i].exists(j, j == 1))',
    'tool == "a" && !args.a.all(i, size([i].filter(j, j == 1)) > 0)',
    'args.a.filter(i, [i].map(j, j).exists(k, k == 1)).exists(i, i == 1)',
    'args.a.map(i, [i].exists_one(j, j == 1)).exists(i, i)',
  ])('may not stand in another: %s', when => expect(problemOf(when)).toMatch(/^\w+\(\) inside another walk over a list is not available$/));
});
