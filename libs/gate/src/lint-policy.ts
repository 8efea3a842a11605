import type { GatePolicy, GateRule, Route } from '@holdpoint/contracts';
import { compilePolicy, type CompiledPolicy } from './compile-policy.ts';
import { parsePolicy, type Path, type Problem } from './parse-policy.ts';
import { routeNameOf } from './run-cases.ts';

/** A finding in a policy file. An error keeps it from being published; a warning is for its author to weigh. */
export type Finding = Problem & { severity: 'error' | 'warning' };
type Found = { path: Path; message: string; severity: Finding['severity'] };

/**
 * Everything that is wrong or doubtful in a policy file, in the order of its lines.
 * @returns `[]` for a file with nothing to say about; a file without an error can be published when its cases pass.
 */
export const lintPolicy = (text: string): Finding[] => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return parsed.problems.map(problem => ({ ...problem, severity: 'error' as const }));
  return lintDocument(parsed.document)
    .map(({ path, message, severity }) => ({ ...parsed.at(path), message, severity }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
};

/** {@link lintPolicy} for a document that has no text: findings with the path they are about. */
export const lintDocument = (document: GatePolicy): Found[] => {
  const compiled = compilePolicy(document);
  const errors = [...(compiled.ok ? [] : compiled.found), ...peopleProblems(document)];
  return [
    ...errors.map(error => ({ ...error, severity: 'error' as const })),
    ...(compiled.ok ? warningsOf(compiled.policy).map(warning => ({ ...warning, severity: 'warning' as const })) : []),
  ];
};

type Said = Omit<Found, 'severity'>;

/** Steps nobody could ever complete. */
const peopleProblems = ({ routes }: GatePolicy): Said[] =>
  Object.entries(routes).flatMap(([name, route]) =>
    route.steps.flatMap((step, index) => {
      const { roles, teams = [], schedules = [], operators } = step.approvers;
      const path = ['routes', name, 'steps', index, 'approvers'];
      if (roles.length + teams.length + schedules.length + operators.length === 0)
        return [{ path, message: `step "${step.name}" of route "${name}" asks nobody` }];
      const onlyNamed = roles.length + teams.length + schedules.length === 0;
      const named = new Set(operators).size;
      return onlyNamed && step.approvePercent === undefined && step.approveCount > named
        ? [{ path, message: `step "${step.name}" of route "${name}" wants ${step.approveCount} people but names ${named}` }]
        : [];
    }),
  );

const warningsOf = (policy: CompiledPolicy): Said[] => [
  ...policy.document.rules.flatMap((rule, index) => ruleWarnings(rule, index, policy)),
  ...Object.entries(policy.document.routes).flatMap(([name, route]) => routeWarnings(name, route, policy.document)),
  ...unusedHistory(policy),
  ...caseWarnings(policy.document),
];

const ruleWarnings = (rule: GateRule, index: number, { document, rules }: CompiledPolicy): Said[] => {
  const path = ['rules', index, 'when'];
  const warnings: Said[] = [];
  const reads = rules[index]?.reads ?? new Set<string>();
  if (rule.verdict === 'APPROVE_AUTOMATICALLY') {
    const others = [...reads].filter(fact => fact !== 'riskLevel' && fact !== 'source');
    if (others.length === 0)
      warnings.push({
        path,
        message: `rule "${rule.name}" lets through on ${reads.size === 0 ? 'no fact at all' : 'what the agent says of itself alone'}: name the tool, and what of its arguments makes it harmless`,
      });
    else if (!reads.has('tool'))
      warnings.push({ path, message: `rule "${rule.name}" lets through whatever tool is called: name the tools it is meant for` });
  }
  const twin = document.rules.findIndex(({ when }) => when === rule.when);
  if (twin < index) warnings.push({ path, message: `rule "${rule.name}" holds exactly when "${document.rules[twin]?.name}" does` });
  return warnings;
};

const routeWarnings = (name: string, route: Route, document: GatePolicy): Said[] => {
  const warnings: Said[] = [];
  const used = name === document.defaultRoute || document.rules.some(rule => rule.route === name);
  if (!used) warnings.push({ path: ['routes', name], message: `no rule sends anything to route "${name}"` });
  if (typeof route.escalation === 'object' && route.escalation.onExhausted === 'approveLowRisk')
    warnings.push({
      path: ['routes', name, 'escalation', 'onExhausted'],
      message: `route "${name}" approves what is low risk when nobody answers: the risk is what the agent says it is`,
    });
  return warnings;
};

const unusedHistory = ({ document, rules }: CompiledPolicy): Said[] =>
  Object.keys(document.history ?? {})
    .filter(fact => !rules.some(({ rule }) => new RegExp(`\\bhistory\\s*\\.\\s*${fact}\\b|["']${fact}["']`).test(rule.when)))
    .map(fact => ({ path: ['history', fact], message: `no rule reads history.${fact}: it is counted for nothing` }));

const caseWarnings = (document: GatePolicy): Said[] => {
  const { rules, cases = [] } = document;
  if (cases.length === 0) return [{ path: ['cases'], message: 'there are no cases: say what must pass and what must not' }];
  return rules.flatMap(({ name, verdict }, index) =>
    cases.some(({ then }) => (then.rule === undefined ? then.verdict === verdict : then.rule === name))
      ? []
      : [{ path: ['rules', index, 'name'], message: `no case shows rule "${name}" (route "${routeNameOf(document, name)}") deciding` }],
  );
};
