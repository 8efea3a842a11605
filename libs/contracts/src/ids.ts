import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** `apr_` and 26 lower-case base32 characters (RFC 4648 without padding) of a 128-bit UUIDv5. */
export const approvalId = z.string().regex(/^apr_[a-z2-7]{26}$/, 'must be apr_ followed by 26 characters a-z, 2-7');
/** `ntc_` and 26 such characters: something an endpoint is told that is no decision. */
export const noticeId = z.string().regex(/^ntc_[a-z2-7]{26}$/, 'must be ntc_ followed by 26 characters a-z, 2-7');
/** SHA-256 as 64 lower-case hexadecimal characters. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 hexadecimal characters');
/** An instant, RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instant = z.iso.datetime({ offset: true });
/** An id chosen by the agent's side. */
export const agentSideId = z.string().min(1).max(LIMITS.agentIdCharsMax);
/** Ids Holdpoint gives to settings: `<prefix>_` and 26 base32 characters, or a short readable name. */
export const settingId = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9_]{1,63}$/, 'must be 2 to 64 letters, digits or underscores, starting with a lower-case letter');

export const RISK_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export const riskLevel = z.enum(RISK_LEVELS);
export type RiskLevel = z.infer<typeof riskLevel>;

export const ROLES = ['owner', 'admin', 'senior', 'operator', 'auditor', 'viewer'] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

export const SOURCES = [
  'openai.assistants',
  'openai.responses',
  'openai.agentsApi',
  'openai.agentsSdk',
  'anthropic.messages',
  'anthropic.agentSdk',
  'anthropic.managedAgents',
  'langgraph',
  'aiSdk',
  'copilotStudio',
  'mcp',
  'agUi',
  'custom',
] as const;
export const source = z.enum(SOURCES);
export type Source = z.infer<typeof source>;

export const DECISION_CHANNELS = [
  'console',
  'email',
  'sms',
  'telegram',
  'whatsapp',
  'messenger',
  'instagram',
  'slack',
  'teams',
  'push',
  'voice',
  'api',
] as const;
export const decisionChannel = z.enum(DECISION_CHANNELS);
export type DecisionChannel = z.infer<typeof decisionChannel>;

/** A plain JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const isJson = (value: unknown): value is Json => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isJson) : isJsonObject(value));
    default:
      return false;
  }
};
const isJsonObject = (value: unknown): value is JsonObject => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name in value) if (!isJson((value as Record<string, unknown>)[name])) return false;
  return true;
};
/**
 * Any JSON, and any JSON object. Checked by hand: zod's own recursive union takes thirty times as long, on every request and every
 * event read. Callers bound the depth before (`LIMITS.jsonDepthMax`).
 */
export const json = z.custom<Json>(isJson, 'must be JSON').meta({ description: 'Any JSON value.' });
/** `additionalProperties` is said although it is the default: makers of clients take its absence for an object without members. */
export const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be a JSON object').meta({ type: 'object', additionalProperties: true });
export type JsonObject = { [key: string]: Json };

/** Stream names: `<category>-<id>`. */
export const streamOf = {
  approval: (id: string) => `approval-${id}`,
  context: (id: string) => `context-${id}`,
  logo: (organizationId: string, sha256: string) => `logo-${organizationId}_${sha256}`,
  notification: (id: string) => `notification-${id}`,
  callback: (id: string) => `callback-${id}`,
  /** Who has looked at an approval, by its id. */
  view: (id: string) => `view-${id}`,
  digest: (id: string) => `digest-${id}`,
  spend: (id: string) => `spend-${id}`,
  gatePolicy: (id: string) => `gatePolicy-${id}`,
  organization: (id: string) => `organization-${id}`,
  operator: (id: string) => `operator-${id}`,
  agent: (id: string) => `agent-${id}`,
  /** All schedules of an organisation, by its id. */
  schedule: (id: string) => `schedule-${id}`,
  grant: (id: string) => `grant-${id}`,
  /** A block of data keys, by its id. */
  key: (id: string) => `key-${id}`,
  relay: (name: string) => `relay-${name}`,
} as const;

/** `approval-apr_x` → `approval`. */
export const categoryOf = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('-')));
/** `approval-apr_x` → `apr_x`. */
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** Where a paused call stands in its agent's run. */
export type PausedCall = { source: Source; threadId: string | null; runId: string | null; toolCallId: string };

/**
 * Idempotency key of a request that came without one: its paused call names it for ever. Also finds the approval of another pending
 * call of the same run. A test key never meets a live request.
 */
export const pausedCallKey = (mode: 'live' | 'test', { source: from, threadId, runId, toolCallId }: PausedCall): string =>
  `${mode} call ${JSON.stringify([from, threadId, runId, toolCallId])}`;
