import { z } from 'zod';
import { action, allowedDecision, approvalContext, callbackTarget, gateToolArguments, resumePlan } from './approval-request.ts';
import { binding, decidedBy, decisionRecord, jsonPatch, policyRef } from './decision.ts';
import { approvers, gateFacts, routeStep, verdict } from './gate-policy.ts';
import { approvalId, decisionChannel, instant, jsonObject, riskLevel, role, sha256Hex, source } from './ids.ts';
import { LIMITS } from './limits.ts';

const note = z.string().max(LIMITS.noteCharsMax);

/** What an alert may say without opening the request. Written by the agent, so hostile. */
export const alertText = z.strictObject({
  contextSummary: z.string(),
  proposedAction: z.string(),
  entityId: z.string(),
  actionName: z.string(),
});
export type AlertText = z.infer<typeof alertText>;

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
  /** Steps of the route that open after this one is approved, in order; absent when this is the last. */
  laterSteps: z.array(routeStep).max(4).optional(),
});
export type ReviewStep = z.infer<typeof reviewStep>;

/** What a terminal event carries so that the callback needs no read. */
const delivery = z.strictObject({
  source,
  callback: z.boolean(),
  resume: resumePlan.pick({ mode: true, connectionId: true }),
  upstreamExpiresAt: instant.nullable(),
});
export type Delivery = z.infer<typeof delivery>;

const terminal = z.strictObject({
  decision: decisionRecord,
  delivery,
  /** Compact JWS over the receipt claims, signed where the decision is made. */
  receipt: z.string(),
  private: z.strictObject({
    note: note.nullable(),
    approvedAction: action.nullable(),
    diff: jsonPatch.optional(),
    state: z.string().nullable(),
    callback: callbackTarget.nullable(),
    siblingOutputs: resumePlan.shape.siblingOutputs,
  }),
});
export type TerminalData = z.infer<typeof terminal>;

