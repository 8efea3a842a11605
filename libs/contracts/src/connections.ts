import { z } from 'zod';
import { RESUME_FALLBACKS } from './approval-request.ts';
import { approvalId, instant, json, settingId } from './ids.ts';
import { LIMITS } from './limits.ts';

/** Servers of agents that Holdpoint reaches itself: to hand an answer over, and to look at a session one of their webhooks names. */
export const CONNECTION_PROVIDERS = [
  'openai.assistants',
  'openai.agentsApi',
  'openai.responses',
  'anthropic.managedAgents',
  'langgraph',
] as const;
export const connectionProvider = z.enum(CONNECTION_PROVIDERS);
export type ConnectionProvider = z.infer<typeof connectionProvider>;

/** Those whose webhooks `POST /v1/hooks/{provider}/{connection}` takes. */
export const HOOK_PROVIDERS = [
  'openai.agentsApi',
  'openai.responses',
  'anthropic.managedAgents',
] as const satisfies readonly ConnectionProvider[];
export const takesHooks = (provider: ConnectionProvider): boolean => HOOK_PROVIDERS.some(known => known === provider);

/** `whsec_` and base64 of 24 to 64 bytes: what a provider signs its webhooks with (Standard Webhooks 1.0.0). */
const webhookSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ followed by base64 of 24 to 64 bytes');

/** Members of a request that are ours to set: what is answered, and where. */
const OURS = ['input', 'previous_response_id', 'conversation', 'stream', 'metadata'];
const TEMPLATE_BYTES_MAX = 65_536;

/**
 * What goes with the answer to a response that asked: model, instructions and tools are not inherited from it
 * (`instructions` explicitly so, developers.openai.com/api/docs/guides/conversation-state), so the app stores them here once.
 */
export const responsesTemplate = z
  .object({ model: z.string().min(1).max(LIMITS.toolNameCharsMax) })
  .catchall(json)
  .refine(template => OURS.every(name => !(name in template)), `must not have ${OURS.join(', ')}: these are set when it is used`)
  .refine(template => JSON.stringify(template).length <= TEMPLATE_BYTES_MAX, `must be at most ${TEMPLATE_BYTES_MAX} characters of JSON`);
export type ResponsesTemplate = z.infer<typeof responsesTemplate>;

/**
 * Body of `POST /api/connections`. For a known id, a member that is left out stays what it is, and null takes it away; a new webhook secret
 * leaves the one before it in force for a day. `untested` saves without asking the provider.
 */
export const newConnection = z.strictObject({
  id: settingId,
  provider: connectionProvider,
  baseUrl: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax),
  apiKey: z.string().min(1).max(1_024).optional(),
  webhookSecret: webhookSecret.nullish(),
  /** Who asks in what comes by the connection's webhook. */
  agentId: settingId.nullish(),
  /** Who is told of decisions on what came by the connection's webhook, besides the session. */
  endpointId: settingId.nullish(),
  fallback: z.enum(RESUME_FALLBACKS).optional(),
  template: responsesTemplate.nullish(),
  untested: z.boolean().optional(),
});
export type NewConnection = z.infer<typeof newConnection>;

/** What is wrong with a connection, and which member it is about; empty where it is about none of them. */
export const connectionFault = z.strictObject({ pointer: z.string(), detail: z.string() });
export type ConnectionFault = z.infer<typeof connectionFault>;

/** `hp.query.connectionCheck`: the console asks `callback` whether a provider takes these credentials, before or after they are stored. */
export const connectionCheck = z.strictObject({
  provider: connectionProvider,
  baseUrl: z.string(),
  apiKey: z.string(),
  model: z.string().nullable(),
});
export type ConnectionCheck = z.infer<typeof connectionCheck>;

/** `ConnectionAdded`: everything that is known of a connection from then on. What is absent is not set. */
export const connectionAdded = z.strictObject({
  connectionId: z.string(),
  provider: connectionProvider,
  agentId: z.string().optional(),
  endpointId: z.string().optional(),
  fallback: z.enum(RESUME_FALLBACKS).optional(),
  at: instant,
  private: z.strictObject({
    baseUrl: z.string().max(LIMITS.urlCharsMax),
    apiKey: z.string().max(1_024),
    webhookSecret: z.string().optional(),
    /** The one before, which counts until then: the provider may still sign with it. */
    previousWebhookSecret: z.strictObject({ secret: z.string(), until: instant }).optional(),
    template: responsesTemplate.optional(),
  }),
});

/** Answer of `POST /v1/hooks/{provider}/{connection}`. Providers look at its status only; it is for whoever reads their delivery log. */
export const hookReply = z.strictObject({
  /** Approvals that were asked for now. */
  requested: z.array(approvalId),
  /** Approvals that were asked for before, by the first delivery or by the app itself. */
  known: z.array(approvalId),
  /** Calls that were answered "no" at once: they do not mean exactly one thing, so nobody could be asked. */
  refused: z.int(),
  /** Calls that are not the gate's. */
  left: z.int(),
});
export type HookReply = z.infer<typeof hookReply>;
