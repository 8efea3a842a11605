import { z } from 'zod';
import { stepUpFact } from './account-events.ts';
import { action, allowedDecision, approvalContext, callbackTarget, gateToolArguments, resumePlan } from './approval-request.ts';
import { binding, decidedBy, jsonPatch, policyRef } from './decision.ts';
import { gateFacts, verdict } from './gate-policy.ts';
import { approvalId, decisionChannel, instant, jsonObject, riskLevel, role, sha256Hex, source } from './ids.ts';
import { LIMITS } from './limits.ts';
import { alertText, reviewStep, standIn } from './review-step.ts';
import { delivery, terminalEvents } from './terminal-events.ts';
import { approvers, escalationLevel, onExhausted } from './route.ts';

const note = z.string().max(LIMITS.noteCharsMax);

/** Why an approval is erased: its time is over, or somebody who may ask for it did. */
export const erasureGround = z.enum(['retention', 'request']);
export type ErasureGround = z.infer<typeof erasureGround>;

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
    /** Who chose `expiresAt`: a default gives way to the route's own deadline, the agent's never does. Absent where it is not known. */
    deadlineBy: z.enum(['agent', 'default']).optional(),
    upstreamExpiresAt: instant.nullable(),
    /** SHA-256 of the canonical body: tells a repeat from another request under the same key. */
    requestHash: sha256Hex,
    labels: z.record(z.string(), z.string()),
    batch: z.strictObject({ id: z.string(), index: z.int(), size: z.int() }).nullable(),
    delivery,
    /** The request whose place this one takes: the agent changed its proposal, or the world changed. */
    revises: approvalId.optional(),
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
      resumeUrl: resumePlan.shape.url,
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
    grantId: z.string().optional(),
    sampled: z.boolean().optional(),
    /** False when nobody could answer before the deadline, with the reason. */
    reachable: z.strictObject({ ok: z.boolean(), reason: z.string() }).optional(),
    /** Settings of the policy version that later decisions need. */
    settings: z
      .strictObject({
        keepApprovalsOnEdit: z.boolean().optional(),
        questionsPauseDeadline: z.boolean().optional(),
        extendSecMax: z.int().optional(),
        rejectReasons: z.array(z.strictObject({ code: z.string(), label: z.string() })).optional(),
        stepUp: riskLevel.optional(),
      })
      .optional(),
    private: z.strictObject({ facts: gateFacts }),
  }),
  /** What a version that is only tried out would have said. Without effect. */
  ShadowEvaluated: z.strictObject({ verdict, policy: policyRef, explanation: z.string(), agrees: z.boolean(), evaluatedAt: instant }),
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
    /** `empty`: nobody stood on what was asked before, so nobody was waited for; `asleep`: everybody on it has quiet hours now. */
    reason: z.enum(['timeout', 'manual', 'empty', 'asleep']),
    by: decidedBy.nullable(),
    round: z.int().optional(),
    strategy: escalationLevel.shape.strategy.optional(),
    importance: escalationLevel.shape.importance.optional(),
    channels: escalationLevel.shape.channels,
    assigned: z.array(z.string()).optional(),
    /** Who stands on the rung too and was not chosen to be alerted: they may decide, and find it in their inbox. */
    others: z.array(z.string()).optional(),
    /** Only whoever holds a senior role is asked. */
    seniorOnly: z.literal(true).optional(),
    standIns: z.array(standIn).optional(),
    /** Rungs that were passed over because nobody stood on them. */
    skipped: z.array(z.int()).optional(),
    escalatedAt: instant,
    expiresAt: instant,
    escalateAt: instant.nullable(),
    private: z.strictObject({ alert: alertText }),
  }),
  EscalationExhausted: z.strictObject({ stepIndex: z.int(), level: z.int(), at: instant, action: onExhausted.optional() }),
  /** People put on an open step by name. */
  ReviewerAssigned: z.strictObject({
    stepIndex: z.int(),
    operators: z.array(z.string()).min(1),
    by: decidedBy,
    at: instant,
    riskLevel,
    expiresAt: instant,
    private: z.strictObject({ alert: alertText }),
  }),
  ApprovalDelegated: z.strictObject({
    stepIndex: z.int(),
    from: decidedBy,
    to: z.string(),
    /** Whose vote passes on, when `from` stands in for somebody too. */
    right: z.string().optional(),
    at: instant,
    riskLevel,
    expiresAt: instant,
    private: z.strictObject({ alert: alertText, note: note.nullable() }),
  }),
  /** Out of one person's sight for a while; neither deadline nor escalation moves. */
  ApprovalSnoozed: z.strictObject({ by: decidedBy, until: instant, at: instant }),
  QuestionAsked: z.strictObject({
    questionId: z.string(),
    by: decidedBy,
    at: instant,
    pausesDeadline: z.boolean(),
    private: z.strictObject({ text: note }),
  }),
  QuestionAnswered: z.strictObject({ questionId: z.string(), by: decidedBy, at: instant, private: z.strictObject({ text: note }) }),
  /**
   * The new end of all waiting, never later than `upstreamExpiresAt`. A question that stops the clock moves it to the latest it may become, and
   * the answer moves it back by the time that was not used.
   */
  DeadlineChanged: z.strictObject({
    expiresAt: instant,
    previous: instant,
    /** When open steps ask their next ones from now on, where that changes too: null while the clock stands still. */
    escalations: z
      .array(z.strictObject({ stepIndex: z.int(), escalateAt: instant.nullable() }))
      .max(5)
      .optional(),
    /** `route`: the agent named no deadline, and the route has its own; `workingHours`: the same, counted in working hours. */
    reason: z.enum(['extended', 'question', 'workingHours', 'route']),
    by: decidedBy.nullable(),
    at: instant,
  }),
  /** The agent asks again in other words: `ApprovalWithdrawn` follows in the same append. */
  ApprovalRevised: z.strictObject({ revisedBy: approvalId, at: instant }),
  /** The world is not as it was when this was asked: votes fall away, and what holds now is shown. */
  PreconditionsChanged: z.strictObject({
    changed: z.array(z.string()),
    at: instant,
    private: z.strictObject({ preconditions: z.array(jsonObject) }),
  }),
  /** An approval that can no longer be spent; `again` asks anew for what holds now. */
  ApprovalVoided: z.strictObject({
    reason: z.enum(['preconditionsChanged']),
    changed: z.array(z.string()),
    again: approvalId.nullable(),
    at: instant,
  }),
  /** Break-glass: the rules were set aside by somebody who may. Looked at afterwards. */
  GateBypassed: z.strictObject({
    by: decidedBy,
    channel: decisionChannel,
    at: instant,
    stepUp: stepUpFact.optional(),
    private: z.strictObject({ reason: note }),
  }),
  AfterReviewOpened: z.strictObject({ kind: z.enum(['sample', 'breakGlass']), at: instant }),
  AfterReviewed: z.strictObject({ by: decidedBy, agreed: z.boolean(), at: instant, private: z.strictObject({ note: note.nullable() }) }),
  ApprovalClaimed: z.strictObject({
    by: decidedBy,
    claimedAt: instant,
    claimExpiresAt: instant,
    /** Absent when only one step is open. */
    stepIndex: z.int().optional(),
    /** When the step asks the next ones, where the claim holds them back. */
    escalateAt: instant.nullable().optional(),
  }),
  ClaimReleased: z.strictObject({
    by: decidedBy.nullable(),
    reason: z.enum(['released', 'expired']),
    at: instant,
    stepIndex: z.int().optional(),
    /** When the step asks the next ones, where the claim held them back; in the past when they have waited long enough. */
    escalateAt: instant.nullable().optional(),
  }),
  CommentAdded: z.strictObject({ by: decidedBy, at: instant, private: z.strictObject({ text: note }) }),
  StepApproved: z.strictObject({
    stepIndex: z.int(),
    by: decidedBy,
    channel: decisionChannel,
    at: instant,
    actionHash: sha256Hex,
    /** Whose place this person took. */
    onBehalfOf: decidedBy.optional(),
    /** The requester decided, because the organisation runs in solo mode. */
    solo: z.literal(true).optional(),
    /** Its step has all it needs, while others that are open at the same time still wait: nobody is asked about it any longer. */
    satisfied: z.literal(true).optional(),
    /** How the person proved for this very action to be there. */
    stepUp: stepUpFact.optional(),
    private: z.strictObject({ note: note.nullable() }),
  }),
  StepRejected: z.strictObject({
    stepIndex: z.int(),
    by: decidedBy,
    channel: decisionChannel,
    at: instant,
    actionHash: sha256Hex,
    reasonCode: z.string().max(64).optional(),
    onBehalfOf: decidedBy.optional(),
    private: z.strictObject({ note: note.nullable() }),
  }),
  ActionModified: z.strictObject({
    by: decidedBy,
    at: instant,
    previousActionHash: sha256Hex,
    actionHash: sha256Hex,
    /** The policy lets approvals of the action before the edit count for it, and the gate asks for the very same steps. */
    approvalsKept: z.literal(true).optional(),
    stepUp: stepUpFact.optional(),
    private: z.strictObject({ action, diff: jsonPatch, note: note.nullable() }),
  }),
  ...terminalEvents,
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
    /** `unknown`: it was begun, and nobody can say what became of it. */
    outcome: z.enum(['succeeded', 'failed', 'unknown']),
    /** False raises an alarm: something else ran than was approved. */
    matchesApproval: z.boolean(),
    /** What came back, where Holdpoint itself carried the action out; `kept` in the approval's context stream unless it was too large. */
    result: z.strictObject({ sha256: sha256Hex, bytes: z.int().min(0), kept: z.boolean() }).optional(),
    reportedAt: instant,
    private: z.strictObject({ detail: z.string().max(LIMITS.noteCharsMax).nullable() }),
  }),
  /** It is evidence somewhere: neither retention nor anybody erases it until the hold is released. */
  LegalHoldPlaced: z.strictObject({ by: decidedBy, at: instant, private: z.strictObject({ reason: note }) }),
  LegalHoldReleased: z.strictObject({ by: decidedBy, at: instant, private: z.strictObject({ reason: note }) }),
  /**
   * What the agent and people wrote is made unreadable from here on: their keys are destroyed, and `ApprovalErased` says when that was done.
   * The reason is kept for ever and in the clear, so it may name nobody.
   */
  ErasureOrdered: z.strictObject({ ground: erasureGround, reason: note, by: decidedBy, at: instant }),
  /** The last event of its stream. `keys`: how many data keys were destroyed; 0 where it was sealed before there were any. */
  ApprovalErased: z.strictObject({ ground: erasureGround, keys: z.int().min(0), at: instant }),
} as const;

/** Roles from most to least authority; a senior step takes `senior` and above. */
export const SENIOR_ROLES = role.options.filter(name => name === 'owner' || name === 'admin' || name === 'senior');