export const approvalEvents = {
  ApprovalRequested: z.strictObject({
    approvalId,
    source,
    threadId: z.string().nullable(),
    runId: z.string().nullable(),
    toolCallId: z.string().nullable(),
    /** The credential's agent; `name`, `version`, `model` are the agent's own claims. */
    agent: z.strictObject({ id: z.string(), name: z.string().optional(), version: z.string().optional(), model: z.string().optional() }),
    keyId: z.string(),
    /** Asked with a test key: seen by test keys only, and never to be spent on a real action. */
    test: z.literal(true).optional(),
    riskLevel,
    toolName: z.string(),
    binding,
    allowedDecisions: z.array(allowedDecision),
    requestedAt: instant,
    /** When it ends as not approved, if nobody decides. */
    expiresAt: instant,
    upstreamExpiresAt: instant.nullable(),
    /** SHA-256 of the canonical body: tells a repeat from another request under the same key. */
    requestHash: sha256Hex,
    labels: z.record(z.string(), z.string()),
    batch: z.strictObject({ id: z.string(), index: z.int(), size: z.int() }).nullable(),
    delivery,
    /** The large part in `context-<id>`, if it did not fit here. */
    contextRef: z.strictObject({ stream: z.string(), sha256: sha256Hex, bytes: z.int() }).nullable(),
    private: z.strictObject({
      arguments: gateToolArguments,
      action: action.nullable(),
      argsSchema: z.union([jsonObject, z.boolean()]).optional(),
      context: approvalContext.optional(),
      callback: callbackTarget.nullable(),
      state: z.string().nullable(),
      siblingOutputs: resumePlan.shape.siblingOutputs,
      principal: z.strictObject({ id: z.string(), display: z.string().optional() }).nullable(),
      preconditions: z.array(jsonObject),
    }),
  }),
  GateEvaluated: z.strictObject({
    verdict,
    policy: policyRef,
    explanation: z.string(),
    /** Why no rule decided: a rule that failed to evaluate, a missing fact. */
    problems: z.array(z.string()),
    evaluatedAt: instant,
    approvalValidSec: z.int(),
    private: z.strictObject({ facts: gateFacts }),
  }),
  ReviewStepOpened: z.strictObject({
    step: reviewStep,
    verdict,
    riskLevel,
    openedAt: instant,
    expiresAt: instant,
    escalateAt: instant.nullable(),
    private: z.strictObject({ alert: alertText }),
  }),
  ApprovalEscalated: z.strictObject({
    stepIndex: z.int(),
    /** 1 for the first backup level. */
    level: z.int().min(1),
    approvers,
    riskLevel,
    reason: z.enum(['timeout', 'manual']),
    by: decidedBy.nullable(),
    escalatedAt: instant,
    expiresAt: instant,
    escalateAt: instant.nullable(),
    private: z.strictObject({ alert: alertText }),
  }),
  EscalationExhausted: z.strictObject({ stepIndex: z.int(), level: z.int(), at: instant }),
  ApprovalClaimed: z.strictObject({ by: decidedBy, claimedAt: instant, claimExpiresAt: instant }),
  ClaimReleased: z.strictObject({ by: decidedBy.nullable(), reason: z.enum(['released', 'expired']), at: instant }),
  CommentAdded: z.strictObject({ by: decidedBy, at: instant, private: z.strictObject({ text: note }) }),
  StepApproved: z.strictObject({
    stepIndex: z.int(),
    by: decidedBy,
    channel: decisionChannel,
    at: instant,
    actionHash: sha256Hex,
    private: z.strictObject({ note: note.nullable() }),
  }),
  StepRejected: z.strictObject({
    stepIndex: z.int(),
    by: decidedBy,
    channel: decisionChannel,
    at: instant,
    actionHash: sha256Hex,
    reasonCode: z.string().max(64).optional(),
    private: z.strictObject({ note: note.nullable() }),
  }),
  ActionModified: z.strictObject({
    by: decidedBy,
    at: instant,
    previousActionHash: sha256Hex,
    actionHash: sha256Hex,
    private: z.strictObject({ action, diff: jsonPatch, note: note.nullable() }),
  }),
  ApprovalGrantedAutomatically: terminal,
  ApprovalRejectedAutomatically: terminal,
  ApprovalGranted: terminal,
  ApprovalGrantedWithChanges: terminal,
  ApprovalRejected: terminal,
  ApprovalExpired: terminal,
  ApprovalWithdrawn: terminal,
  DecisionRefused: z.strictObject({
    by: decidedBy,
    verb: z.string(),
    code: z.string(),
    detail: z.string(),
    channel: decisionChannel,
    at: instant,
  }),
  ApprovalConsumed: z.strictObject({ actionHash: sha256Hex, consumedAt: instant, by: decidedBy }),
  ExecutionReported: z.strictObject({
    actionHash: sha256Hex,
    outcome: z.enum(['succeeded', 'failed']),
    /** False raises an alarm: something else ran than was approved. */
    matchesApproval: z.boolean(),
    reportedAt: instant,
    private: z.strictObject({ detail: z.string().max(LIMITS.noteCharsMax).nullable() }),
  }),
} as const;

export const TERMINAL_TYPES = [
  'ApprovalGrantedAutomatically',
  'ApprovalRejectedAutomatically',
  'ApprovalGranted',
  'ApprovalGrantedWithChanges',
  'ApprovalRejected',
  'ApprovalExpired',
  'ApprovalWithdrawn',
] as const;
export type TerminalType = (typeof TERMINAL_TYPES)[number];
const terminalTypes = new Set<string>(TERMINAL_TYPES);
export const isTerminal = (type: string): type is TerminalType => terminalTypes.has(type);

/** Roles from most to least authority; a senior step takes `senior` and above. */
export const SENIOR_ROLES = role.options.filter(name => name === 'owner' || name === 'admin' || name === 'senior');
