import { createHmac } from 'node:crypto';
import type { HttpAnswer, InboundRequest, Verdict } from '../channel.ts';
import { sameSecret } from '../same-secret.ts';

/** What we want to hear of: words, presses, and being blocked or unblocked (`my_chat_member`, in private chats only that). */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;
/** Bot API, setWebhook: each update's request carries what was given as `secret_token`. */
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

/**
 * The webhook's secret, 43 characters A–Z a–z 0–9 _ - (1–256 are allowed). Derived from the bot's token and our address, so that nobody has to
 * make one up, and a new token or address makes a new one.
 */
export const webhookSecret = (botToken: string, hookUrl: string): string =>
  createHmac('sha256', botToken).update(`holdpoint webhook ${hookUrl}`).digest('base64url');

/** Telegram signs nothing and names no time: the secret header is all there is, and repeats are found by `update_id`. */
export const verifyUpdate = (request: InboundRequest, secret: string): Verdict => {
  if (request.method !== 'POST') return { verdict: 'refused', reason: 'not a POST' };
  const given = request.headers[SECRET_HEADER];
  if (given === undefined) return { verdict: 'refused', reason: 'no secret token' };
  return sameSecret(given, secret) ? { verdict: 'accepted' } : { verdict: 'refused', reason: 'wrong secret token' };
};

/** Anything but 2xx would be repeated. */
export const UPDATE_ANSWER: HttpAnswer = { status: 200 };
