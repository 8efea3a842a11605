import { z } from 'zod';
import { agentSideId, instant, json, jsonObject, riskLevel, settingId, source } from './ids.ts';
import { LIMITS } from './limits.ts';

const text = (max: number) => z.string().min(1).max(max);

/** Arguments of the gate tool `request_human_approval`: the minimal variant's four, and what the full variant adds. */
export const gateToolArguments = z.strictObject({
  contextSummary: text(LIMITS.summaryCharsMax),
  proposedAction: text(LIMITS.summaryCharsMax),
  entityId: text(LIMITS.agentIdCharsMax),
  riskLevel,
  actionName: text(LIMITS.toolNameCharsMax).nullish(),
  actionArgsJson: z.string().max(LIMITS.argsSchemaBytesMax).nullish(),
  amount: z.number().nullish(),
  currency: z.string().max(16).nullish(),
  reversible: z.boolean().nullish(),
  urgency: z.enum(['low', 'normal', 'high']).nullish(),
});
export type GateToolArguments = z.infer<typeof gateToolArguments>;

/** The exact call that runs if a person agrees. */
export const action = z.strictObject({ name: text(LIMITS.toolNameCharsMax), args: jsonObject });
export type Action = z.infer<typeof action>;

/** One entry of what the agent saw, in its own order. Unknown members are kept: the operator sees what the agent saw. */
const message = z.looseObject({ role: z.string().max(64), content: json });
const traceEntry = z.union([z.string(), jsonObject]);
const toolLogEntry = z.looseObject({ name: z.string().max(LIMITS.toolNameCharsMax) });

export const approvalContext = z.strictObject({
  instructions: z.string().optional(),
  messages: z.array(message).max(LIMITS.messagesMax).optional(),
  reasoningTrace: z.array(traceEntry).max(LIMITS.reasoningTraceMax).optional(),
  toolLog: z.array(toolLogEntry).max(LIMITS.toolLogMax).optional(),
});
export type ApprovalContext = z.infer<typeof approvalContext>;

export const ALLOWED_DECISIONS = ['approve', 'reject', 'modify'] as const;
export const allowedDecision = z.enum(ALLOWED_DECISIONS);
export type AllowedDecision = z.infer<typeof allowedDecision>;

export const callbackTarget = z.union([
  settingId,
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax),
    state: z.string().max(LIMITS.callbackStateCharsMax).optional(),
  }),
  z.strictObject({ endpointId: settingId, state: z.string().max(LIMITS.callbackStateCharsMax).optional() }),
]);

export const RESUME_MODES = [
  'callback',
  'openai.submitToolOutputs',
  'openai.agentsApi',
  'openai.responses',
  'anthropic.managedAgents',
  'langgraph',
  'logicApps',
  'none',
] as const;
/** What becomes of an answer whose run is over: the app's callback alone, or a new run on the same thread that begins with it. */
export const RESUME_FALLBACKS = ['callback', 'newRunOnThread'] as const;
export type ResumeFallback = (typeof RESUME_FALLBACKS)[number];
export const resumePlan = z.strictObject({
  mode: z.enum(RESUME_MODES),
  connectionId: settingId.optional(),
  /** Where a waiting workflow takes its one answer (`logicApps`). It carries its own signature: a secret, stored sealed, never shown. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(LIMITS.urlCharsMax)
    .optional(),
  /** Instead of the connection's own. */
  fallback: z.enum(RESUME_FALLBACKS).optional(),
  /** Outputs of the run's other pending calls: assistants-compatible servers take all outputs in one request. */
  siblingOutputs: z
    .array(z.strictObject({ toolCallId: agentSideId, output: z.string().max(262_144) }))
    .max(LIMITS.siblingOutputsMax)
    .optional(),
});
export type ResumePlan = z.infer<typeof resumePlan>;

/**
 * What the request takes for granted: a name, the value it has now, and where it can be read again (a JSON document that must equal
 * `value`). It is shown, looked at again when somebody decides, and compared with what the executor sees before it acts.
 */
export const precondition = z.strictObject({
  name: text(64),
  value: json,
  check: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax) }).optional(),
});

const preconditions = z
  .array(precondition)
  .max(LIMITS.preconditionsMax)
  .refine(stated => new Set(stated.map(({ name }) => name)).size === stated.length, 'names must differ');

/** `POST /v1/approvals`: what an agent's app sends. Snake-case names of the brief are accepted by {@link withCamelCaseNames}. */
export const approvalRequest = z.strictObject({
  source,
  threadId: agentSideId.optional(),
  runId: agentSideId.optional(),
  toolCallId: agentSideId.optional(),
  arguments: gateToolArguments,
  action: action.nullish(),
  argsSchema: z.union([jsonObject, z.boolean()]).optional(),
  context: approvalContext.optional(),
  allowedDecisions: z.array(allowedDecision).min(1).max(3).optional(),
  callback: callbackTarget.optional(),
  resume: resumePlan.optional(),
  expiresAt: instant.optional(),
  deadlineSec: z.int().min(1).max(LIMITS.deadlineSecMax).optional(),
  upstreamExpiresAt: z.union([instant, z.int().min(0)]).optional(),
  batch: z.strictObject({ id: agentSideId, index: z.int().min(0).max(999), size: z.int().min(1).max(1_000) }).optional(),
  agent: z
    .strictObject({
      id: z.string().max(128).optional(),
      name: z.string().max(128).optional(),
      version: z.string().max(64).optional(),
      model: z.string().max(128).optional(),
    })
    .optional(),
  principal: z.strictObject({ id: z.string().min(1).max(256), display: z.string().max(256).optional() }).optional(),
  labels: z
    .record(z.string().min(1).max(64), z.string().max(256))
    .refine(labels => Object.keys(labels).length <= LIMITS.labelsMax, `at most ${LIMITS.labelsMax} labels`)
    .optional(),
  preconditions: preconditions.optional(),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
});
export type ApprovalRequest = z.infer<typeof approvalRequest>;

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const hasUnderscore = (value: object): boolean => {
  for (const name in value) if (name.includes('_')) return true;
  return false;
};

const renamed = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !hasUnderscore(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const to = camel(name);
    if (Object.hasOwn(result, to)) throw new AmbiguousName(to);
    result[to] = member;
  }
  return result;
};

/** Thrown when a body gives one member twice, once in camelCase and once in snake_case. */
export class AmbiguousName extends Error {
  constructor(readonly member: string) {
    super(`${member} is given twice, in camelCase and in snake_case; send one of them`);
  }
}

/**
 * Renames the brief's snake_case names (`thread_id`, `context_summary` …) at the top level and in `arguments`, `callback`, `resume`,
 * `context`, `agent` and `batch` of a request body. Values inside `action.args`, messages and labels are never touched.
 * @throws AmbiguousName when a member is given under both names.
 */
export const withCamelCaseNames = (body: unknown): unknown => {
  const top = renamed(body);
  if (typeof top !== 'object' || top === null || Array.isArray(top)) return top;
  const members = top as Record<string, unknown>;
  const changed: Record<string, unknown> = {};
  for (const name of ['arguments', 'callback', 'resume', 'context', 'agent', 'batch']) {
    const member = renamed(members[name]);
    if (member !== members[name]) changed[name] = member;
  }
  return { ...members, ...changed };
};
