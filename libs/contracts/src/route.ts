import { z } from 'zod';
import { alertChannel } from './delivery-events.ts';
import { role, settingId } from './ids.ts';

/** Thirty days: longest of any wait, seconds. */
const WAIT_SEC_MAX = 2_592_000;

/** Who is asked: members holding one of the roles, members of teams, whoever is on call in a schedule, or named people. */
export const approvers = z.strictObject({
  roles: z.array(role).max(6).default([]),
  teams: z.array(settingId).max(20).optional(),
  schedules: z.array(settingId).max(20).optional(),
  operators: z.array(z.string()).max(50).default([]),
});
export type Approvers = z.infer<typeof approvers>;

/** One step of a route: who is asked, and how many of them must agree. */
export const routeStep = z.strictObject({
  name: z.string().min(1).max(64),
  approvers,
  /** Distinct people who must approve, and who may reject (1 = veto). */
  approveCount: z.int().min(1).max(10).default(1),
  /** Instead of `approveCount`: share of the people asked when the step opens, percent, rounded up; at least one. */
  approvePercent: z.int().min(1).max(100).optional(),
  rejectCount: z.int().min(1).max(10).default(1),
  /** Whether the agent's owner and the principal are barred from deciding. */
  excludeRequester: z.boolean().default(false),
  /** Whether who approved an earlier step is barred from this one. Only an explicit `false` lets one person satisfy two steps. */
  excludePreviousApprovers: z.boolean().optional(),
});
export type RouteStep = z.infer<typeof routeStep>;

export const ESCALATION_STRATEGIES = ['all', 'roundRobin', 'leastLoaded', 'nextInRotation'] as const;

/** Channels on which a person has to write first: an alert there may not arrive, so they never stand alone. */
const OPPORTUNISTIC: ReadonlySet<string> = new Set(['messenger', 'instagram']);

/** One level of a ladder: whom to alert when nobody has acted for so long. */
export const escalationLevel = z.strictObject({
  /** Seconds after the level before (after the step opened, for the first). */
  afterSec: z.int().min(1).max(WAIT_SEC_MAX),
  /** `unclaimed`: only while nobody holds a claim; `undecided`: also while somebody does. */
  if: z.enum(['unclaimed', 'undecided']).default('undecided'),
  targets: approvers,
  strategy: z.enum(ESCALATION_STRATEGIES).default('all'),
  /** `important` alerts ignore quiet hours. */
  importance: z.enum(['default', 'important']).default('default'),
  /** Channels to use, in order; everyone's own rules when absent. */
  channels: z
    .array(alertChannel)
    .min(1)
    .max(11)
    .refine(
      names => names.some(name => !OPPORTUNISTIC.has(name)),
      'Messenger and Instagram may not arrive: name another channel beside them',
    )
    .optional(),
});
export type EscalationLevel = z.infer<typeof escalationLevel>;

export const ON_EXHAUSTED = ['reject', 'expire', 'hold', 'approveLowRisk'] as const;
/**
 * What happens when the ladder has no level left: `reject` ends it as rejected, `expire` lets the deadline end it, `hold` does too and
 * alerts the admins, `approveLowRisk` approves what is low risk without problems (the record says so) and rejects all else.
 */
export const onExhausted = z.enum(ON_EXHAUSTED);

/** An escalation policy: what is done about a step that nobody decides. Versions are immutable; each approval keeps its own copy. */
export const escalationPolicy = z.strictObject({
  id: settingId,
  levels: z.array(escalationLevel).max(10),
  /** The whole ladder again, so many times more: the first level this long after the last one, the others after their own waits. */
  repeat: z.strictObject({ count: z.int().min(0).max(9), intervalSec: z.int().min(1).max(WAIT_SEC_MAX) }).optional(),
  /** How long a claim holds without a decision, seconds. */
  claimTimeoutSec: z.int().min(30).max(86_400).default(300),
  /** Seconds after the last level (or the last repeat) until `onExhausted`. */
  exhaustedAfterSec: z.int().min(1).max(WAIT_SEC_MAX).default(300),
  onExhausted: onExhausted.default('reject'),
});
export type EscalationPolicy = z.infer<typeof escalationPolicy>;

/** A route opens ordered steps; a step escalates and the whole request has a deadline. */
export const route = z.strictObject({
  steps: z.array(routeStep).min(1).max(5),
  /** `parallel`: all steps are open at once and each must be satisfied. */
  order: z.enum(['sequential', 'parallel']).optional(),
  /** A ladder of its own, or the id of one of the organisation's. Absent: `escalateAfterSec` and `backups` below, then `expire`. */
  escalation: z.union([settingId, escalationPolicy]).optional(),
  /** Short form: seconds without a decision after which each backup level is alerted, in order. */
  escalateAfterSec: z.int().min(1).max(WAIT_SEC_MAX).nullable().default(300),
  backups: z.array(approvers).max(5).default([]),
  /** Seconds until the request expires as not approved, when the agent gave no deadline. */
  expireAfterSec: z.int().min(1).max(WAIT_SEC_MAX).default(86_400),
  /** Whether `expireAfterSec` counts working hours of the organisation only. */
  workingHoursOnly: z.boolean().optional(),
});
export type Route = z.infer<typeof route>;
