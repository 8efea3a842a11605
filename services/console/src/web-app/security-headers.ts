import type { FastifyInstance } from 'fastify';

/** Of every answer but the app's page: nothing in it may run, whatever a browser takes it for. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types holdpoint-worker',
];

/** What stands in the built page for the nonce of one answer. */
export const NONCE_PLACE = 'holdpoint-nonce';

/**
 * What the app's page may do: run the scripts that carry the answer's own nonce and what those load, nothing else (CSP level 3, `strict-dynamic`).
 * A script that found its way into the page has no nonce; text that found its way into a script sink is refused by Trusted Types. Agents' text can at
 * worst be ugly.
 * @param nonce of this answer alone
 */
export const pagePolicy = (nonce: string): string => [...POLICY, `script-src 'nonce-${nonce}' 'strict-dynamic'`].join('; ');

const HEADERS = {
  'content-security-policy': POLICY.join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;
/** Two years and subdomains (OWASP ASVS 5.0.0, 3.4.1 asks for at least one); only meaningful over https. */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/** Puts the security headers on every answer, errors and streams included. @param secure whether people reach the console by https. */
export const setSecurityHeaders = (server: FastifyInstance, secure: boolean): void => {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    if (secure) reply.header('strict-transport-security', STRICT_TRANSPORT);
    done();
  });
};
