import type { GateFacts, GrantPattern } from '@holdpoint/contracts';
import { longListIn } from './list-walks.ts';
import { compileExpression } from './rule.ts';

/** A standing grant as it is now: what it lets through, and what is left of it. */
export type StandingGrant = {
  grantId: string;
  pattern: GrantPattern;
  usesMax: number;
  uses: number;
  amountMax: number | null;
  amountUsed: number;
  currency: string | null;
  expiresAt: string;
  revoked: boolean;
};

const compiled = new WeakMap<GrantPattern, ReturnType<typeof compileExpression>>();
const conditionOf = (pattern: GrantPattern, when: string): ReturnType<typeof compileExpression> => {
  let condition = compiled.get(pattern);
  if (condition === undefined) {
    condition = compileExpression(when, []);
    compiled.set(pattern, condition);
  }
  return condition;
};

/** What is wrong with a grant's pattern, in words; null when it can be used. It may read every fact but `time` and `history`. */
export const patternProblem = (pattern: GrantPattern): string | null => {
  if (pattern.when === undefined) return null;
  const condition = conditionOf(pattern, pattern.when);
  if ('problem' in condition) return condition.problem;
  return condition.uses.time || condition.uses.history ? 'a grant reads neither time nor history: it ends by itself' : null;
};

/**
 * Whether a grant lets a request through: its exact tool, its agent, its condition, before it ends, with a use and enough of its amount left.
 * A limit on the amount needs to know the amount, of at least 0 and in the grant's currency. What cannot be told is no.
 */
export const grantMatches = (grant: StandingGrant, facts: GateFacts, now: string): boolean =>
  !grant.revoked &&
  Date.parse(now) < Date.parse(grant.expiresAt) &&
  grant.uses < grant.usesMax &&
  grant.pattern.tool === facts.tool &&
  (grant.pattern.agentId === undefined || grant.pattern.agentId === facts.agent) &&
  (grant.currency === null || grant.currency === facts.currency) &&
  withinAmount(grant, facts.amount) &&
  conditionHolds(grant.pattern, facts);

const withinAmount = ({ amountMax, amountUsed }: StandingGrant, amount: number | null): boolean =>
  amountMax === null || (amount !== null && amount >= 0 && amountUsed + amount <= amountMax);

const conditionHolds = (pattern: GrantPattern, facts: GateFacts): boolean => {
  if (pattern.when === undefined) return true;
  const condition = conditionOf(pattern, pattern.when);
  if ('problem' in condition || (condition.uses.walks && longListIn(facts.args) !== null)) return false;
  const answer = condition.answer({ ...facts, flags: facts.flags ?? [] });
  return 'holds' in answer && answer.holds;
};
