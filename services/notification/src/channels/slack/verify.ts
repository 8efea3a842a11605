import { createHmac } from 'node:crypto';
import type { InboundRequest, Verdict } from '../channel.ts';
import { sameSecret } from '../same-secret.ts';

/** "Verifying requests from Slack": refuse what is older, or newer, than five minutes. */
const SKEW_SEC_MAX = 300;

/** `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<raw body>`, in hexadecimal. */
export const slackSignature = (signingSecret: string, timestamp: string, rawBody: Buffer): string =>
  `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`;

/** Whether Slack sent this within the last five minutes. The signature covers the raw bytes; the challenge of an events address is signed too. */
export const verifySlack = (request: InboundRequest, signingSecret: string, nowMs: number): Verdict => {
  if (request.method !== 'POST') return { verdict: 'refused', reason: 'not a POST' };
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = request.headers;
  if (timestamp === undefined || signature === undefined) return { verdict: 'refused', reason: 'not signed' };
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > SKEW_SEC_MAX)
    return { verdict: 'refused', reason: 'too old' };
  if (!sameSecret(signature, slackSignature(signingSecret, timestamp, request.rawBody)))
    return { verdict: 'refused', reason: 'wrong signature' };
  const challenge = challengeOf(request);
  return challenge === null
    ? { verdict: 'accepted' }
    : { verdict: 'challenge', answer: { status: 200, headers: { 'content-type': 'text/plain' }, body: challenge } };
};

/** `url_verification`: asked once, when the address is entered at Slack. */
const challengeOf = ({ headers, rawBody }: InboundRequest): string | null => {
  if (headers['content-type']?.startsWith('application/json') !== true) return null;
  try {
    const body = JSON.parse(rawBody.toString('utf8')) as { type?: unknown; challenge?: unknown };
    return body?.type === 'url_verification' && typeof body.challenge === 'string' ? body.challenge : null;
  } catch {
    return null;
  }
};
