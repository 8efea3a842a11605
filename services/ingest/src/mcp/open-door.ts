import type { FastifyRequest } from 'fastify';
import { ProblemError } from '@holdpoint/service-kit';
import type { ApiKeyScope } from '@holdpoint/contracts';
import type { Caller } from '../approval-requested.ts';
import type { Authenticate } from '../authenticate.ts';
import type { RateLimiter } from '../rate-limit.ts';
import type { allowedPlaces } from './allowed-places.ts';

export type DoorParts = {
  allowPlace: ReturnType<typeof allowedPlaces>;
  authenticate: Authenticate;
  rate: RateLimiter;
  /** Address of the protected-resource metadata of what is asked for, from the path of the request. */
  metadataUrlFor: (path: string) => string;
};

/**
 * Lets an MCP request in before its body is read: from an allowed place, with a key that exists, within the key's rate. Scope and pressure
 * are looked at when the message says what it wants.
 * @returns a function that throws ProblemError 401, 403, 429; a 401 names the protected-resource metadata
 */
export const mcpDoor =
  ({ allowPlace, authenticate, rate, metadataUrlFor }: DoorParts) =>
  ({ headers, url }: FastifyRequest): Caller => {
    allowPlace(headers);
    const caller = challenged(() => authenticate(headers.authorization, null), metadataUrlFor(pathOf(url)));
    rate.take(caller.keyId);
    return caller;
  };

/** Asks the same key for a scope. @throws ProblemError 403 `scope_missing` with the challenge of RFC 6750 §3.1 */
export const requireScope = (
  { authenticate, metadataUrlFor }: Pick<DoorParts, 'authenticate' | 'metadataUrlFor'>,
  authorization: string | undefined,
  scope: ApiKeyScope,
  path: string,
): void => void challenged(() => authenticate(authorization, scope), metadataUrlFor(path), `error="insufficient_scope", scope="${scope}"`);

const pathOf = (url: string): string => url.split('?', 1)[0]!;

const challenged = <T>(ask: () => T, metadataUrl: string, error = ''): T => {
  try {
    return ask();
  } catch (problem) {
    if (!(problem instanceof ProblemError)) throw problem;
    const challenge = [`Bearer realm="holdpoint"`, error, `resource_metadata="${metadataUrl}"`].filter(Boolean).join(', ');
    throw new ProblemError(problem.code, problem.status, problem.message, {
      headers: { ...problem.headers, 'www-authenticate': challenge },
    });
  }
};
