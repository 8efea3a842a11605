import type { GateEvaluation, GateFacts, GatePolicy, GateRule, Verdict } from '@holdpoint/contracts';
import { settled } from './automatic.ts';
import { routeOf, withoutRules, type CompiledPolicy, type WithoutRules } from './compile-policy.ts';
import { addContextFacts } from './context-facts.ts';
import type { GateContext } from './context.ts';
import { explain } from './explain.ts';
import { factsOf, type Proposal } from './facts.ts';
import { longListIn } from './list-walks.ts';
import { flagsOf } from './text-flags.ts';
import { withLadder, type Unresolved } from './with-ladder.ts';

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
 * What a policy version says about a proposal. Nothing is approved automatically while a problem stands: a rule that cannot be evaluated,
 * facts that are missing or contradict each other, text that may deceive, the kill switch, a band that people took back. With no rule, or a
 * problem, a person decides.
 */
export const evaluate = (policy: CompiledPolicy, version: number, proposal: Proposal, context: GateContext): GateEvaluation => {
  const { facts, problems } = factsOf(proposal, policy.document.amountPaths);
  addContextFacts(policy, facts, problems, context);
  const flags = flagsOf(proposal, problems);
  if (flags.length > 0) facts.flags = flags;
  const rule = strictestOf(policy, facts, problems);
  return withLadder(settled(said(policy, version, rule, facts, problems), policy, context), context.escalation);
};

/**
 * The evaluation when there is no usable policy: a person decides, by `document`'s default route.
 * @param problem why, in words.
 */
export const reviewOnly = (
  document: GatePolicy,
  version: number,
  proposal: Proposal,
  problem: string,
  { escalation }: Pick<GateContext, 'escalation'>,
): GateEvaluation => {
  const { facts, problems } = factsOf(proposal, document.amountPaths);
  return withLadder(byDefault(withoutRules(document), version, facts, [problem, ...problems]), escalation);
};

/** What the rules say, before anything beside them is looked at. */
const said = (policy: CompiledPolicy, version: number, rule: GateRule | null, facts: GateFacts, problems: string[]): Unresolved =>
  rule === null || (problems.length > 0 && rule.verdict === 'APPROVE_AUTOMATICALLY')
    ? byDefault(policy, version, facts, problems)
    : {
        verdict: rule.verdict,
        policy: { id: policy.document.id, version, rule: rule.name },
        explanation: explain(rule.explain, facts),
        problems,
        route: routeOf(policy, rule),
        approvalValidSec: policy.document.approvalValidSec,
        facts,
        ...policy.settings,
      };

/** A person decides, because no rule does or none may. */
const byDefault = (policy: WithoutRules, version: number, facts: GateFacts, problems: string[]): Unresolved => ({
  verdict: 'HUMAN_REVIEW',
  policy: { id: policy.document.id, version, rule: NO_RULE },
  explanation:
    problems.length === 0 ? 'No rule decides this, so a person does.' : 'The rules alone cannot settle this, so a person decides.',
  problems,
  route: policy.defaultRoute,
  approvalValidSec: policy.document.approvalValidSec,
  facts,
  ...policy.settings,
});

const strictestOf = ({ rules, uses }: CompiledPolicy, facts: GateFacts, problems: string[]): GateRule | null => {
  const tooLong = uses.walks ? longListIn(facts.args) : null;
  const seen = uses.flags && facts.flags === undefined ? { ...facts, flags: [] } : facts;
  let strictest: GateRule | null = null;
  for (const { rule, uses, answer } of rules) {
    const said = uses.walks && tooLong !== null ? { problem: tooLong } : answer(seen);
    if ('problem' in said) problems.push(`rule "${rule.name}" could not be evaluated: ${said.problem}`);
    else if (said.holds && (strictest === null || STRICTNESS[rule.verdict] > STRICTNESS[strictest.verdict])) strictest = rule;
  }
  return strictest;
};
