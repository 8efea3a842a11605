import type { Failure } from '../channel.ts';
import { retryAfterMsOf, type ProviderAnswer } from '../provider-http.ts';
import type { Fault } from './refusals.ts';

/** Codes in bodies: Apple's and ours for a key that is not the one the browser subscribed with. Nothing but a new subscription cures it. */
const OTHER_KEY = new Set(['VapidPkHashMismatch']);

/** RFC 8292 §4.2: the key is not that of the subscription, or the token is refused. */
const REFUSED: Readonly<Record<Fault, [Failure['class'], string]>> = {
  unclear: ['retryable', 'The push service refuses our key for this browser'],
  subscription: ['recipient_gone', 'The push service refuses our key for this browser alone, which has to subscribe again'],
  keys: ['config', 'The push service refuses our key or its contact; check publicKey, privateKey and subject'],
};

/**
 * What a push service's answer other than 2xx means (RFC 8030 §5, §7, RFC 8292 §4). Bodies are only looked at for a known code: they may quote
 * the endpoint, which is a secret.
 * @param refused told of a 401 or 403 that does not say why; says whose fault it is
 */
export const classifyPush = ({ status, headers, text }: ProviderAnswer, nowMs: number, refused: () => Fault): Failure => {
  const reason = reasonOf(text);
  const code = OTHER_KEY.has(reason) ? `${status}/${reason}` : String(status);
  const failure = (name: Failure['class'], safeMessage: string): Failure => ({
    class: name,
    code,
    safeMessage: `${safeMessage} (${code})`,
  });
  if (OTHER_KEY.has(reason)) return failure('recipient_gone', 'The browser subscribed with another key and has to subscribe again');
  if (status === 404 || status === 410) return failure('recipient_gone', 'The browser is no longer subscribed');
  if (status === 401 || status === 403) return failure(...REFUSED[refused()]);
  if (status === 413) return failure('content_rejected', 'The message is too large for the push service');
  if (status === 429) {
    const retryAfterMs = retryAfterMsOf(headers['retry-after'], nowMs);
    return { ...failure('throttled', 'The push service asks for a pause'), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 500) return failure('retryable', 'The push service has a problem of its own');
  return failure('content_rejected', 'The push service refuses the message');
};

const reasonOf = (text: string): string => {
  try {
    const body: unknown = JSON.parse(text);
    const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined;
    return typeof reason === 'string' ? reason : '';
  } catch {
    return '';
  }
};
