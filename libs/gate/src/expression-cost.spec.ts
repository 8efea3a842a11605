import { describe, expect, it } from 'vitest';
import type { Json } from '@holdpoint/contracts';
import { refundRequested } from '@holdpoint/testing';
import { compilePolicy, defaultPolicy, evaluateUnder, plainContext } from './index.ts';
import { compileExpression } from './rule.ts';

const stepsOf = (when: string): number => {
  const compiled = compileExpression(when, []);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled.steps;
};
const problemOf = (when: string): string => {
  const compiled = compileExpression(when, []);
  return 'problem' in compiled ? compiled.problem : '';
};

describe('what an expression may cost', () => {
  it('grows with what it looks through', () => {
    const costs = [
      'amount > 1',
      'tool == "a" && amount > 1',
      'args.note.contains("lamp")',
      'args.items.exists(i, i.note.contains("lamp"))',
    ].map(stepsOf);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect(costs[0]).toBeLessThan(10);
    expect(costs[3]).toBeLessThan(20_000);
  });

  it.each([
    ['a search for what the agent wrote, in what the agent wrote', 'args.a.contains(args.b)'],
    ['a walk over the characters of a text', 'args.a.split("").exists(c, c == "x")'],
    ['copies of a text for each entry of a list', 'args.items.map(i, args.a + args.a).exists(t, t.contains("x"))'],
    ['joined copies of a text', 'args.items.map(i, args.a).join(args.a).contains("x")'],
    ['a list looked up for each entry of another', 'args.items.all(i, i in args.others)'],
    ['clocks of a zone for each entry', 'args.items.all(i, timestamp(i).getHours("Europe/Berlin") < 5)'],
  ])('is refused for %s', (_, when) =>
    expect(problemOf(when)).toMatch(/^it could take \d+ steps for the largest request, more than 200000$/),
  );

  it.each(['tool.matches("a")', 'cel.bind(a, 1, a == 1)', 'bytes(tool) == b"a"', 'b"a".json() == {}'])('is not known for %s', when =>
    expect(problemOf(when)).toMatch(/is not available/),
  );

  it.each([
    'size(args.items) < 10 && args.items.size() > 1',
    'args.items.filter(i, i.price > 5.0).size() == 2',
    'args.items.map(i, i.name).join(",").contains("a")',
    'labels.exists(l, l == "a")',
    'tool.split("_")[0] == "issue"',
    'args.a.lowerAscii().startsWith("x") || args.a.substring(0, 3) == "abc"',
    'int(args.n) + 1 == 2 && double(args.n) > 0.5',
    'timestamp(args.due).getHours() < 5',
    '[1, 2].exists(i, i == 1) ? amount > 1 : -1 < 0',
    'args["a"] == {"b": 1}["b"]',
    'string(amount) == "5" && type(args.a) == string',
  ])('is known for %s', when => expect(problemOf(when)).toBe(''));

  it('is bounded for a whole policy too', () => {
    const rules = Array.from({ length: 10 }, (_, n) => ({
      name: `rule-${n}`,
      when: Array.from({ length: 15 }, (__, m) => `args.note${m}.contains("a needle of ordinary length ${n}")`).join(' || '),
      verdict: 'LIKELY_REJECT' as const,
      explain: 'Found.',
    }));
    const result = compilePolicy({ ...defaultPolicy(), rules });
    expect(result.ok ? [] : result.problems).toEqual([
      expect.stringMatching(/^all rules together could take \d+ steps for the largest request, more than 1000000$/),
    ]);
  });
});

describe('a rule that walks a list', () => {
  const says = (args: Record<string, Json>) =>
    evaluateUnder(
      {
        version: 1,
        document: {
          ...defaultPolicy(),
          rules: [
            { name: 'walk', when: 'has(args.items) && args.items.exists(i, i == 7)', verdict: 'LIKELY_REJECT', explain: 'Seven.' },
            { name: 'tool', when: 'tool == "t"', verdict: 'APPROVE_AUTOMATICALLY', explain: 'Fine.' },
          ],
        },
      },
      { requested: refundRequested(), action: { name: 't', args }, edited: false },
      plainContext(),
    );

  it('is asked up to a thousand entries', () => {
    expect(says({ items: Array(1_000).fill(1) }).verdict).toBe('APPROVE_AUTOMATICALLY');
    expect(says({ items: [...Array(999).fill(1), 7] }).verdict).toBe('LIKELY_REJECT');
  });

  it.each<[string, Record<string, Json>]>([
    ['a longer list', { items: Array(1_001).fill(1) }],
    ['a longer list anywhere in the arguments', { deep: [{ other: Array(1_001).fill(1) }] }],
    ['an object of more members', { map: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, n])) }],
  ])('is not asked about %s, and a person decides', (_, args) => {
    expect(says(args)).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: ['rule "walk" could not be evaluated: a list in the arguments has more than 1000 entries'],
    });
  });
});
