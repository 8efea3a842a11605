import { createHmac, timingSafeEqual } from 'node:crypto';
import type { InboundRequest, Verdict } from '../../channels/channel.ts';
import { sameSecret } from '../../channels/same-secret.ts';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
/** Meta sends about ten digits. */
const CHALLENGE_CHARS_MAX = 256;

const refused = (reason: string): Verdict => ({ verdict: 'refused', reason });

/**
 * Whether Meta is speaking. POST: `X-Hub-Signature-256`, an HMAC-SHA256 of the raw bytes under the app secret. The bytes, not the JSON: Meta
 * escapes what is not ASCII, and nobody's serialiser does so in the same way. The protocol has no timestamp: what is sent again is found by
 * its id. GET: the question `hub.challenge` of whoever enters our address at Meta, with the token agreed on.
 */
export const verifyMeta = (
  { appSecret, verifyToken }: { appSecret: string; verifyToken: string },
  { method, url, headers, rawBody }: Pick<InboundRequest, 'method' | 'url' | 'headers' | 'rawBody'>,
): Verdict => {
  if (method === 'GET') return answerChallenge(verifyToken, new URL(url).searchParams);
  if (method !== 'POST') return refused('method');
  const header = headers['x-hub-signature-256'];
  if (header === undefined) return refused('signature missing');
  const given = SIGNATURE.exec(header)?.[1];
  if (given === undefined) return refused('signature malformed');
  const right = createHmac('sha256', appSecret).update(rawBody).digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), right) ? { verdict: 'accepted' } : refused('signature wrong');
};

const answerChallenge = (verifyToken: string, query: URLSearchParams): Verdict => {
  const challenge = query.get('hub.challenge') ?? '';
  if (query.get('hub.mode') !== 'subscribe' || challenge === '' || challenge.length > CHALLENGE_CHARS_MAX) return refused('no challenge');
  if (!sameSecret(query.get('hub.verify_token') ?? '', verifyToken)) return refused('verify token wrong');
  return {
    verdict: 'challenge',
    // Echoed as text that no browser takes for anything else.
    answer: { status: 200, headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }, body: challenge },
  };
};
