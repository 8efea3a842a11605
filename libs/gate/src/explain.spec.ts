import { describe, expect, it } from 'vitest';
import type { GateFacts } from '@holdpoint/contracts';
import { explain, unknownPlaceholders } from './explain.ts';

const facts: GateFacts = {
  tool: 'issue_refund',
  args: {},
  amount: 245,
  currency: null,
  riskLevel: 'low',
  agent: 'agt_shop',
  principal: 'kim',
  labels: {},
  entity: 'A-1',
  source: 'mcp',
};

describe('an explanation', () => {
  it('quotes the facts it names', () =>
    expect(explain('{agent} wants {tool} of {amount} at {riskLevel} risk over {source}', facts)).toBe(
      'agt_shop wants issue_refund of 245 at low risk over mcp',
    ));

  it('says of a fact that is absent that it is unknown', () => expect(explain('{amount} {currency}', facts)).toBe('245 unknown'));

  it('quotes nothing about a person, and leaves such a place as it is written', () => {
    expect(explain('for {principal} on {entity}', facts)).toBe('for {principal} on {entity}');
    expect(unknownPlaceholders('{amount} for {principal} on {entity} by {args.x}')).toEqual(['{principal}', '{entity}', '{args.x}']);
  });

  it('quotes a long value in part, and without what would make it read differently', () => {
    expect(explain('{tool}', { ...facts, tool: 'x'.repeat(100) })).toBe(`${'x'.repeat(79)}…`);
    expect(explain('{tool}', { ...facts, tool: 'x'.repeat(80) })).toBe('x'.repeat(80));
    expect(explain('{tool}', { ...facts, tool: 'pay\u202e\n  out' })).toBe('pay out');
  });
});
