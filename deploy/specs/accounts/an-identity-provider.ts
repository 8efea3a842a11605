import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the next ID token says, where it is to differ from what is right. */
export type TokenFault = { iss?: string; aud?: string; nonce?: string; expiredSec?: number; unsigned?: boolean };
type Account = { sub: string; email?: string; emailVerified?: boolean; name?: string };

export type AnIdentityProvider = {
  issuer: string;
  /** A person signs in at the provider. @returns the query string the browser is sent back with */
  signIn(url: string, account: Account, fault?: TokenFault): string;
  /** Form bodies that came to the token endpoint. */
  exchanges: URLSearchParams[];
  close(): Promise<void>;
};

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An OpenID Connect provider on this machine: discovery, keys, code and PKCE, ID tokens with RS256. */
export const startIdentityProvider = async (): Promise<AnIdentityProvider> => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const codes = new Map<string, { asked: URLSearchParams; account: Account; fault: TokenFault }>();
  const exchanges: URLSearchParams[] = [];
  const provider = { issuer: '' };

  const idToken = (asked: URLSearchParams, account: Account, fault: TokenFault): string => {
    const nowSec = Math.floor(Date.now() / 1_000) - (fault.expiredSec ?? 0);
    const claims = {
      iss: fault.iss ?? provider.issuer,
      aud: fault.aud ?? asked.get('client_id'),
      nonce: fault.nonce ?? asked.get('nonce'),
      iat: nowSec,
      exp: nowSec + 300,
      sub: account.sub,
      ...(account.email === undefined ? {} : { email: account.email, email_verified: account.emailVerified ?? true }),
      ...(account.name === undefined ? {} : { name: account.name }),
    };
    const signed = `${base64url({ alg: fault.unsigned ? 'none' : 'RS256', kid: 'one' })}.${base64url(claims)}`;
    return `${signed}.${fault.unsigned ? '' : createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
  };
  const exchange = (form: URLSearchParams): object | null => {
    exchanges.push(form);
    const found = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const proved = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!found || proved !== found.asked.get('code_challenge') || form.get('redirect_uri') !== found.asked.get('redirect_uri')) return null;
    return {
      access_token: 'an access token',
      token_type: 'bearer',
      expires_in: 60,
      id_token: idToken(found.asked, found.account, found.fault),
    };
  };
  const server = createServer((request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration') {
      const { issuer } = provider;
      return void send(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
      });
    }
    if (request.url === '/keys')
      return void send(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    let body = '';
    request
      .on('data', (part: Buffer) => (body += part.toString()))
      .on('end', () => {
        const tokens = request.url === '/token' ? exchange(new URLSearchParams(body)) : null;
        send(tokens === null ? 400 : 200, tokens ?? { error: 'invalid_grant' });
      });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get issuer() {
      return provider.issuer;
    },
    exchanges,
    signIn: (url, account, fault = {}) => {
      const asked = new URL(url).searchParams;
      const code = randomBytes(8).toString('hex');
      codes.set(code, { asked, account, fault });
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: provider.issuer }).toString();
    },
    close: () => new Promise(resolve => void server.close(() => resolve())),
  };
};
