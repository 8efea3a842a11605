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

  it.each([
    // A step for each part.
    ['true', 1],
    ['amount > 1', 3],
    ['!(amount > 1)', 4],
    ['-1 < 0', 4],
    ['args["a"] == "x"', 6],
    ['has(args.a)', 4],
    ['{"a": 1}.a == 1', 6],
    // One more for 64 characters that are looked through or copied, and for each entry: a text or a list of the arguments may be all of them.
    ['tool == tool', 5],
    ['agent == agent', 5],
    ['principal == entity', 7],
    ['args.a == args.b', 5 + 1_000 + 4_096],
    ['labels == labels', 3 + 32 + 128],
    ['tool + tool == ""', 9],
    ['args.a + args.b == ""', 7 + 2_000 + 8_192],
    ['args.a.startsWith(args.b)', 5 + 4_096],
    ['args.a.contains("lamp")', 4 + 4_096 * 1.25],
    ['args.a.lowerAscii() == "x"', 6 + 4_096],
    ['string(args.a) == ""', 5 + 4_096 + 5],
    ['string(amount) == string(amount)', 16],
    // And for 16 characters that are taken apart.
    ['int(tool) == 1', 9 + 8],
    ['string(int(args.a)) == string(int(args.a))', 2 * (16_384 + 5 + 3 + 6 + 1) + 2],
    ['size(args.a) < 1', 5 + 1_000 + 16_384],
    ['args.a.split("") == []', 6 + 16_384],
    // A clock in a zone of its own is dear.
    ['timestamp(tool).getMinutes() == 1', 19],
    ['timestamp(tool).getMinutes("UTC") == 1', 19 + 2_000],
    // A list is looked through once; a walk takes its body for each entry.
    ['1 in [1, 2, 3]', 9],
    ['"a" in ["aa", "bb"]', 7 + 4 / 64],
    ['1 in args.items', 4 + 1_000 + 4_096],
    ['args.items.exists(i, i == 7)', 3 + 1_000 * 4],
    ['args.items.exists_one(i, i == 7)', 3 + 1_000 * 4],
    ['labels.exists(l, l == "a")', 2 + 32 * (4 + 1 / 64)],
    ['args.items.map(i, i.name).join(",") == ""', 8_132],
    ['args.items.map(i, "x").join(",") == ""', 7 + 3_000 + 2_000 / 64],
    ['(args.items + args.items).exists(i, true)', 14_198],
    // Of two values the larger may be the one.
    ['(amount > 1 ? args.a : tool) == args.b', 10 + 1_000 + 4_096],
    ['(amount > 1 ? tool : args.a) == args.b', 10 + 1_000 + 4_096],
    ['(amount > 1 ? tool : agent) == args.b', 11],
  ])('is worked out for the largest request: %s', (when, steps) => expect(stepsOf(when)).toBe(Math.ceil(steps)));

  it.each(['Date', 'DayOfMonth', 'DayOfWeek', 'DayOfYear', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'])(
    'is known for every part of an instant: %s',
    part => expect(stepsOf(`timestamp(tool).get${part}("UTC") == 1`)).toBeGreaterThan(2_000),
  );

  it.each([
    ['args.items.exists(i, i == 1)', true],
    ['1 in args.items', true],
    ['args.items.exists(i, i == 1) in [true]', true],
    ['true in [args.items.exists(i, i == 1)]', true],
    ['[1].exists(i, i in args.items)', true],
    ['[args.items.exists(i, i == 1)].exists(b, b)', true],
    ['(args.items + [1]).exists(i, i == 1)', true],
    ['([1] + args.items).exists(i, i == 1)', true],
    ['(amount > 1 ? args.items : [1]).exists(i, i == 1)', true],
    ['(amount > 1 ? [1] : args.items).exists(i, i == 1)', true],
    ['args.items.filter(i, i == 1).map(i, i).exists(i, i == 1)', true],
    ['args.a == 1', false],
    ['[1, 2].exists(i, i == 1)', false],
    ['([1] + [2]).exists(i, i == 1)', false],
    ['(amount > 1 ? [1] : [2]).exists(i, i == 1)', false],
    ['[args.a].exists(i, i == 1)', false],
    ['labels.exists(l, l == "a")', false],
    ['tool.split("_").exists(part, part == "a")', false],
    ['"a" in principal', false],
    ['"a" in currency', false],
  ])('says whether lists of the request are walked: %s', (when, walks) => {
    const compiled = compileExpression(when, []);
    expect('problem' in compiled ? compiled.problem : compiled.uses.walks).toBe(walks);
  });

  it('says what to write in place of a pattern', () => {
    expect(problemOf('tool.matches("a")')).toBe('matches() is not available: use startsWith, endsWith, contains or ==');
    expect(problemOf('bytes(tool) == b"a"')).toBe('bytes() is not available');
  });

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

  it('is asked whatever else is long or missing in the arguments', () => {
    const items = [1, null, 'x'.repeat(2_000), Array(1_000).fill(null)];
    const map = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, 'y'.repeat(n)]));
    expect(says({ items, map, nothing: null })).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY', problems: [] });
  });

  it.each<[string, Record<string, Json>]>([
    ['a longer list', { items: Array(1_001).fill(1) }],
    ['a longer list anywhere in the arguments', { short: [1], deep: [2, { few: [3], other: Array(1_001).fill(1) }] }],
    ['an object of more members', { map: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, n])) }],
  ])('is not asked about %s, and a person decides', (_, args) => {
    expect(says(args)).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: ['rule "walk" could not be evaluated: a list in the arguments has more than 1000 entries'],
    });
  });
});
