import type { Directory } from '@holdpoint/directory';
import type { FastifyInstance } from 'fastify';
import type { Accounts } from './accounts.ts';
import { identify, pathOf } from './person.ts';
import { assertSameOrigin } from './same-origin.ts';

type Deps = {
  accounts: Accounts;
  directory: Directory;
  /** Origin under which people reach the console. */
  consoleOrigin: string;
};

/** What may be asked without credentials; everything else under `/api` needs them, known route or not. */
const OPEN = new Set([
  '/api/sign-in',
  '/api/sign-in/methods',
  '/api/sign-in/second-factor',
  '/api/sign-in/passkey',
  '/api/sign-in/passkey/options',
  '/api/sign-in/oidc',
  '/api/sign-in/oidc/finish',
  '/api/password-reset',
  '/api/password-reset/confirm',
  '/api/me/email/confirm',
  '/api/logos/:sha256',
  '/api/invitations/look',
  '/api/invitations/passkey',
  '/api/invitations/accept',
]);
const READS = new Set(['GET', 'HEAD']);

/**
 * The one place where a request becomes a person's: every path under `/api` gets its `person` here, before its body is read, and a
 * write by cookie must come from a page of the console.
 */
export const guardApi = (server: FastifyInstance, { accounts, directory, consoleOrigin }: Deps): void => {
  const secure = consoleOrigin.startsWith('https:');
  server.decorateRequest('person', null);
  server.decorateRequest('session', null);
  server.addHook('onRequest', async request => {
    const path = pathOf(request);
    if (!isApi(path)) return;
    if (OPEN.has(path)) return assertSameOrigin(request, consoleOrigin, true);
    request.person = await identify(request, { accounts, directory, secure });
    if (request.person.by === 'session' && !READS.has(request.method)) assertSameOrigin(request, consoleOrigin, false);
  });
};

const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/') || path.startsWith('/api:');
