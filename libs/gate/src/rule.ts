import type { GateFacts, GateRule } from '@holdpoint/contracts';
import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { costOf, WALKS } from './expression-cost.ts';
import { childrenOf, nodesOf, type Uses } from './fact-uses.ts';

/** Size of one expression: nodes, nesting, literals. Far above any rule a person can read, far below what takes time. */
const EXPRESSION_LIMITS = { maxAstNodes: 400, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

const FACT_TYPES: Record<keyof GateFacts, string> = {
  tool: 'string',
  args: 'map<string, dyn>',
  amount: 'dyn',
  currency: 'dyn',
  riskLevel: 'string',
  agent: 'string',
  principal: 'dyn',
  labels: 'map<string, string>',
  entity: 'string',
  source: 'string',
  time: 'map<string, dyn>',
  history: 'map<string, dyn>',
  flags: 'list<string>',
};
const TIME_MEMBERS = ['hour', 'minute', 'weekday', 'date', 'workingHours'];

const environment = Object.entries(FACT_TYPES).reduce(
  (env, [name, type]) => env.registerVariable(name, type),
  new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, limits: EXPRESSION_LIMITS }),
);

/** What a rule says about facts: it holds, it does not, or why it cannot be told. */
export type RuleAnswer = { holds: boolean } | { problem: string };
export type CompiledRule = {
  rule: GateRule;
  uses: Uses;
  /** Names of the facts it reads. */
  reads: ReadonlySet<string>;
  /** What it can cost at most, see {@link costOf}. */
  steps: number;
  answer: (facts: GateFacts) => RuleAnswer;
};

/**
 * Compiles one rule.
 * @param historyNames the policy's history facts.
 * @returns the rule with its test, or what is wrong with the expression, in words with the place.
 */
export const compileRule = (rule: GateRule, historyNames: readonly string[]): CompiledRule | { problem: string } => {
  const compiled = compileExpression(rule.when, historyNames);
  return 'problem' in compiled ? compiled : { rule, ...compiled };
};

/** Compiles a condition over the facts: of a rule, or of a grant's pattern. */
export const compileExpression = (when: string, historyNames: readonly string[]): Omit<CompiledRule, 'rule'> | { problem: string } => {
  try {
    const test = environment.parse(when);
    const refusal = nestedWalkIn(test.ast, false) ?? unknownMemberIn(test.ast, historyNames);
    if (refusal !== null) return { problem: refusal };
    const checked = test.check();
    if (!checked.valid) return { problem: summaryOf(checked.error) };
    if (checked.type !== 'bool' && checked.type !== 'dyn') return { problem: `it yields ${checked.type}, not true or false` };
    const cost = costOf(test.ast);
    if ('problem' in cost) return cost;
    const reads = new Set(nodesOf(test.ast).flatMap(node => (node.op === 'id' && node.args in FACT_TYPES ? [node.args] : [])));
    const uses: Uses = {
      amount: reads.has('amount'),
      time: reads.has('time'),
      history: reads.has('history'),
      flags: reads.has('flags'),
      walks: cost.walks,
    };
    return { uses, reads, steps: cost.steps, answer: facts => answer(test, facts, uses.amount) };
  } catch (error) {
    return { problem: summaryOf(error) };
  }
};

const answer = (test: (facts: GateFacts) => unknown, facts: GateFacts, needsAmount: boolean): RuleAnswer => {
  try {
    const result: unknown = test(facts);
    return typeof result === 'boolean' ? { holds: result } : { problem: 'it did not yield true or false' };
  } catch (error) {
    return { problem: needsAmount && facts.amount === null ? 'the amount is not known' : summaryOf(error) };
  }
};

const summaryOf = (error: unknown): string => {
  const { message, summary = message, range } = error as Error & { summary?: string; range?: { start: number } };
  return range === undefined ? summary : `${summary} (at character ${range.start + 1})`;
};

/** A walk inside another takes the product of the lists' lengths, and the lists are the agent's. */
const nestedWalkIn = (node: ASTNode, inWalk: boolean): string | null => {
  if (node.op === 'rcall' && WALKS.has(node.args[0])) {
    const [name, list, bodies] = node.args;
    if (inWalk) return `${name}() inside another walk over a list is not available`;
    // What is walked may itself be the result of a walk: the two follow each other.
    return nestedWalkIn(list, false) ?? firstOf(bodies, body => nestedWalkIn(body, true));
  }
  return firstOf(childrenOf(node), child => nestedWalkIn(child, inWalk));
};

const firstOf = (nodes: readonly ASTNode[], refusalIn: (node: ASTNode) => string | null): string | null => {
  for (const node of nodes) {
    const refusal = refusalIn(node);
    if (refusal !== null) return refusal;
  }
  return null;
};

/** A member of `time` or `history` there is none of: a slip of the pen that would send every request to a person. */
const unknownMemberIn = (ast: ASTNode, historyNames: readonly string[]): string | null => {
  for (const node of nodesOf(ast)) {
    if (node.op !== '.' || node.args[0].op !== 'id') continue;
    const [{ args: of }, member] = node.args;
    if (of === 'time' && !TIME_MEMBERS.includes(member)) return `time has no ${member}: it has ${TIME_MEMBERS.join(', ')}`;
    if (of === 'history' && !historyNames.includes(member)) return `history.${member} is not among the policy's history facts`;
  }
  return null;
};
