import { z } from 'zod';
import { instant } from './ids.ts';
import { approvers, escalationLevel, escalationPolicy, onExhausted, routeStep } from './route.ts';

/** What an alert may say without opening the request. Written by the agent, so hostile. */
export const alertText = z.strictObject({
  contextSummary: z.string(),
  proposedAction: z.string(),
  entityId: z.string(),
  actionName: z.string(),
});
export type AlertText = z.infer<typeof alertText>;

/** One rung of a step's timetable: when it is due, and whom it alerts. */
export const timetableEntry = escalationLevel.omit({ afterSec: true }).extend({
  /** 1 for the first rung; goes on counting through repeats. */
  level: z.int().min(1),
  /** 0 for the first time through the ladder. */
  round: z.int().min(0),
  at: instant,
  /** Whether this rung comes earlier than the policy says, so that the ladder fits before the deadline. */
  compressed: z.literal(true).optional(),
});
export type TimetableEntry = z.infer<typeof timetableEntry>;

/** The organisation's policy a ladder was taken from; null when the route brought its own. */
const ladderSource = z.strictObject({ id: z.string(), version: z.int() }).nullable();

/** The escalation policy a step was opened under, worked out against the deadline. */
export const escalationPlan = z.strictObject({
  policy: ladderSource,
  timetable: z.array(timetableEntry).max(100),
  /** When nothing is left to try; null when the deadline comes first. */
  exhaustedAt: instant.nullable(),
  onExhausted,
  claimTimeoutSec: z.int(),
});
export type EscalationPlan = z.infer<typeof escalationPlan>;

/** Somebody decides in somebody's place: an absence, or a person's own word. */
export const standIn = z.strictObject({ from: z.string(), to: z.string() });

/** A review step as it was opened: who may decide it, and when it escalates. */
export const reviewStep = z.strictObject({
  index: z.int().min(0),
  name: z.string(),
  approvers,
  approveCount: z.int().min(1),
  rejectCount: z.int().min(1),
  excludeRequester: z.boolean(),
  /** Set when the gate asked for a senior: only `SENIOR_ROLES` may decide, whoever else `approvers` and `backups` name. */
  seniorOnly: z.boolean(),
  escalateAfterSec: z.int().nullable(),
  backups: z.array(approvers),
  /** The ladder; what was opened before version 0.2 has `escalateAfterSec` and `backups` only. */
  escalation: escalationPlan.optional(),
  /** People that teams, schedules and absences came to when it opened. They may decide for as long as it is open. */
  assigned: z.array(z.string()).optional(),
  standIns: z.array(standIn).optional(),
  excludePreviousApprovers: z.boolean().optional(),
  /** Open at the same time as the route's other steps: the index of the first of them, and how many they are. */
  parallel: z.strictObject({ first: z.int().min(0), size: z.int().min(2) }).optional(),
  /** Steps of the route that open after this one is approved, in order; absent when this is the last. */
  laterSteps: z.array(routeStep).max(4).optional(),
  /** The ladder the later steps are worked out from, as it was when the gate spoke; absent with the short form. */
  laterLadder: z.strictObject({ policy: ladderSource, document: escalationPolicy }).optional(),
});
export type ReviewStep = z.infer<typeof reviewStep>;
