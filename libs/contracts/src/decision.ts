import { z } from 'zod';
import { action } from './approval-request.ts';
import { approvalId, decisionChannel, instant, json, sha256Hex } from './ids.ts';
import { LIMITS } from './limits.ts';

export const DECISIONS = ['approved', 'rejected', 'modified', 'expired', 'withdrawn'] as const;
export const decisionOutcome = z.enum(DECISIONS);
export type DecisionOutcome = z.infer<typeof decisionOutcome>;

/** Who decided: a person, a rule of the gate, or nobody in time. */
export const decidedBy = z.strictObject({
  kind: z.enum(['operator', 'rule', 'timeout', 'agent']),
  id: z.string(),
  display: z.string().optional(),
  role: z.string().optional(),
});
export type DecidedBy = z.infer<typeof decidedBy>;

/** The policy version and rule a verdict was made under. */
export const policyRef = z.strictObject({ id: z.string(), version: z.int(), rule: z.string() });
export type PolicyRef = z.infer<typeof policyRef>;

export const binding = z.strictObject({
  alg: z.literal('sha256-jcs'),
  actionHash: sha256Hex,
  bindingHash: sha256Hex,
  /** Hash of what may run: equals `actionHash` when approved as asked, the edited action's hash when modified, null when not approved. */
  approvedActionHash: sha256Hex.nullable(),
});
export type Binding = z.infer<typeof binding>;

export const stepOutcome = z.strictObject({
  name: z.string(),
  outcome: z.enum(['approved', 'rejected', 'open', 'skipped']),
  by: z.array(decidedBy),
  at: instant.nullable(),
});

export const jsonPatch = z.array(z.looseObject({ op: z.string(), path: z.string(), value: json.optional() }));

/** The part of a decision that is free of what persons wrote; it stands in the event's public part. */
export const decisionRecord = z.strictObject({
  version: z.literal(1),
  approvalId,
  decision: decisionOutcome,
  approved: z.boolean(),
  final: z.literal(true),
  by: decidedBy,
  onBehalfOf: decidedBy.optional(),
  channel: decisionChannel,
  reasonCode: z.string().max(64).optional(),
  decidedAt: instant,
  /** Until when an approval may be spent; null when not approved. */
  approvedUntil: instant.nullable(),
  policy: policyRef.nullable(),
  steps: z.array(stepOutcome),
  binding,
  threadId: z.string().nullable(),
  runId: z.string().nullable(),
  toolCallId: z.string().nullable(),
});
export type DecisionRecord = z.infer<typeof decisionRecord>;

/** The whole decision: callback body, `GET`, receipt's subject. */
export const decision = decisionRecord.extend({
  note: z.string().max(LIMITS.noteCharsMax).nullable(),
  approvedAction: action.nullable(),
  diff: jsonPatch.optional(),
  state: z.string().max(LIMITS.callbackStateCharsMax).nullable(),
  /** Compact JWS (EdDSA) over {@link receiptClaims}. */
  receipt: z.string(),
});
export type Decision = z.infer<typeof decision>;

/** Claims of a receipt: what an executor checks offline before it acts. Instants are seconds since 1970 as in RFC 7519. */
export const receiptClaims = z.strictObject({
  iss: z.literal('holdpoint'),
  sub: approvalId,
  jti: z.string(),
  iat: z.int(),
  exp: z.int().optional(),
  tenant: z.string(),
  decision: decisionOutcome,
  approved: z.boolean(),
  actionHash: sha256Hex,
  bindingHash: sha256Hex,
  approvedActionHash: sha256Hex.nullable(),
  by: decidedBy,
  policy: policyRef.nullable(),
});
export type ReceiptClaims = z.infer<typeof receiptClaims>;

/** What the model gets: a small subset with a fixed instruction. */
export type ToolOutput = {
  decision: DecisionOutcome;
  approved: boolean;
  note: string | null;
  approvedAction: z.infer<typeof action> | null;
  approvalId: string;
  approvedUntil: string | null;
  instruction: string;
};
