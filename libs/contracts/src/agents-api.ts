import { z } from 'zod';
import { approvalRequest, precondition } from './approval-request.ts';
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
  /** Questions of the people who decide: answer them with `POST …/answers`. Absent when there is none. */
  questions: z.array(z.strictObject({ id: z.string(), text: z.string(), askedAt: instant })).optional(),
  /** The request that took this one's place, after a revision or because the world changed. */
  replacedBy: approvalId.optional(),
  /** Why nobody can possibly answer in time, as far as is known. Absent when somebody can. */
  unreachable: z.string().optional(),
  delivery: deliveryState,
});
export type ApprovalReply = z.infer<typeof approvalReply>;

/** Body of `consume`. Each precondition the request stated is to be named with the value it has now. */
export const consumeBody = z.strictObject({
  actionHash: sha256Hex,
  preconditions: z
    .array(precondition.pick({ name: true, value: true }))
    .max(LIMITS.preconditionsMax)
    .optional(),
});
/** Body of `revise`: the members that change; what is left out stays as it was. */
export const reviseBody = approvalRequest
  .pick({ arguments: true, action: true, argsSchema: true, context: true, labels: true, preconditions: true })
  .partial();
export type ReviseBody = z.infer<typeof reviseBody>;
/** Body of `answers`: one operator's question, answered. */
export const answerBody = z.strictObject({ questionId: z.string().min(1).max(64), text: z.string().min(1).max(LIMITS.noteCharsMax) });
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
