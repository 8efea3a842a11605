import type { InboundRequest, Verdict } from '../channel.ts';
import type { ProviderHttp } from '../provider-http.ts';
import { activityOf } from './activity.ts';
import { isServiceUrl } from './address.ts';
import type { BotConfig } from './config.ts';

/** Clocks may differ so much ("Authentication with the Bot Connector API"), seconds. */
const SKEW_SEC = 300;
/** Keys are asked for once a day; for a key that is not known at most every half minute. Milliseconds. */
const KEYS_MS = 86_400_000;
const UNKNOWN_KEY_MS = 30_000;
/** The one channel whose activities are heard. */
const CHANNEL = 'msteams';

type Jose = typeof import('jose');
type Keys = { issuer: string; keySet: ReturnType<Jose['createRemoteJWKSet']>; untilMs: number };

const refused = (reason: string): Verdict => ({ verdict: 'refused', reason });

/**
 * Whether it is Teams that calls: a token for this bot, signed by a key that is endorsed for Teams, of an issuer that the configured document
 * names, for exactly the serviceUrl that the activity gives, at a host we would answer to. The token says nothing of the rest of the body: TLS does.
 */
export const openVerifier = (config: BotConfig, http: ProviderHttp): ((request: InboundRequest, nowMs: number) => Promise<Verdict>) => {
  let known: Promise<Keys> | undefined;

  const keys = async (jose: Jose, nowMs: number): Promise<Keys> => {
    const current = await known?.catch(() => undefined);
    if (current !== undefined && current.untilMs > nowMs) return current;
    known = fetchKeys(jose, config.openIdUrl, http, nowMs);
    return known;
  };

  return async ({ method, headers, rawBody }, nowMs) => {
    const token = /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    if (method !== 'POST' || token === undefined) return refused('no token');
    const activity = activityOf(rawBody);
    if (activity === null || activity.channelId !== CHANNEL || typeof activity.serviceUrl !== 'string')
      return refused('not an activity of Teams');
    const jose = await import('jose');
    try {
      const { issuer, keySet } = await keys(jose, nowMs);
      const { payload, protectedHeader } = await jose.jwtVerify(token, keySet, {
        issuer,
        audience: config.appId,
        algorithms: ['RS256'],
        clockTolerance: SKEW_SEC,
        currentDate: new Date(nowMs),
        requiredClaims: ['exp', 'nbf'],
      });
      if (payload['serviceurl'] !== activity.serviceUrl) return refused('the token is for another serviceUrl');
      const key = keySet.jwks()?.keys.find(({ kid }) => kid === protectedHeader.kid);
      const endorsements: unknown = key !== undefined && 'endorsements' in key ? key.endorsements : undefined;
      if (!Array.isArray(endorsements) || !endorsements.includes(CHANNEL)) return refused('the key is not endorsed for Teams');
      return isServiceUrl(activity.serviceUrl, config.serviceHosts) ? { verdict: 'accepted' } : refused('an unknown serviceUrl');
    } catch (error) {
      // The library's codes say enough, and its messages may quote claims.
      return refused(error instanceof jose.errors.JOSEError ? error.code : 'the keys cannot be fetched');
    }
  };
};

const fetchKeys = async (jose: Jose, openIdUrl: string, http: ProviderHttp, nowMs: number): Promise<Keys> => {
  const answer = await http.request({ method: 'GET', url: openIdUrl });
  const { issuer, jwks_uri: url } = JSON.parse(answer.text) as Record<string, unknown>;
  if (answer.status !== 200 || typeof issuer !== 'string' || typeof url !== 'string') throw new Error('no OpenID configuration');
  const options = { cacheMaxAge: KEYS_MS, cooldownDuration: UNKNOWN_KEY_MS, [jose.customFetch]: http.fetch };
  return { issuer, keySet: jose.createRemoteJWKSet(new URL(url), options), untilMs: nowMs + KEYS_MS };
};
