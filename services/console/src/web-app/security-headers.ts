import type { FastifyInstance } from 'fastify';

/** What the app's page may do: run and load its own files, nothing else. Agents' text can at worst be ugly. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': PAGE_POLICY,
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
