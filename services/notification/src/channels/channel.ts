import type { AlertChannel, RiskLevel } from '@holdpoint/contracts';
import type { z } from 'zod';

/** What an alert says, before any channel gives it a form. Texts of the agent are raw here: hostile until rendered. */
export type Alert = {
  /**
   * `request` asks the first people, `escalation` the next rung, `assigned` whoever was put on it by name; `answered` tells who asked the agent;
   * `stalled` and `unreached` tell administrators that nobody is left to ask, or that nobody has heard of it. `drifted` and `bypassed` ask for
   * nothing to be decided: they carry a `notice`.
   */
  kind: 'request' | 'escalation' | 'assigned' | 'answered' | 'stalled' | 'unreached' | 'drifted' | 'bypassed';
  approvalId: string;
  organization: string;
  /** Who is addressed. */
  operatorName: string;
  riskLevel: RiskLevel;
  /** Written by the agent. */
  actionName: string;
  contextSummary: string;
  proposedAction: string;
  entityId: string;
  /** What happened, in our own words, where nothing waits for a decision: shown in place of deadline and agent's words. */
  notice?: string;
  /** When it ends as not approved, and when the next people are asked, RFC 3339. */
  expiresAt: string;
  escalateAt: string | null;
  /** The moment of sending: deadlines are also told in minutes from it. */
  at: string;
  /** The console's page of the request. It renders; only the page's own buttons decide. */
  viewUrl: string;
};

/**
 * Why an attempt failed, one taxonomy for all channels: `retryable` and `throttled` try again · `unknown_outcome` may have arrived, try
 * once more · `recipient_gone`, `recipient_blocked`, `content_rejected`, `unsupported` never for this alert · `config` not before an
 * administrator acts.
 */
export const FAILURE_CLASSES = [
  'retryable',
  'throttled',
  'unknown_outcome',
  'recipient_gone',
  'recipient_blocked',
  'content_rejected',
  'config',
  'unsupported',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export type Failure = {
  class: FailureClass;
  /** The provider's own code, for the record. */
  code: string;
  retryAfterMs?: number;
  /** For logs and administrators; never holds an address, a credential or the alert. */
  safeMessage: string;
};
export type SendResult = { outcome: 'accepted'; providerMessageId: string | null } | ({ outcome: 'failed' } & Failure);

export type SendOptions = {
  /** Stable over retries of one alert to one address. */
  attemptId: string;
  signal?: AbortSignal;
};

export type Capabilities = {
  interactive: 'none' | 'link_only' | 'reply_text' | 'buttons' | 'forms';
  receipts: 'none' | 'accepted' | 'delivered' | 'read';
  /** How strongly a decision taken there would prove who took it. */
  identityStrength: 'weak' | 'medium' | 'strong';
  lockScreenVisible: boolean;
  /** Characters of each text of the agent; what is longer is cut, says so, and can be read whole in the console. */
  textCharsMax: number;
};

/** A channel that is set up. One attempt per call: no retry, no decision, no lookup of people, no log of what is sent. */
export type OpenChannel = {
  /** The address in its one canonical form; null when it cannot be one. */
  normaliseAddress(address: string): string | null;
  send(address: string, alert: Alert, options: SendOptions): Promise<SendResult>;
  /** @returns null, or in plain words what an administrator must change. */
  healthCheck(): Promise<string | null>;
  close(): Promise<void>;
};

/** A channel as its folder describes it. Adding one is a folder and a line in the registry. */
export type Channel<Variables extends z.ZodRawShape = z.ZodRawShape> = {
  id: AlertChannel;
  displayName: string;
  capabilities: Capabilities;
  /** The environment it reads, validated with the service's own. */
  variables: Variables;
  /** @returns null when this installation has not set the channel up. @throws RangeError naming the variable that is wrong. */
  open(variables: z.output<z.ZodObject<Variables>>): OpenChannel | null;
};

/** Binds a channel's pure rendering to its one attempt, and keeps its variables' types. */
export const defineChannel = <Variables extends z.ZodRawShape>(channel: Channel<Variables>): Channel => channel as unknown as Channel;
