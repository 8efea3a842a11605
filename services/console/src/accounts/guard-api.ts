import type { Directory } from '@holdpoint/directory';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts } from './accounts.ts';
import { identify } from './person.ts';
import { assertSameOrigin } from './same-origin.ts';

type Deps = {
  accounts: Accounts;
  directory: Directory;
  /** Origin under which people reach the console. */
  consoleOrigin: string;
};

/** What may be asked without credentials; everything else under `/api` needs them, known route or not. */
const OPEN = new Set(['/api/sign-in']);
const READS = new Set(['GET', 'HEAD']);

/**
 * The one place where a request becomes a person's: every path under `/api` gets its `person` here, before its body is read, and a
 * write by cookie must come from a page of the console.
 */
export const guardApi = (server: FastifyInstance, { accounts, directory, consoleOrigin }: Deps): void => {
  const secure = consoleOrigin.startsWith('https:');
  server.decorateRequest('person', null);
  server.addHook('onRequest', async request => {
    const path = pathOf(request);
    if (!isApi(path)) return;
    if (OPEN.has(path)) return assertSameOrigin(request, consoleOrigin, true);
    request.person = await identify(request, { accounts, directory, secure });
    if (request.person.by === 'session' && !READS.has(request.method)) assertSameOrigin(request, consoleOrigin, false);
  });
};

const pathOf = (request: FastifyRequest): string => {
  const route = request.routeOptions.url;
  return route !== undefined && !route.includes('*') ? route : (request.url.split('?', 1)[0] ?? '/');
};
const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/') || path.startsWith('/api:');
