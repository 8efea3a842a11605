import { ProblemError } from '@holdpoint/service-kit';
import type { SingleSignOn } from '@holdpoint/directory';
import type * as OpenIdClient from 'openid-client';
import type { AccountDeps } from './account-deps.ts';

/** Loaded when single sign-on is first used. */
const library = () => import('openid-client');

export type Asked = { url: string; state: string; nonce: string; verifier: string };
/** Who the provider says it is. `email` is only what the provider has verified. */
export type Identified = { issuer: string; subject: string; email: string | null; name: string | null };

const SCOPE = 'openid email profile';
const TIMEOUT_SEC = 10;

/** Where the provider sends browsers back to: a page of the app, which hands what came to the API. A GET signs nobody in. */
export const returnAddress = ({ consoleUrl }: Pick<AccountDeps, 'consoleUrl'>): string => `${consoleUrl}/sign-in/return`;

type Provider = Pick<SingleSignOn, 'issuer' | 'clientId' | 'clientSecret'>;

/**
 * Reads what the provider says of itself (OpenID Connect Discovery 1.0), through the egress guard.
 * @throws ProblemError 502 when it does not answer, or is another issuer than it should be
 */
export const discoverProvider = async (
  { callOut }: Pick<AccountDeps, 'callOut'>,
  { issuer, clientId, clientSecret }: Provider,
): Promise<OpenIdClient.Configuration> => {
  const client = await library();
  const viaGuard: OpenIdClient.CustomFetch = (url, { body, ...init }) =>
    callOut(url, {
      ...(init as RequestInit),
      ...(body == null ? {} : { body: body instanceof URLSearchParams ? body.toString() : (body as string) }),
    });
  const proof = clientSecret === null ? client.None() : client.ClientSecretPost(clientSecret);
  // Only what the guard lets through can be reached in the clear: addresses the operator of this installation listed.
  const plain = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  return answered(
    client.discovery(new URL(issuer), clientId, {}, proof, { execute: plain, [client.customFetch]: viaGuard, timeout: TIMEOUT_SEC }),
  );
};

/** The address to send a browser to: authorization code with PKCE, state and nonce (RFC 9700 §2.1). @throws ProblemError 502 */
export const askProvider = async (deps: AccountDeps, provider: Provider): Promise<Asked> => {
  const client = await library();
  const config = await discoverProvider(deps, provider);
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: returnAddress(deps),
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, state, nonce, verifier };
};

/**
 * Exchanges the code and checks the ID token: signature, issuer (also the one in the address, RFC 9207), audience, nonce, state, time.
 * @returns null for anything that does not fit. @throws ProblemError 502 when the provider does not answer
 */
export const identifyBy = async (
  deps: AccountDeps,
  provider: Provider,
  query: string,
  { state, nonce, verifier }: Omit<Asked, 'url'>,
): Promise<Identified | null> => {
  const client = await library();
  const config = await discoverProvider(deps, provider);
  try {
    const tokens = await client.authorizationCodeGrant(config, new URL(`${returnAddress(deps)}?${query.replace(/^\?/, '')}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) return null;
    const verified = claims['email_verified'] === true && typeof claims['email'] === 'string';
    return {
      issuer: claims.iss,
      subject: claims.sub,
      email: verified ? String(claims['email']) : null,
      name: typeof claims['name'] === 'string' ? claims['name'].slice(0, 128) : null,
    };
  } catch (error) {
    // What exactly did not fit is for nobody but an attacker; a provider that is down is for everybody.
    if (error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT') throw unavailable();
    return null;
  }
};

const answered = async <T>(asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch {
    throw unavailable();
  }
};

const unavailable = () =>
  new ProblemError('provider_unavailable', 502, 'The identity provider does not answer as it should. Try again, or sign in another way.');
