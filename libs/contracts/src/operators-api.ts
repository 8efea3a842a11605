import { z } from 'zod';
import { action, allowedDecision, approvalContext, gateToolArguments } from './approval-request.ts';
import { deliveryState } from './agents-api.ts';
import { legalHold } from './retention-api.ts';
import { reviewStep } from './review-step.ts';
import { approvalStatus, decisionVerb } from './commands.ts';
import { binding, decidedBy, decision, policyRef } from './decision.ts';
import { gateFacts, verdict } from './gate-policy.ts';
import { alertChannel } from './delivery-events.ts';
import { approvalId, instant, json, jsonObject, riskLevel, role } from './ids.ts';
import { INBOX_VIEWS } from './inbox-views.ts';
import { LIMITS } from './limits.ts';
import { API_KEY_SCOPES, apiKeyScope, killSwitchScope } from './settings-events.ts';

/** `GET /api/me`: who is signed in. */
export const me = z.strictObject({
  operatorId: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(role),
  organization: z.strictObject({
    id: z.string(),
    name: z.string(),
    /** Stand for a logo where there is none. */
    initials: z.string().nullable(),
    /** Address of the image on this origin. */
    logo: z.string().nullable(),
  }),
  /** The organisation asks for a second factor, and this session may do nothing but set one up. */
  mustAddFactor: z.literal(true).optional(),
});
export type Me = z.infer<typeof me>;

/** Query of `GET /api/inbox`. */
export const inboxQuery = z.strictObject({
  view: z.enum(INBOX_VIEWS).default('mine'),
  risk: riskLevel.optional(),
  agent: z.string().max(128).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50),
});
export type InboxQuery = z.infer<typeof inboxQuery>;

export const inboxItem = z.strictObject({
  id: approvalId,
  revision: z.int(),
  status: approvalStatus,
  /** `gating` until the rules have spoken, then `review`; `decided` when final. */
  phase: z.enum(['gating', 'review', 'decided']),
  riskLevel,
  source: z.string(),
  agentId: z.string(),
  agentName: z.string().nullable(),
  /** The tool that will run. */
  toolName: z.string(),
  /** Written by the agent: unverified text. */
  contextSummary: z.string(),
  proposedAction: z.string(),
  entityId: z.string(),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  verdict: verdict.nullable(),
  stepName: z.string().nullable(),
  escalationLevel: z.int(),
  claimedBy: decidedBy.nullable(),
  requestedAt: instant,
  expiresAt: instant,
  escalateAt: instant.nullable(),
  decidedAt: instant.nullable(),
  decidedBy: decidedBy.nullable(),
  /** Whether the caller may decide now. */
  mayDecide: z.boolean(),
  /** Until when the caller has put it off. Absent in answers before version 0.2. */
  snoozedUntil: instant.nullable().optional(),
  /**
   * Whether its text was found deceptive, in look-alike letters or speaking to whoever decides: then it is not approved from a list. Absent in
   * answers before version 0.2.
   */
  flagged: z.boolean().optional(),
});
export type InboxItem = z.infer<typeof inboxItem>;
export const inboxPage = z.strictObject({
  items: z.array(inboxItem),
  nextCursor: z.string().nullable(),
  counts: z.strictObject({ mine: z.int(), team: z.int(), all: z.int(), snoozed: z.int(), decided: z.int() }),
});
export type InboxPage = z.infer<typeof inboxPage>;

