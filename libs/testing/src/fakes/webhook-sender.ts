import { createHmac } from 'node:crypto';

export type SentWebhook = { id: string; body: string; headers: Record<string, string> };
export type WebhookAnswer = { status: number; body: unknown };

/** How one delivery differs from an honest one. */
export type Dishonesty = {
  /** Signed with this instead. */
  secret?: string;
  /** Says it was sent then, seconds since 1970. */
  atSec?: number;
  /** Sends these bytes under the signature of the others. */
  body?: string;
  /** Signs and sends these bytes, whatever they are. */
  signs?: string;
  /** Leaves this header out. */
  without?: 'webhook-id' | 'webhook-timestamp' | 'webhook-signature';
};

export type WebhookSender = {
  /** What is signed with from now on. */
  secret: string;
  /** A webhook as the provider would deliver it first. */
  webhook(event: object, how?: Dishonesty): SentWebhook;
  /** Delivers one; the same may be delivered again and again, each time signed anew with the same id, as Standard Webhooks has it. */
  deliver(event: { id: string } & object, how?: Dishonesty): Promise<WebhookAnswer>;
  /** Delivers several out of order, and each of them twice. */
  deliverBadly(events: ({ id: string } & object)[]): Promise<WebhookAnswer[]>;
};

/**
 * A provider that sends webhooks after Standard Webhooks 1.0.0, as OpenAI and Anthropic do: at least once, in any order. It signs by itself and
 * not with our own library, so that both would have to be wrong in the same way.
 */
export const webhookSender = (url: string, secret: string, nowSec: () => number = () => Math.floor(Date.now() / 1_000)): WebhookSender => {
  const sender: WebhookSender = {
    secret,
    webhook: (event, how = {}) => {
      const { id } = event as { id: string };
      const body = how.signs ?? JSON.stringify(event);
      const timestamp = String(how.atSec ?? nowSec());
      const key = Buffer.from((how.secret ?? sender.secret).replace(/^whsec_/, ''), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      };
      if (how.without !== undefined) delete headers[how.without];
      return { id, body: how.body ?? body, headers };
    },
    deliver: async (event, how) => {
      const { body, headers } = sender.webhook(event, how);
      const response = await fetch(url, { method: 'POST', headers, body });
      return { status: response.status, body: await response.json() };
    },
    deliverBadly: async events => {
      const answers: WebhookAnswer[] = [];
      for (const event of [...events.toReversed(), ...events]) answers.push(await sender.deliver(event));
      return answers;
    },
  };
  return sender;
};

let sent = 0;
const eventId = () => `evt_${String(++sent).padStart(6, '0')}`;

/** `agent.session.action_required` of OpenAI's Agents API: thin, and named after the first action only. */
export const actionRequiredEvent = (sessionId: string, actionType = 'function_call') => ({
  id: eventId(),
  object: 'event' as const,
  created_at: 1_795_348_800,
  type: 'agent.session.action_required' as const,
  data: { id: sessionId, required_action: { type: actionType } },
});

/** What Claude Managed Agents say of a session; `session.requires_action` and `session.status_idled` both come when it begins to wait. */
export const managedSessionEvent = <Type extends string>(type: Type, sessionId: string) => ({
  id: eventId(),
  type: 'event' as const,
  created_at: '2026-11-22T12:00:00Z',
  data: { id: sessionId, type, organization_id: 'org_fake', workspace_id: 'wrkspc_fake' },
});

/** `response.completed` and its like, of OpenAI's Responses API: thin, for responses in background mode. */
export const responseEvent = (responseId: string, type = 'response.completed') => ({
  id: eventId(),
  object: 'event' as const,
  created_at: 1_795_348_800,
  type,
  data: { id: responseId },
});
