import { z } from 'zod';
import type { PolicyRef } from './decision.ts';
import { instant, json, jsonObject, riskLevel, settingId, type RiskLevel } from './ids.ts';
import { timeZone } from './on-call.ts';
import { route, type EscalationPolicy, type Route } from './route.ts';

export const VERDICTS = ['APPROVE_AUTOMATICALLY', 'HUMAN_REVIEW', 'LIKELY_REJECT', 'ESCALATE_SENIOR', 'REJECT_AUTOMATICALLY'] as const;
export const verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdict>;

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

export const HISTORY_KEYS = ['agent', 'entity', 'tool', 'principal'] as const;
/**
 * A fact from the log: what was asked, approved or rejected before this request, within a window that ends with it. Counted in log order,
 * so that a backtest sees exactly what was seen then.
 */
export const historyFact = z.strictObject({
  measure: z.enum(['count', 'sum']),
  /**
   * Requests that agree with this one in all of these; those of test keys among themselves. `sum` adds their amounts where the currency is
   * this request's: of what people changed, the amount they approved.
   */
  by: z.array(z.enum(HISTORY_KEYS)).min(1).max(4),
  /** Which ones: every request, those that ended approved (by a rule or a person), those that a person rejected. The window is about when. */
  of: z.enum(['requested', 'approved', 'rejected']).default('requested'),
  windowSec: z.int().min(1).max(2_592_000),
});
export type HistoryFact = z.infer<typeof historyFact>;

/** A test case written in the policy file: given a request, this is what the policy must say. */
export const policyCase = z.strictObject({
  name: z.string().min(1).max(128),
  given: z.strictObject({
    tool: z.string().max(128).optional(),
    args: jsonObject.optional(),
    amount: z.number().optional(),
    currency: z.string().max(16).optional(),
    riskLevel: riskLevel.optional(),
    agent: z.string().max(128).optional(),
    principal: z.string().max(256).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    entity: z.string().max(256).optional(),
    source: z.string().max(64).optional(),
    contextSummary: z.string().max(4_000).optional(),
    proposedAction: z.string().max(4_000).optional(),
    /** Values of the policy's history facts, by name; 0 when absent. */
    history: z.record(z.string(), z.number()).optional(),
    at: instant.optional(),
    /** Whether it is within the organisation's working hours; not known when absent. */
    workingHours: z.boolean().optional(),
  }),
  then: z.strictObject({
    verdict,
    /** Name of the rule that decides; `default` when none does. */
    rule: z.string().max(64).optional(),
    route: z.string().max(64).optional(),
  }),
});
export type PolicyCase = z.infer<typeof policyCase>;

/** A gate policy document. Versions are immutable once published. */
export const gatePolicy = z.strictObject({
  id: settingId,
  name: z.string().min(1).max(128),
  /** Facts from the log that rules use, as `history.<name>`. */
  history: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}$/), historyFact).optional(),
  /** Zone of `time.hour`, `time.minute`, `time.weekday`, `time.date`; UTC when absent. */
  timeZone: timeZone.optional(),
  rules: z.array(gateRule).max(200),
  routes: z.record(z.string(), route),
  /** Used when nothing matches, a rule fails, or a verdict names no route. */
  defaultRoute: z.string(),
  /** Where `amount` is read from, dotted paths into the request, first number wins. */
  amountPaths: z.array(z.string().max(200)).max(10).default(['action.args.amount', 'arguments.amount']),
  /** Seconds an approval may be spent after it was given. */
  approvalValidSec: z.int().min(1).max(2_592_000).default(900),
  /** Share of automatic approvals that a person looks at afterwards, 0 to 1; 0.05 when absent. */
  sampleShare: z.number().min(0).max(1).optional(),
  /** Whether approvals given before an edit still count for the edited action. They fall away when absent. */
  keepApprovalsOnEdit: z.boolean().optional(),
  /** Whether the deadline stands still while the agent owes an answer (never past the agent's own deadline). */
  questionsPauseDeadline: z.boolean().optional(),
  /** Longest total extension people may give, seconds; a day when absent. */
  extendSecMax: z.int().min(0).max(2_592_000).optional(),
  /** Preset reasons for a rejection; when present, a rejection names one of them or writes a note. */
  rejectReasons: z
    .array(z.strictObject({ code: settingId, label: z.string().min(1).max(128) }))
    .max(20)
    .optional(),
  /**
   * Risk from which whoever lets it run proves anew, for this very action, to be there: by passkey, or by the code of an authenticator app. What goes
   * to seniors counts as high at least. Never asked when absent.
   */
  stepUp: riskLevel.optional(),
  /** Cases the policy must pass before it can be published. */
  cases: z.array(policyCase).max(500).optional(),
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
  /** Wall-clock time in the policy's zone when the gate spoke; `weekday` 1 is Monday. Absent in what was recorded before version 0.2. */
  time: z
    .strictObject({ hour: z.int(), minute: z.int(), weekday: z.int(), date: z.string(), workingHours: z.boolean().nullable() })
    .optional(),
  /** The policy's history facts, by name. */
  history: z.record(z.string(), z.number()).optional(),
  /** What is odd about the text: `deceptive`, `mixedScript`, `instructions` (text that addresses the reviewer or the gate). */
  flags: z.array(z.string()).optional(),
});
export type GateFacts = z.infer<typeof gateFacts>;

export const gateFactsJson = z.record(z.string(), json);

/** A route with its ladder looked up, so that nothing later has to. Without `escalation` the route's short form counts. */
export type ResolvedRoute = Omit<Route, 'escalation'> & {
  /** `version` is null for a ladder the policy document itself brings, else the version of the organisation's policy at that moment. */
  escalation?: { version: number | null; document: EscalationPolicy };
};

/** What the gate says about one proposal: input of the approval decider, recorded as `GateEvaluated`. */
export type GateEvaluation = {
  verdict: Verdict;
  policy: PolicyRef;
  /** The deciding rule's words with the values filled in. */
  explanation: string;
  /** Why the gate does not rely on the rules alone: a rule that failed, a missing fact, deceptive text. Never automatic when not empty. */
  problems: string[];
  route: ResolvedRoute;
  /** Seconds an approval may be spent after it was given. */
  approvalValidSec: number;
  facts: GateFacts;
  /** Set when a standing grant, and no rule, let it through. */
  grantId?: string;
  /** An automatic approval that a person looks at afterwards. */
  sampled?: boolean;
  /** Policy settings the decider needs; snapshot of the version above. */
  keepApprovalsOnEdit?: boolean;
  questionsPauseDeadline?: boolean;
  extendSecMax?: number;
  rejectReasons?: { code: string; label: string }[];
  stepUp?: RiskLevel;
};