export const historyEntry = z.strictObject({
  id: z.string(),
  stream: z.string(),
  revision: z.int(),
  type: z.string(),
  at: instant,
  actor: z.string(),
  /** One sentence for people. */
  summary: z.string(),
  data: jsonObject,
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** One step of a request's route: what it needs, who has said what, and who may still say something. */
export const stepStanding = z.strictObject({
  index: z.int(),
  name: z.string(),
  /** `satisfied` waits for the steps beside it; `later` is not open yet. */
  state: z.enum(['open', 'satisfied', 'approved', 'rejected', 'later']),
  /** Open at the same time as others. */
  parallel: z.boolean(),
  approvers: z.string(),
  /** Approvals needed; null where it is worked out when the step opens. */
  needed: z.int().nullable(),
  votes: z.array(z.strictObject({ by: decidedBy, approved: z.boolean() })),
  /** Who may still vote, by name, and how many more there are than are named. */
  mayVote: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  mayVoteMore: z.int(),
  /** Who decides in whose place, by name. */
  standIns: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  claimedBy: decidedBy.nullable(),
});
export type StepStanding = z.infer<typeof stepStanding>;

/** `GET /api/safety`: what everybody who decides must know about the organisation. */
export const safety = z.strictObject({
  soloMode: z.boolean(),
  killSwitches: z.array(
    z.strictObject({ scope: killSwitchScope, reason: z.string(), by: z.strictObject({ id: z.string(), name: z.string() }), at: instant }),
  ),
});
export type Safety = z.infer<typeof safety>;

/** `GET /api/approvals/{id}`: everything the agent saw, the raw action, the history, and who may decide. */
export const approvalDetail = z.strictObject({
  item: inboxItem,
  arguments: gateToolArguments,
  action: action.nullable(),
  /** What runs if approved: `action`, or the gate tool's own call. */
  effectiveAction: action,
  argsSchema: z.union([jsonObject, z.boolean()]).nullable(),
  allowedDecisions: z.array(allowedDecision),
  context: approvalContext,
  /** Set where what the agent saw belonged to another request, which it asked in other words, and was erased with that one. */
  contextErased: z.literal(true).optional(),
  binding,
  principal: z.strictObject({ id: z.string(), display: z.string().optional() }).nullable(),
  /** What the agent took for granted, with the values that were seen last. Written by the agent: unverified. */
  preconditions: z.array(jsonObject),
  labels: z.record(z.string(), z.string()),
  threadId: z.string().nullable(),
  runId: z.string().nullable(),
  toolCallId: z.string().nullable(),
  upstreamExpiresAt: instant.nullable(),
  gate: z
    .strictObject({
      verdict,
      policy: policyRef,
      explanation: z.string(),
      problems: z.array(z.string()),
      facts: gateFacts,
      evaluatedAt: instant,
    })
    .nullable(),
  step: reviewStep.nullable(),
  /** All steps in order, those that are over and those to come included. Absent in answers before version 0.2. */
  steps: z.array(stepStanding).optional(),
  /** Latest deadline people may give it; null when they may not move it. Absent in answers before version 0.2. */
  extendableUntil: instant.nullable().optional(),
  /** Whether letting it run takes a fresh proof (`POST /api/approvals/{id}/step-up`). Absent in answers before version 0.2. */
  stepUpNeeded: z.boolean().optional(),
  /** The ladder: who is alerted when, in order. */
  escalation: z.array(z.strictObject({ level: z.int(), approvers: z.string(), at: instant.nullable(), reached: z.boolean() })),
  may: z.array(z.strictObject({ verb: decisionVerb, allowed: z.boolean(), why: z.string() })),
  comments: z.array(z.strictObject({ by: decidedBy, at: instant, text: z.string() })),
  alerts: z.array(
    z.strictObject({
      operator: z.string(),
      channel: alertChannel,
      state: z.enum(['held', 'sent', 'failed', 'delivered', 'seen']),
      at: instant,
      detail: z.string(),
    }),
  ),
  /**
   * Whether anybody who may decide has heard of it, since `at`: `nobody` raised an alarm, `waiting` may still arrive, `unasked` alerts nobody. Absent
   * in answers before version 0.2.
   */
  reach: z
    .strictObject({ state: z.enum(['unasked', 'waiting', 'reached', 'nobody']), at: instant.nullable(), reason: z.string().nullable() })
    .optional(),
  decision: decision.nullable(),
  delivery: deliveryState,
  /** Set while nothing may erase it. Absent in answers before version 0.2. */
  legalHold: legalHold.nullable().optional(),
  history: z.array(historyEntry),
});
export type ApprovalDetail = z.infer<typeof approvalDetail>;

/** `GET /api/approvals/{id}/related`: what was asked before about the same entity, in the same run and by the same agent, newest first. */
export const relatedApprovals = z.strictObject({
  entity: z.array(inboxItem),
  run: z.array(inboxItem),
  agent: z.array(inboxItem),
});
export type RelatedApprovals = z.infer<typeof relatedApprovals>;

/** One message of `GET /api/live` (`event: change`, `id:` = log position). Sent after the read model has it. */
export const liveEvent = z.strictObject({ approvalId, type: z.string(), revision: z.int(), position: z.string() });
export type LiveEvent = z.infer<typeof liveEvent>;

export const bulkBody = z.strictObject({
  verb: decisionVerb,
  ids: z.array(approvalId).min(1).max(LIMITS.bulkMax),
  note: z.string().max(LIMITS.noteCharsMax).optional(),
  reasonCode: z.string().max(64).optional(),
  /** Revision of each request as it was shown: one that changed since is refused. */
  expectedRevisions: z.record(approvalId, z.int().min(0)).optional(),
});

/** Settings commands of this release: `POST /api/endpoints`, `/api/agents`, `/api/api-keys`, `/api/tokens`; the others are in `settings-api.ts`. */
export const newEndpoint = z.strictObject({
  id: z.string().regex(/^[a-z][a-zA-Z0-9_]{1,63}$/),
  url: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax),
  /** Whether it is told when an endpoint is disabled or a callback is given up; stays what it was when left out. */
  operational: z.boolean().optional(),
});
export const newAgent = z.strictObject({ id: z.string().regex(/^[a-z][a-zA-Z0-9_]{1,63}$/), name: z.string().min(1).max(128) });
export const newApiKey = z.strictObject({
  agentId: z.string(),
  mode: z.enum(['live', 'test']).default('live'),
  /** What it may do; all of it unless given. */
  scopes: z.array(apiKeyScope).min(1).max(API_KEY_SCOPES.length).optional(),
  expiresAt: instant.optional(),
});
export const newToken = z.strictObject({ expiresAt: instant.optional() });

export const settingsList = z.strictObject({ items: z.array(z.record(z.string(), json)) });
