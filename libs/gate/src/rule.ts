import type { GateFacts, GateRule } from '@holdpoint/contracts';
import { Environment, type ASTNode } from '@marcbachmann/cel-js';

/** Size of one expression: nodes, nesting, literals. Far above any rule a person can read, far below what takes time. */
const EXPRESSION_LIMITS = { maxAstNodes: 400, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

/** Macros that walk a list. One inside another takes the product of the lists' lengths, and the lists are the agent's. */
const WALKS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter', 'sortBy', 'transformList', 'transformMap']);

/** Backtracking over the agent's text can take for ever. */
const REFUSED_CALLS = new Set(['matches']);

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
};

const environment = Object.entries(FACT_TYPES).reduce(
  (env, [name, type]) => env.registerVariable(name, type),
  new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, limits: EXPRESSION_LIMITS }),
);

/** What a rule says about facts: it holds, it does not, or why it cannot be told. */
export type RuleAnswer = { holds: boolean } | { problem: string };
export type CompiledRule = { rule: GateRule; answer: (facts: GateFacts) => RuleAnswer };

/**
 * Compiles one rule.
 * @returns the rule with its test, or what is wrong with the expression, in words with the place.
 */
export const compileRule = (rule: GateRule): CompiledRule | { problem: string } => {
  try {
    const test = environment.parse(rule.when);
    const refusal = refusalOf(test.ast, false);
    if (refusal !== null) return { problem: refusal };
    const checked = test.check();
    if (!checked.valid) return { problem: summaryOf(checked.error) };
    if (checked.type !== 'bool' && checked.type !== 'dyn') return { problem: `it yields ${checked.type}, not true or false` };
    const needsAmount = mentionsAmount(test.ast);
    return { rule, answer: facts => answer(test, facts, needsAmount) };
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
  if (!(error instanceof Error)) return 'it cannot be evaluated';
  const { summary, range } = error as Error & { summary?: string; range?: { start: number } };
  const text = summary ?? error.message.split('\n', 1)[0] ?? 'it cannot be evaluated';
  return range === undefined ? text : `${text} (at character ${range.start + 1})`;
};

const childrenOf = (node: ASTNode): ASTNode[] => {
  const children: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value) children.push(value as ASTNode);
  };
  collect(node.args);
  return children;
};

const refusalOf = (node: ASTNode, inWalk: boolean): string | null => {
  const name = node.op === 'call' || node.op === 'rcall' ? (node.args as unknown[])[0] : null;
  if (typeof name === 'string' && REFUSED_CALLS.has(name)) return `${name}() is not available: use startsWith, endsWith, contains or ==`;
  const walks = typeof name === 'string' && node.op === 'rcall' && WALKS.has(name);
  if (walks && inWalk) return `${String(name)}() inside another walk over a list is not available`;
  for (const child of childrenOf(node)) {
    const refusal = refusalOf(child, inWalk || walks);
    if (refusal !== null) return refusal;
  }
  return null;
};

const mentionsAmount = (node: ASTNode): boolean => (node.op === 'id' && node.args === 'amount') || childrenOf(node).some(mentionsAmount);
