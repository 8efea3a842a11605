import type { GateEvaluation, GateFacts, GatePolicy, GateRule, Json, JsonObject, Verdict } from '@holdpoint/contracts';
import { routeOf, type CompiledPolicy } from './compile-policy.ts';
import { deceptionsIn } from './deceptive-text.ts';
import { explain } from './explain.ts';
import { factsOf, type Proposal } from './facts.ts';

/**
 * How strict a verdict is. Of all rules that hold the strictest decides, so adding a rule, or a fact that makes one more rule hold, can only
 * raise the gate; rules of one strictness keep the document's order.
 */
export const STRICTNESS: Record<Verdict, number> = {
  APPROVE_AUTOMATICALLY: 0,
  HUMAN_REVIEW: 1,
  LIKELY_REJECT: 2,
  ESCALATE_SENIOR: 3,
  REJECT_AUTOMATICALLY: 4,
};

/** Rule name recorded when no rule decided. */
export const NO_RULE = 'default';

/**
 * What a policy version says about a proposal. Nothing is automatic while a problem stands: a rule that cannot be evaluated, facts that
 * contradict each other, text that may deceive. With no rule, or a problem, a person decides.
 */
export const evaluate = (policy: CompiledPolicy, version: number, proposal: Proposal): GateEvaluation => {
  const { document, rules } = policy;
  const { facts, problems } = factsOf(proposal, document.amountPaths);
  problems.push(...deceptionsIn(readBy(proposal)));
  let strictest: GateRule | null = null;
  for (const { rule, answer } of rules) {
    const said = answer(facts);
    if ('problem' in said) problems.push(`rule "${rule.name}" could not be evaluated: ${said.problem}`);
    else if (said.holds && (strictest === null || STRICTNESS[rule.verdict] > STRICTNESS[strictest.verdict])) strictest = rule;
  }
  return strictest === null || (problems.length > 0 && strictest.verdict === 'APPROVE_AUTOMATICALLY')
    ? byDefault(policy, version, facts, problems)
    : byRule(policy, version, strictest, facts, problems);
};

/**
 * The evaluation when there is no usable policy: a person decides, by `document`'s default route.
 * @param problem why, in words.
 */
export const reviewOnly = (document: GatePolicy, version: number, proposal: Proposal, problem: string): GateEvaluation => {
  const { facts, problems } = factsOf(proposal, document.amountPaths);
  const route = document.routes[document.defaultRoute];
  if (route === undefined) throw new TypeError(`policy ${document.id} has no route ${document.defaultRoute}`);
  return byDefault({ document, rules: [], defaultRoute: route }, version, facts, [problem, ...problems]);
};

const byRule = (policy: CompiledPolicy, version: number, rule: GateRule, facts: GateFacts, problems: string[]): GateEvaluation => ({
  verdict: rule.verdict,
  policy: { id: policy.document.id, version, rule: rule.name },
  explanation: explain(rule.explain, facts),
  problems,
  route: routeOf(policy, rule),
  approvalValidSec: policy.document.approvalValidSec,
  facts,
});

const byDefault = ({ document, defaultRoute }: CompiledPolicy, version: number, facts: GateFacts, problems: string[]): GateEvaluation => ({
  verdict: 'HUMAN_REVIEW',
  policy: { id: document.id, version, rule: NO_RULE },
  explanation:
    problems.length === 0 ? 'No rule decides this, so a person does.' : 'The rules alone cannot settle this, so a person decides.',
  problems,
  route: defaultRoute,
  approvalValidSec: document.approvalValidSec,
  facts,
});

/** Everything of a request that a person reads before deciding. */
const readBy = ({ requested, action }: Proposal): Record<string, Json> => {
  const { contextSummary, proposedAction, entityId } = requested.private.arguments;
  return { contextSummary, proposedAction, entityId, tool: action.name, args: action.args as JsonObject };
};
