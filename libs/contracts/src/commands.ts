import { z } from 'zod';
import { stepUpFact } from './account-events.ts';
import { action } from './approval-request.ts';
import { decidedBy, type Decision } from './decision.ts';
import { approvalId, decisionChannel, instant, sha256Hex } from './ids.ts';
import { LIMITS } from './limits.ts';

/** Verbs a person can use on an approval today; each is `hp.cmd.decision.<verb>`. */
export const DECISION_VERBS = [
  'claim',
  'release',
  'approve',
  'reject',
  'modify',
  'comment',
  'ask',
  'delegate',
  'reassign',
  'snooze',
  'extend',
  'escalate',
  'bypass',
  'review',
  'placeHold',
  'releaseHold',
  'erase',
] as const;
export const decisionVerb = z.enum(DECISION_VERBS);
export type DecisionVerb = z.infer<typeof decisionVerb>;

/** Body of `POST /api/approvals/{id}/{verb}`. The actor is never in it: it comes from the session or the verified channel. */
export const verbBody = z.strictObject({
  note: z.string().max(LIMITS.noteCharsMax).optional(),
  reasonCode: z.string().max(64).optional(),
  action: action.optional(),
  expectedRevision: z.int().min(0).optional(),
  step: z.int().min(0).optional(),
  /** Operator ids: one to delegate to, one or more to reassign to. */
  to: z.array(z.string().max(64)).min(1).max(10).optional(),
  /** Until when it is snoozed, or the new deadline when it is extended. */
  until: instant.optional(),
  /** Answer of an after-the-fact review. */
  agreed: z.boolean().optional(),
});
export type VerbBody = z.infer<typeof verbBody>;

/** A fresh proof that the console checked, and the hash of the action it was made for. */
export const stepUpProof = stepUpFact.extend({ actionHash: sha256Hex });
export type StepUpProof = z.infer<typeof stepUpProof>;

/** What the console (or a channel) sends to `decision` over request/reply after it established who the person is. */
export const decisionCommand = z.strictObject({
  approvalId,
  tenant: z.string(),
  /** The operator's id; roles are looked up by `decision` itself. */
  operatorId: z.string(),
  channel: decisionChannel,
  /** Derived by the caller so that a repeated delivery of one click is one decision. */
  commandId: z.string().min(8).max(128),
  body: verbBody,
  stepUp: stepUpProof.optional(),
});
export type DecisionCommand = z.infer<typeof decisionCommand>;

/** Outcome of a command. `refused` names the rule or the winner and maps to 403, 404, 409, 410 or 422. */
export type CommandReply =
  | { outcome: 'done'; approvalId: string; revision: number; status: ApprovalStatus; decision: Omit<Decision, 'receipt'> | null }
  | { outcome: 'refused'; code: RefusalCode; detail: string; by?: z.infer<typeof decidedBy>; at?: string };

export const APPROVAL_STATUSES = ['pending', 'approved', 'rejected', 'modified', 'expired', 'withdrawn'] as const;
export const approvalStatus = z.enum(APPROVAL_STATUSES);
export type ApprovalStatus = z.infer<typeof approvalStatus>;

/** Refusals of the decider and their HTTP status. */
export const REFUSALS = {
  not_found: 404,
  already_decided: 409,
  revision_conflict: 409,
  not_yet_gated: 409,
  claimed_by_other: 409,
  already_consumed: 409,
  already_voted: 409,
  not_eligible: 403,
  requester_excluded: 403,
  decision_not_allowed: 403,
  action_mismatch: 403,
  not_approved: 403,
  approval_expired: 403,
  invalid_action: 422,
  note_required: 422,
  wrong_step: 409,
  not_escalatable: 409,
  not_claimed: 409,
  held: 409,
  preconditions_changed: 409,
  not_reviewable: 409,
  question_not_open: 409,
  reason_required: 422,
  invalid_target: 422,
  invalid_until: 422,
  delegation_refused: 403,
  channel_ceiling: 403,
  step_up_required: 403,
  still_open: 409,
  legal_hold: 409,
  not_on_hold: 409,
  erased: 410,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** `hp.cmd.retention.erase`: the console's sweep found approvals whose time is over. Whoever gets it checks that for itself. */
export const retentionCommand = z.strictObject({ tenant: z.string(), approvalIds: z.array(approvalId).min(1).max(100) });
export type RetentionCommand = z.infer<typeof retentionCommand>;
/** How many were erased, and why each of the others was not. */
export type RetentionReply = { erased: number; refused: { approvalId: string; code: RefusalCode; detail: string }[] };

/** `hp.query.approvals`: ingest's list, answered by the console from its read model. */
export const approvalsQuery = z.strictObject({
  tenant: z.string(),
  /** Whether a test key asks: it sees what test keys asked, and nothing else. */
  test: z.boolean().default(false),
  status: approvalStatus.optional(),
  agentId: z.string().optional(),
  threadId: z.string().optional(),
  cursor: z.string().max(256).optional(),
  limit: z.int().min(1).max(LIMITS.pageRowsMax),
});
export type ApprovalsQuery = z.infer<typeof approvalsQuery>;
export const approvalRow = z.strictObject({
  id: approvalId,
  status: approvalStatus,
  agentId: z.string(),
  source: z.string(),
  threadId: z.string().nullable(),
  runId: z.string().nullable(),
  toolCallId: z.string().nullable(),
  riskLevel: z.string(),
  toolName: z.string(),
  requestedAt: instant,
  expiresAt: instant,
  decidedAt: instant.nullable(),
});
export type ApprovalRow = z.infer<typeof approvalRow>;
export const approvalsPage = z.strictObject({ items: z.array(approvalRow), nextCursor: z.string().nullable() });
export type ApprovalsPage = z.infer<typeof approvalsPage>;

/** `hp.cmd.notification.verifyAddress`: a person typed into the console what was sent to an address. */
export const verifyAddressCommand = z.strictObject({
  tenant: z.string(),
  operatorId: z.string(),
  addressId: z.string().max(64),
  code: z.string().max(32),
});
export type VerifyAddressCommand = z.infer<typeof verifyAddressCommand>;
/** `refused` in words that may be shown. */
export type VerifyAddressReply =
  | { outcome: 'verified'; operatorId: string; addressId: string }
  | {
      outcome: 'refused';
      code: 'wrong_code' | 'too_many_tries' | 'enrolment_expired' | 'unknown_enrolment' | 'address_taken';
      detail: string;
    };

/** `hp.query.session`: whose console session a browser has, by the token in its cookie. Asked by pages that another service serves. */
export const sessionQuery = z.strictObject({ cookie: z.string().max(4_096) });
export type SessionReply = { operatorId: string; tenant: string; name: string } | null;
