import { SENIOR_ROLES, type GateEvaluation, type GatePolicy, type GateRule, type Role, type Route } from '@holdpoint/contracts';
import { NOTHING_USED, usedBy, type Uses } from './fact-uses.ts';
import { compileRule, type CompiledRule } from './rule.ts';
import { unknownPlaceholders } from './explain.ts';

/** A policy ready to be evaluated. `rules` keep the document's order. */
export type CompiledPolicy = {
  document: GatePolicy;
  rules: readonly CompiledRule[];
  defaultRoute: Route;
  /** What any of its rules reads: nothing else is worked out for a request. */
  uses: Uses;
  /** What later decisions need to know of it, in the words of an evaluation. */
  settings: PolicySettings;
};
type PolicySettings = Pick<GateEvaluation, (typeof SETTINGS)[number]>;
const SETTINGS = ['keepApprovalsOnEdit', 'questionsPauseDeadline', 'extendSecMax', 'rejectReasons'] as const;

/**
 * Compiles a policy document (already parsed by the `gatePolicy` schema), once per version.
 * @returns the policy, or every problem at once, each naming its rule or route.
 */
export const compilePolicy = (document: GatePolicy): { ok: true; policy: CompiledPolicy } | { ok: false; problems: string[] } => {
  const problems = [...duplicateNames(document.rules), ...document.rules.flatMap(rule => routeProblems(rule, document))];
  const rules: CompiledRule[] = [];
  for (const rule of document.rules) {
    const compiled = compileRule(rule, Object.keys(document.history ?? {}));
    if ('problem' in compiled) problems.push(`rule "${rule.name}": ${compiled.problem}`);
    else rules.push(compiled);
    const unknown = unknownPlaceholders(rule.explain);
    if (unknown.length > 0) problems.push(`rule "${rule.name}": explain uses ${unknown.join(', ')}, which is not a fact it may quote`);
  }
  const defaultRoute = routeNamed(document, document.defaultRoute);
  if (defaultRoute === undefined) problems.push(`defaultRoute "${document.defaultRoute}" is not in routes`);
  return problems.length === 0 && defaultRoute !== undefined
    ? { ok: true, policy: { document, rules, defaultRoute, uses: usedBy(rules), settings: settingsOf(document) } }
    : { ok: false, problems };
};

/**
 * A policy with no rule but its default route: for a document whose rules cannot be used.
 * @throws TypeError when the document has no such route
 */
export const withoutRules = (document: GatePolicy): CompiledPolicy => {
  const defaultRoute = routeNamed(document, document.defaultRoute);
  if (defaultRoute === undefined) throw new TypeError(`policy ${document.id} has no route ${document.defaultRoute}`);
  return { document, rules: [], defaultRoute, uses: NOTHING_USED, settings: settingsOf(document) };
};

const settingsOf = (document: GatePolicy): PolicySettings =>
  Object.fromEntries(SETTINGS.flatMap(name => (document[name] === undefined ? [] : [[name, document[name]]])));

/** The route a rule sends to: its own, else the policy's default. */
export const routeOf = (policy: CompiledPolicy, rule: GateRule): Route =>
  (rule.route === undefined ? undefined : routeNamed(policy.document, rule.route)) ?? policy.defaultRoute;

const routeNamed = ({ routes }: GatePolicy, name: string): Route | undefined => (Object.hasOwn(routes, name) ? routes[name] : undefined);

const duplicateNames = (rules: readonly GateRule[]): string[] => {
  const seen = new Set<string>();
  return rules.flatMap(({ name }) => (seen.size === seen.add(name).size ? [`rule "${name}" is there twice`] : []));
};

const routeProblems = (rule: GateRule, document: GatePolicy): string[] => {
  const name = rule.route ?? document.defaultRoute;
  const route = routeNamed(document, name);
  if (route === undefined) return rule.route === undefined ? [] : [`rule "${rule.name}": route "${name}" is not in routes`];
  if (rule.verdict !== 'ESCALATE_SENIOR') return [];
  const seniors = new Set<Role>(SENIOR_ROLES);
  return route.steps
    .filter(({ approvers }) => approvers.operators.length === 0 && !approvers.roles.some(role => seniors.has(role)))
    .map(step => `rule "${rule.name}": step "${step.name}" of route "${name}" asks no senior, admin or owner, so nobody could decide it`);
};
