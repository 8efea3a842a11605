import { describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy } from './index.ts';

const YAML = `id: refunds
name: Refunds
rules:
  - name: small
    when: tool == "issue_refund" && amount < 50
    verdict: APPROVE_AUTOMATICALLY
    explain: The amount {amount} is small.
routes:
  review:
    steps:
      - name: review
        approvers: { roles: [operator] }
defaultRoute: review
`;
const problemsOf = (text: string) => {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.problems;
};

describe('a policy file', () => {
  it('is YAML, with the defaults filled in', () => {
    const parsed = parsePolicy(YAML);
    expect(parsed).toMatchObject({
      ok: true,
      document: { id: 'refunds', approvalValidSec: 900, amountPaths: ['action.args.amount', 'arguments.amount'] },
    });
  });

  it('or JSON, with the same result', () => {
    const parsed = parsePolicy(JSON.stringify(defaultPolicy(), null, 2));
    expect(parsed).toMatchObject({ ok: true, document: defaultPolicy() });
  });

  it('says where each value stands', () => {
    const parsed = parsePolicy(YAML);
    if (!parsed.ok) throw new Error('does not parse');
    expect(parsed.at(['rules', 0, 'when'])).toEqual({ line: 5, column: 5 });
    expect(parsed.at(['routes', 'review', 'steps', 0, 'approvers'])).toEqual({ line: 12, column: 9 });
    expect(parsed.at(['rules', 0, 'route'])).toEqual({ line: 4, column: 5 });
    expect(parsed.at([])).toEqual({ line: 1, column: 1 });
    expect(parsed.at(['routes', 'review', 'expireAfterSec'])).toEqual({ line: 10, column: 5 });
    expect(parsed.at(['name', 'first'])).toEqual({ line: 2, column: 7 });
  });

  it.each([
    ['a key that is there twice', YAML.replace('name: Refunds', 'name: Refunds\nname: Again'), 3, 1, /keys must be unique/i],
    [
      'a key there is none of',
      YAML.replace('    verdict:', '    verdikt: x\n    verdict:'),
      6,
      5,
      /rules\[0\]: there is no member "verdikt"/,
    ],
    ['a value of the wrong kind', YAML.replace('APPROVE_AUTOMATICALLY', 'MAYBE'), 6, 5, /^rules\[0\]\.verdict: /],
    ['a member that is missing', YAML.replace('    explain: The amount {amount} is small.\n', ''), 4, 5, /^rules\[0\]\.explain: /],
    ['an indentation that does not fit', YAML.replace('    when:', '   when:'), 5, 1, /./],
    [
      'an alias',
      YAML.replace('name: Refunds', 'name: &n Refunds').replace('defaultRoute: review', 'defaultRoute: *n'),
      2,
      10,
      /anchors and aliases/,
    ],
    ['an alias of nothing', YAML.replace('name: Refunds', 'name: *n'), 2, 7, /anchors and aliases/],
    ['an anchor on a list', YAML.replace('rules:', 'rules: &r'), 4, 3, /anchors and aliases/],
    ['a key that is no text', `${YAML}? { a: 1 }\n: 2\n`, 14, 3, /keys must be strings/],
    ['a list in place of members', '[1]', 1, 1, /^Invalid input: expected object/],
    ['a tag', YAML.replace('name: Refunds', 'name: !!js/function Refunds'), 2, 7, /tag/i],
    ['nothing', '', 1, 1, /^Invalid input: expected object/],
  ])('with %s is refused with line and column', (_, text, line, column, message) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ line, column });
    expect(problem?.message).toMatch(message);
    expect(problem?.message).not.toContain('\n');
  });

  it('of a million characters is not read', () => {
    expect(problemsOf('#'.repeat(1_000_001))).toEqual([{ line: 1, column: 1, message: 'a policy file has at most 1000000 characters' }]);
  });
});
