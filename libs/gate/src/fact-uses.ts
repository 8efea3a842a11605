import type { ASTNode } from '@marcbachmann/cel-js';
import type { CompiledRule } from './rule.ts';

/** Which of the facts that cost something a rule reads, and whether it walks lists of the request. */
export type Uses = { amount: boolean; time: boolean; history: boolean; flags: boolean; walks: boolean };

/** What any of the rules uses, of what is worked out for rules only. */
export type UsedByAny = Pick<Uses, 'time' | 'flags' | 'walks'>;
export const usedBy = (rules: readonly Pick<CompiledRule, 'uses'>[]): UsedByAny => ({
  time: rules.some(({ uses }) => uses.time),
  flags: rules.some(({ uses }) => uses.flags),
  walks: rules.some(({ uses }) => uses.walks),
});

/** The nodes directly below a node of an expression. */
export const childrenOf = (node: ASTNode): ASTNode[] => {
  const children: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value) children.push(value as ASTNode);
  };
  collect(node.args);
  return children;
};

/** Every node of an expression, the outermost first. */
export const nodesOf = (node: ASTNode): ASTNode[] => [node, ...childrenOf(node).flatMap(nodesOf)];
