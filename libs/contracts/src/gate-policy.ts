import { z } from 'zod';
import type { PolicyRef } from './decision.ts';
import { json, jsonObject, role, settingId } from './ids.ts';

export const VERDICTS = ['APPROVE_AUTOMATICALLY', 'HUMAN_REVIEW', 'LIKELY_REJECT', 'ESCALATE_SENIOR', 'REJECT_AUTOMATICALLY'] as const;
export const verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdict>;

/** Who a step asks: any member holding one of the roles, or named people. */
export const approvers = z.strictObject({ roles: z.array(role).max(6).default([]), operators: z.array(z.string()).max(50).default([]) });
export type Approvers = z.infer<typeof approvers>;

/** One step of a route: who is asked, and how many of them must agree. */
export const routeStep = z.strictObject({
  name: z.string().min(1).max(64),
  approvers,
  /** Distinct people who must approve, and who may reject (1 = veto). */
  approveCount: z.int().min(1).max(10).default(1),
  rejectCount: z.int().min(1).max(10).default(1),
  /** Whether the agent's owner and the principal are barred from deciding. */
  excludeRequester: z.boolean().default(false),
});
export type RouteStep = z.infer<typeof routeStep>;

/** A route opens ordered steps; a step escalates to its backups and the whole request has a deadline. */
export const route = z.strictObject({
  steps: z.array(routeStep).min(1).max(5),
  /** Seconds without a decision after which each backup level is alerted, in order. */
  escalateAfterSec: z.int().min(1).max(2_592_000).nullable().default(300),
  backups: z.array(approvers).max(5).default([]),
  /** Seconds until the request expires as not approved, when the agent gave no deadline. */
  expireAfterSec: z.int().min(1).max(2_592_000).default(86_400),
});
export type Route = z.infer<typeof route>;

export const gateRule = z.strictObject({
  name: z.string().regex(/^[a-z][a-zA-Z0-9-]{0,63}$/),
  /** CEL over the facts; must yield a boolean. A rule that cannot be evaluated sends the request to a person. */
  when: z.string().min(1).max(2_000),
  verdict,
  /** Name of an entry in `routes`; needed unless the verdict is automatic. */
  route: z.string().max(64).optional(),
  explain: z.string().min(1).max(400),
});
export type GateRule = z.infer<typeof gateRule>;

/** A gate policy document. Versions are immutable once published. */
export const gatePolicy = z.strictObject({
  id: settingId,
  name: z.string().min(1).max(128),
  rules: z.array(gateRule).max(200),
  routes: z.record(z.string(), route),
  /** Used when nothing matches, a rule fails, or a verdict names no route. */
  defaultRoute: z.string(),
  /** Where `amount` is read from, dotted paths into the request, first number wins. */
  amountPaths: z.array(z.string().max(200)).max(10).default(['action.args.amount', 'arguments.amount']),
  /** Seconds an approval may be spent after it was given. */
  approvalValidSec: z.int().min(1).max(2_592_000).default(900),
});
export type GatePolicy = z.infer<typeof gatePolicy>;

/** The snapshot a policy is evaluated over. Names here are the names in a rule's `when`. */
export const gateFacts = z.strictObject({
  tool: z.string(),
  args: jsonObject,
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  riskLevel: z.string(),
  agent: z.string(),
  principal: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  entity: z.string(),
  source: z.string(),
});
export type GateFacts = z.infer<typeof gateFacts>;

export const gateFactsJson = z.record(z.string(), json);

/** What the gate says about one proposal: input of the approval decider, recorded as `GateEvaluated`. */
export type GateEvaluation = {
  verdict: Verdict;
  policy: PolicyRef;
  /** The deciding rule's words with the values filled in. */
  explanation: string;
  /** Why the gate does not rely on the rules alone: a rule that failed, a missing fact, deceptive text. Never automatic when not empty. */
  problems: string[];
  route: Route;
  /** Seconds an approval may be spent after it was given. */
  approvalValidSec: number;
  facts: GateFacts;
};
