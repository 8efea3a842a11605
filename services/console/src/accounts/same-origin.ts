import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses a write that another site's page may have caused with this browser's cookie. Browsers send `Origin` with every POST, and
 * newer ones `Sec-Fetch-Site`; a cookie without either does not come from a page of ours.
 * @param consoleOrigin origin people use, for a console behind a proxy that changes the Host header.
 * @param orAbsent whether a request with neither header passes: sign-in from a script has no cookie to abuse.
 * @throws ProblemError 403
 */
export const assertSameOrigin = (request: FastifyRequest, consoleOrigin: string, orAbsent: boolean): void => {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const ours = origin === undefined ? site === 'same-origin' : origin === consoleOrigin || hostOf(origin) === host;
  const fromHere = site === undefined || site === 'same-origin';
  if (ours && fromHere) return;
  if (orAbsent && origin === undefined && site === undefined) return;
  throw new ProblemError(
    'cross_site',
    403,
    'This request does not come from a page of this console. Scripts use an access token instead of the cookie.',
  );
};

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
};
