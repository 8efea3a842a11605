import { createHash } from 'node:crypto';
import type { Failure, Message, OpenChannel, OpenOptions, To } from '../channel.ts';
import { settled } from '../provider-http.ts';
import { classifyPush } from './classify.ts';
import { mayBeCalled } from './endpoint.ts';
import { pushPayload } from './payload.ts';
import type { PushConfig } from './push.ts';
import { openRefusals } from './refusals.ts';

/** How long a push service keeps what has no deadline for a browser that is asleep, and what it is allowed to keep at most (28 days), seconds. */
const TTL_SEC = 86_400;
const TTL_SEC_MAX = 2_419_200;
/** RFC 8030 §5.4: at most 32 characters of base64url. */
const TOPIC_CHARS = 32;

/** What a browser gave besides its endpoint: its keys, and the key it subscribed with. */
export type PushRoute = { p256dh: string; auth: string; key: string | null };

/** Reads the route that is stored beside an endpoint; null when it is none. */
export const routeOf = (route: string | null): PushRoute | null => {
  try {
    const { p256dh, auth, key } = JSON.parse(route ?? '') as Record<string, unknown>;
    if (typeof p256dh !== 'string' || typeof auth !== 'string') return null;
    // RFC 8291 §2: a point of P-256 and 16 bytes; the library throws on anything else.
    if (Buffer.from(p256dh, 'base64url').length !== 65 || Buffer.from(auth, 'base64url').length < 16) return null;
    return { p256dh, auth, key: typeof key === 'string' ? key : null };
  } catch {
    return null;
  }
};

const failed = (name: Failure['class'], code: string, safeMessage: string) => ({
  outcome: 'failed' as const,
  class: name,
  code,
  safeMessage,
});

/** Sends encrypted messages to browsers. One attempt each, through the guard. */
export const openPush = (config: PushConfig, { http, nowMs }: OpenOptions): OpenChannel => {
  const refusals = openRefusals();
  const push = async (
    { address, route }: To,
    message: Message,
    correlation: string | null = null,
  ): Promise<{ outcome: 'accepted' } | ({ outcome: 'failed' } & Failure)> => {
    const keys = routeOf(route);
    if (keys === null) return failed('recipient_gone', 'no_keys', 'The subscription has no usable keys; subscribe again');
    if (keys.key !== null && keys.key !== config.publicKey)
      return failed('recipient_gone', 'other_key', 'The browser subscribed with another key and has to subscribe again');
    // The address came from a person: a host that is not on the list is that person's to mend, not the organisation's.
    if (!mayBeCalled(address, config.extraHosts))
      return failed('recipient_gone', 'host_not_allowed', 'This is not a push service that may be called; see extraHosts');
    const request = await encrypted(config, address, keys, message, correlation, nowMs());
    if (request === null) return failed('recipient_gone', 'no_keys', 'The subscription has no usable keys; subscribe again');
    return settled(async () => {
      const answer = await http.request({ method: 'POST', url: address, ...request });
      if (answer.status < 200 || answer.status >= 300)
        return {
          outcome: 'failed' as const,
          ...classifyPush(answer, nowMs(), () => refusals.refused(address, keys.key !== null, nowMs())),
        };
      refusals.taken(address);
      return { outcome: 'accepted' as const };
    });
  };
  return {
    send: async (to, message, { correlation }) => {
      const sent = await push(to, message, correlation);
      return sent.outcome === 'failed' ? sent : { ...sent, providerMessageId: null, ref: pushPayload(message).tag };
    },
    update: async (to, _ref, message) => {
      const sent = await push(to, message);
      if (sent.outcome === 'accepted') return { outcome: 'updated' };
      return sent.class === 'recipient_gone' ? { outcome: 'gone' } : sent;
    },
    healthCheck: async () => null,
    close: async () => {},
  };
};

/** The request as it goes over the wire: payload encrypted for this browser, token signed for this push service. Null when its keys are none. */
const encrypted = async (
  config: PushConfig,
  endpoint: string,
  { p256dh, auth }: PushRoute,
  message: Message,
  correlation: string | null,
  nowMs: number,
) => {
  const { default: webPush } = await import('web-push');
  const payload = pushPayload(message);
  const { subject, publicKey, privateKey } = config;
  try {
    const details = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify({ ...payload, ...(correlation === null ? {} : { correlation }) }),
      {
        TTL: ttlSec(message, nowMs),
        urgency: message.kind === 'decided' ? 'normal' : 'high',
        topic: createHash('sha256').update(payload.tag).digest('base64url').slice(0, TOPIC_CHARS),
        contentEncoding: 'aes128gcm',
        vapidDetails: { subject, publicKey, privateKey },
      },
    );
    // Content-Length is the client's own to set; a number among the headers is the library's.
    const headers = Object.entries(details.headers).filter(([name]) => name !== 'Content-Length');
    return { headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])), body: details.body };
  } catch {
    // Keys of the right length that are no point of the curve. The error may quote them.
    return null;
  }
};

const ttlSec = ({ expiresAt }: Message, nowMs: number): number =>
  expiresAt === null ? TTL_SEC : Math.min(TTL_SEC_MAX, Math.max(0, Math.floor((Date.parse(expiresAt) - nowMs) / 1_000)));
