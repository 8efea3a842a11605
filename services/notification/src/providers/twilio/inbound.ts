import { validateRequest, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js';
import type { HttpAnswer, InboundItem, InboundRequest, Verdict } from '../../channels/channel.ts';
import { classifyTwilio } from './classify.ts';
import type { TwilioAccount } from './settings.ts';

/** A form as it came in. Twilio repeats no name that we read; of a repeated one the first counts. */
export type Form = { get(name: string): string | null };

const isForm = ({ headers }: InboundRequest): boolean =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase() === 'application/x-www-form-urlencoded';

/** The parameters of a call of Twilio's. */
export const formOf = (request: InboundRequest): Form => new URLSearchParams(isForm(request) ? request.rawBody.toString('utf8') : '');

/**
 * Whether Twilio signed this: `X-Twilio-Signature` is an HMAC-SHA1 with the account's Auth Token over our public URL with its query, followed by
 * the form's names and values in order; other bodies are bound by `bodySHA256` in that query. There is no timestamp: what is repeated is told by
 * its id.
 */
export const verifyTwilio =
  ({ authToken, accountSid }: Pick<TwilioAccount, 'authToken' | 'accountSid'>) =>
  (request: InboundRequest): Verdict => {
    const signature = request.headers['x-twilio-signature'];
    if (signature === undefined || signature === '') return { verdict: 'refused', reason: 'no signature' };
    if (!isSigned(authToken, signature, request)) return { verdict: 'refused', reason: 'wrong signature' };
    const account = isForm(request) ? formOf(request).get('AccountSid') : accountSid;
    return account === accountSid ? { verdict: 'accepted' } : { verdict: 'refused', reason: 'another account' };
  };

const isSigned = (authToken: string, signature: string, request: InboundRequest): boolean => {
  if (isForm(request)) return validateRequest(authToken, signature, request.url, membersOf(request.rawBody.toString('utf8')));
  // Nothing but the hash would bind such a body to the signature.
  if (new URL(request.url).searchParams.has('bodySHA256'))
    return validateRequestWithBody(authToken, signature, request.url, request.rawBody.toString('utf8'));
  return request.rawBody.length === 0 && validateRequest(authToken, signature, request.url, {});
};

const membersOf = (body: string): Record<string, string | string[]> => {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map(name => [name, form.getAll(name).length > 1 ? form.getAll(name) : form.get(name)!]),
  );
};

/** Where Twilio reports to; the correlation is part of what it signs. */
export const callbackUrl = (hookUrl: string, parameters: Readonly<Record<string, string>>): string =>
  `${hookUrl}${hookUrl.includes('?') ? '&' : '?'}${new URLSearchParams(parameters).toString()}`;

export const correlationIn = (request: InboundRequest): string | null => new URL(request.url).searchParams.get('c');

const ON_ITS_WAY = new Set(['accepted', 'scheduled', 'queued', 'sending']);
const RECEIPTS: Readonly<Record<string, 'sent' | 'delivered' | 'read' | 'failed'>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** A status callback of a message as an item; null when the request is none. Statuses come out of order and more than once. */
export const messageReceipt = (request: InboundRequest, form: Form): InboundItem | null => {
  const status = form.get('MessageStatus');
  if (status === null) return null;
  const receipt = RECEIPTS[status];
  const sid = form.get('MessageSid');
  if (sid === null || receipt === undefined)
    return { kind: 'ignored', reason: ON_ITS_WAY.has(status) ? 'on its way' : 'a status that is not known' };
  return {
    kind: 'receipt',
    inboundId: `${sid}:${status}`,
    correlation: correlationIn(request),
    status: receipt,
    at: null,
    ...(receipt === 'failed' ? { failure: classifyTwilio({ code: errorCodeIn(form) }) } : {}),
  };
};

/** `ErrorCode`, where there is one: Twilio leaves it out, empties it or sets it to 0 otherwise. */
export const errorCodeIn = (form: Form): number | undefined => {
  const code = Number(form.get('ErrorCode') ?? '');
  return Number.isInteger(code) && code > 0 ? code : undefined;
};

/** An answer that says nothing, so that Twilio sends nothing in our name. */
export const EMPTY_TWIML: HttpAnswer = {
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};
