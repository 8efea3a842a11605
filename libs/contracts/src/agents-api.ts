import { z } from 'zod';
import { approvalStatus } from './commands.ts';
import { binding, decision } from './decision.ts';
import { approvalId, instant, json, sha256Hex } from './ids.ts';
import { LIMITS } from './limits.ts';

/** `202` and, for a repeat, `200`. */
export const acceptedReply = z.strictObject({
  id: approvalId,
  status: z.literal('pending'),
  links: z.strictObject({ self: z.string(), wait: z.string(), console: z.string() }),
  expiresAt: instant,
  binding,
});
export type AcceptedReply = z.infer<typeof acceptedReply>;

/** How far the answer got: to the app (`callback`) and into the paused run (`resume`). */
export const deliveryState = z.strictObject({
  callback: z.strictObject({
    state: z.enum(['none', 'pending', 'delivered', 'exhausted']),
    attempts: z.int(),
    nextAttemptAt: instant.nullable(),
    webhookId: z.string().nullable(),
  }),
  resume: z.strictObject({
    state: z.enum(['none', 'pending', 'resumed', 'impossible']),
    attempts: z.int(),
    nextAttemptAt: instant.nullable(),
  }),
});
export type DeliveryState = z.infer<typeof deliveryState>;

/** `GET /v1/approvals/{id}` and `/wait`. */
export const approvalReply = z.strictObject({
  id: approvalId,
  status: approvalStatus,
  requestedAt: instant,
  expiresAt: instant,
  binding,
  decision: decision.nullable(),
  consumedAt: instant.nullable(),
  delivery: deliveryState,
});
export type ApprovalReply = z.infer<typeof approvalReply>;

export const consumeBody = z.strictObject({ actionHash: sha256Hex });
export const executionBody = z.strictObject({
  actionHash: sha256Hex,
  outcome: z.enum(['succeeded', 'failed']),
  detail: z.string().max(LIMITS.noteCharsMax).optional(),
});
export const withdrawBody = z.strictObject({ note: z.string().max(LIMITS.noteCharsMax).optional() });

/** RFC 9457 problem document. `code` is stable; `type` is `https://holdpoint.dev/problems/<code>`. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  /** Where in the body: a JSON Pointer per error. */
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
export const PROBLEM_BASE = 'https://holdpoint.dev/problems/';

/** `POST /v1/approvals:batch`: each entry is an approval request, checked by itself and with its own outcome. */
export const batchBody = z.strictObject({ requests: z.array(json).min(1).max(LIMITS.batchMax) });
/** `207`, in the order asked: what each request alone would have been answered. */
export const batchReply = z.strictObject({
  results: z.array(z.strictObject({ status: z.int(), replayed: z.boolean(), body: z.union([acceptedReply, problem]) })),
});
export type BatchReply = z.infer<typeof batchReply>;

/** `POST /v1/approvals/{id}/executions`. `matchesApproval` false means that an alarm was raised. */
export const executionReply = z.strictObject({ id: approvalId, recorded: z.boolean(), matchesApproval: z.boolean() });
export type ExecutionReply = z.infer<typeof executionReply>;
