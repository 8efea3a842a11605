import type { GatePolicy, GateRule } from '@holdpoint/contracts';
import { createPatch } from 'rfc6902';

/** One difference between two policy versions. */
export type PolicyChange = {
  kind: 'ruleAdded' | 'ruleRemoved' | 'ruleChanged' | 'ruleMoved' | 'routeAdded' | 'routeRemoved' | 'routeChanged' | 'settingChanged';
  /** Name of the rule, route or setting. */
  name: string;
  /** The difference in words. */
  words: string;
};

/**
 * What changes from one policy to another, in words: first what decides (rules), then who is asked (routes), then everything else.
 * Rules are the same when they have the same name; the place of a rule matters only among rules of one verdict.
 */
export const diffPolicies = (before: GatePolicy, after: GatePolicy): PolicyChange[] => [
  ...ruleChanges(before.rules, after.rules),
  ...routeChanges(before.routes, after.routes),
  ...SETTINGS.flatMap(name => settingChange(name, before[name], after[name])),
];

const SETTINGS = [
  'id',
  'name',
  'defaultRoute',
  'history',
  'timeZone',
  'amountPaths',
  'approvalValidSec',
  'sampleShare',
  'keepApprovalsOnEdit',
  'questionsPauseDeadline',
  'extendSecMax',
  'rejectReasons',
  'stepUp',
  'cases',
] as const satisfies readonly Exclude<keyof GatePolicy, 'rules' | 'routes'>[];

const ruleChanges = (before: readonly GateRule[], after: readonly GateRule[]): PolicyChange[] => {
  const was = new Map(before.map(rule => [rule.name, rule]));
  const is = new Map(after.map(rule => [rule.name, rule]));
  return [
    ...after
      .filter(({ name }) => !was.has(name))
      .map(({ name, when, verdict }) => change('ruleAdded', name, `rule "${name}" is new: ${verdict} when ${when}`)),
    ...before
      .filter(({ name }) => !is.has(name))
      .map(({ name, when, verdict }) => change('ruleRemoved', name, `rule "${name}" is gone: it said ${verdict} when ${when}`)),
    ...after.flatMap(rule => {
      const old = was.get(rule.name);
      const words = old === undefined ? [] : ruleDifferences(old, rule);
      return words.length === 0 ? [] : [change('ruleChanged', rule.name, `rule "${rule.name}": ${words.join('; ')}`)];
    }),
    ...moved(
      before.map(({ name }) => name),
      after.map(({ name }) => name).filter(name => was.has(name)),
    ).map(({ name, behind }) => change('ruleMoved', name, `rule "${name}" now stands ${behind === null ? 'first' : `behind "${behind}"`}`)),
  ];
};

const ruleDifferences = (old: GateRule, rule: GateRule): string[] =>
  (['when', 'verdict', 'route', 'explain'] as const)
    .filter(member => old[member] !== rule[member])
    .map(member => `${member} was ${old[member] ?? 'the default'} and is ${rule[member] ?? 'the default'}`);

/** What must be taken out of one order to come to the other: everything that is not in the longest row they have in common. */
const moved = (before: readonly string[], after: readonly string[]): { name: string; behind: string | null }[] => {
  const place = new Map(before.map((name, index) => [name, index]));
  const kept = new Set(longestRising(after, name => place.get(name) ?? 0));
  return after.flatMap((name, index) => (kept.has(name) ? [] : [{ name, behind: after[index - 1] ?? null }]));
};

/** Of the rows one can pick from a list without turning anything round, so that `placeOf` rises along them, the longest. */
const longestRising = (names: readonly string[], placeOf: (name: string) => number): string[] => {
  let longest: string[] = [];
  const rows: string[][] = [];
  for (const name of names) {
    const before = rows.filter(row => placeOf(row.at(-1) as string) < placeOf(name)).reduce(longer, []);
    rows.push([...before, name]);
    longest = longer(longest, [...before, name]);
  }
  return longest;
};
const longer = (a: string[], b: string[]): string[] => (b.length > a.length ? b : a);

const routeChanges = (before: GatePolicy['routes'], after: GatePolicy['routes']): PolicyChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(name => {
    const [was, is] = [before[name], after[name]];
    if (was === undefined) return [change('routeAdded', name, `route "${name}" is new`)];
    if (is === undefined) return [change('routeRemoved', name, `route "${name}" is gone`)];
    const words = differences(was, is);
    return words.length === 0 ? [] : [change('routeChanged', name, `route "${name}": ${words.join('; ')}`)];
  });

const settingChange = (name: (typeof SETTINGS)[number], was: unknown, is: unknown): PolicyChange[] => {
  if (name === 'cases') {
    const [before, after] = [was, is].map(cases => (Array.isArray(cases) ? (cases as unknown[]) : [])) as [unknown[], unknown[]];
    const same = differences(before, after).length === 0;
    return same ? [] : [change('settingChanged', name, `cases: ${before.length} before, ${after.length} now`)];
  }
  const same = differences({ [name]: was ?? null }, { [name]: is ?? null }).length === 0;
  return same ? [] : [change('settingChanged', name, `${name} was ${shown(was)} and is ${shown(is)}`)];
};

/** Each difference of two values, by its place: `steps.0.approveCount is 2 (it was 1)`. */
const differences = (was: unknown, is: unknown): string[] =>
  createPatch(was, is).map(operation => {
    const place = operation.path.slice(1).replaceAll('/', '.');
    return 'value' in operation ? `${place} is ${shown(operation.value)}` : `${place} is gone`;
  });

const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
const change = (kind: PolicyChange['kind'], name: string, words: string): PolicyChange => ({ kind, name, words });
