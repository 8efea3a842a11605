import {
  SENIOR_ROLES,
  type GateEvaluation,
  type GatePolicy,
  type GateRule,
  type Role,
  type Route,
  type RouteStep,
} from '@holdpoint/contracts';
import { unknownPlaceholders } from './explain.ts';
import { POLICY_COST_MAX } from './expression-cost.ts';
import { usedBy, type UsedByAny } from './fact-uses.ts';
import { findZone } from './on-call/zone.ts';
import { compileRule, type CompiledRule } from './rule.ts';

/** A policy ready to be evaluated. `rules` keep the document's order. */
export type CompiledPolicy = {
  document: GatePolicy;
  rules: readonly CompiledRule[];
  defaultRoute: Route;
  /** What any of its rules reads: nothing else is worked out for a request. */
  uses: UsedByAny;
  /** What later decisions need to know of it, in the words of an evaluation. */
  settings: PolicySettings;
};
type PolicySettings = Pick<GateEvaluation, (typeof SETTINGS)[number]>;
const SETTINGS = ['keepApprovalsOnEdit', 'questionsPauseDeadline', 'extendSecMax', 'rejectReasons', 'stepUp'] as const;

/** History facts of one policy: each is looked up for every request. */
const HISTORY_FACTS_MAX = 20;

/** What is wrong with a document, and where: names and indexes that lead to the place. */
export type DocumentProblem = { path: (string | number)[]; message: string };
export type CompileResult =
  | { ok: true; policy: CompiledPolicy }
  | {
      ok: false;
      /** Every problem at once, each naming its rule or route. */
      problems: string[];
      found: DocumentProblem[];
    };

/** Compiles a policy document (already parsed by the `gatePolicy` schema), once per version. */
export const compilePolicy = (document: GatePolicy): CompileResult => {
  const found = [...duplicateNames(document.rules), ...document.rules.flatMap((rule, index) => routeProblems(rule, index, document))];
  const rules: CompiledRule[] = [];
  document.rules.forEach((rule, index) => {
    const compiled = compileRule(rule, Object.keys(document.history ?? {}));
    if ('problem' in compiled) found.push({ path: ['rules', index, 'when'], message: `rule "${rule.name}": ${compiled.problem}` });
    else rules.push(compiled);
    const unknown = unknownPlaceholders(rule.explain);
    if (unknown.length > 0)
      found.push({
        path: ['rules', index, 'explain'],
        message: `rule "${rule.name}": explain uses ${unknown.join(', ')}, which is not a fact it may quote`,
      });
  });
  const defaultRoute = routeNamed(document, document.defaultRoute);
  if (defaultRoute === undefined)
    found.push({ path: ['defaultRoute'], message: `defaultRoute "${document.defaultRoute}" is not in routes` });
  found.push(...wholeProblems(document, rules));
  return found.length === 0 && defaultRoute !== undefined
    ? { ok: true, policy: { document, rules, defaultRoute, uses: usedBy(rules), settings: settingsOf(document) } }
    : { ok: false, problems: found.map(({ message }) => message), found };
};

/** What a document says where no rule does. */
export type WithoutRules = Pick<CompiledPolicy, 'document' | 'defaultRoute' | 'settings'>;

/**
 * A policy's default route and settings: for a document whose rules cannot be used.
 * @throws TypeError when the document has no such route
 */
export const withoutRules = (document: GatePolicy): WithoutRules => {
  const defaultRoute = routeNamed(document, document.defaultRoute);
  if (defaultRoute === undefined) throw new TypeError(`policy ${document.id} has no route ${document.defaultRoute}`);
  return { document, defaultRoute, settings: settingsOf(document) };
};

/** The route a rule sends to: its own, else the policy's default. */
export const routeOf = (policy: CompiledPolicy, rule: GateRule): Route =>
  routeNamed(policy.document, rule.route ?? policy.document.defaultRoute) ?? policy.defaultRoute;

/** Whether a step asks anybody who is a senior by role, or may be one: teams, schedules and names are looked at when it opens. */
export const mayAskSeniors = ({ approvers }: RouteStep): boolean =>
  [approvers.operators, approvers.teams ?? [], approvers.schedules ?? []].some(some => some.length > 0) ||
  approvers.roles.some(role => SENIORS.has(role));
const SENIORS: ReadonlySet<Role> = new Set(SENIOR_ROLES);

const settingsOf = (document: GatePolicy): PolicySettings =>
  Object.fromEntries(SETTINGS.flatMap(name => (document[name] === undefined ? [] : [[name, document[name]]])));

const routeNamed = ({ routes }: GatePolicy, name: string): Route | undefined => (Object.hasOwn(routes, name) ? routes[name] : undefined);

const duplicateNames = (rules: readonly GateRule[]): DocumentProblem[] => {
  const seen = new Set<string>();
  return rules.flatMap(({ name }, index) =>
    seen.size === seen.add(name).size ? [{ path: ['rules', index, 'name'], message: `rule "${name}" is there twice` }] : [],
  );
};

const routeProblems = (rule: GateRule, index: number, document: GatePolicy): DocumentProblem[] => {
  const name = rule.route ?? document.defaultRoute;
  const path = ['rules', index, 'route'];
  const route = routeNamed(document, name);
  if (route === undefined)
    return rule.route === undefined ? [] : [{ path, message: `rule "${rule.name}": route "${name}" is not in routes` }];
  if (rule.verdict !== 'ESCALATE_SENIOR') return [];
  return route.steps
    .filter(step => !mayAskSeniors(step))
    .map(step => ({
      path,
      message: `rule "${rule.name}": step "${step.name}" of route "${name}" asks no senior, admin or owner, so nobody could decide it`,
    }));
};

const wholeProblems = ({ timeZone, history }: GatePolicy, rules: readonly CompiledRule[]): DocumentProblem[] => {
  const problems: DocumentProblem[] = [];
  if (timeZone !== undefined && findZone(timeZone) === null)
    problems.push({ path: ['timeZone'], message: `there is no time zone "${timeZone}"` });
  const facts = Object.keys(history ?? {}).length;
  if (facts > HISTORY_FACTS_MAX)
    problems.push({ path: ['history'], message: `a policy has at most ${HISTORY_FACTS_MAX} history facts, this one has ${facts}` });
  const steps = rules.reduce((sum, rule) => sum + rule.steps, 0);
  if (steps > POLICY_COST_MAX)
    problems.push({
      path: ['rules'],
      message: `all rules together could take ${steps} steps for the largest request, more than ${POLICY_COST_MAX}`,
    });
  return problems;
};
