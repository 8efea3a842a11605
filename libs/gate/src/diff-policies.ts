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
      before.map(({ name }) => name).filter(name => is.has(name)),
      after.map(({ name }) => name).filter(name => was.has(name)),
    ).map(({ name, behind }) => change('ruleMoved', name, `rule "${name}" now stands ${behind === null ? 'first' : `behind "${behind}"`}`)),
  ];
};

const ruleDifferences = (old: GateRule, rule: GateRule): string[] =>
  (['when', 'verdict', 'route', 'explain'] as const)
    .filter(member => old[member] !== rule[member])
    .map(member => `${member} was ${old[member] ?? 'the default'} and is ${rule[member] ?? 'the default'}`);

/** What must be taken out of one order to come to the other: everything that is not in their longest common order. */
const moved = (before: readonly string[], after: readonly string[]): { name: string; behind: string | null }[] => {
  const kept = new Set(longestCommon(before, after));
  return after.flatMap((name, index) => (kept.has(name) ? [] : [{ name, behind: after[index - 1] ?? null }]));
};

const longestCommon = (a: readonly string[], b: readonly string[]): string[] => {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      (lengths[i] as Uint16Array)[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const common: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      common.push(a[i] as string);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return common;
};

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
    const [before, after] = [was, is].map(cases => (Array.isArray(cases) ? cases.length : 0));
    return differences(was ?? [], is ?? []).length === 0 ? [] : [change('settingChanged', name, `cases: ${before} before, ${after} now`)];
  }
  const same = differences({ [name]: was ?? null }, { [name]: is ?? null }).length === 0;
  return same ? [] : [change('settingChanged', name, `${name} was ${shown(was)} and is ${shown(is)}`)];
};

/** Each difference of two values, by its place: `steps.0.approveCount is 2 (it was 1)`. */
const differences = (was: unknown, is: unknown): string[] =>
  createPatch(was, is).map(operation => {
    const place = operation.path.slice(1).replaceAll('/', '.');
    if (operation.op === 'remove') return `${place} is gone`;
    return operation.op === 'add' || operation.op === 'replace' ? `${place} is ${shown(operation.value)}` : `${place} is another`;
  });

const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
const change = (kind: PolicyChange['kind'], name: string, words: string): PolicyChange => ({ kind, name, words });
