import type { ApiKeyScope } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';

/** A found key is not looked up again for this long, milliseconds; a revoked one is forgotten at once, an expired one after it. */
const KEPT_MS = 1_000;
/** Keys kept at the same time; more than a single ingest serves at once. */
const KEYS_MAX = 10_000;

export type Authenticate = (authorization: string | undefined, scope: ApiKeyScope | null) => Caller;

/**
 * Finds the agent behind an `Authorization: Bearer hp_live_…` header. Only keys that were found are remembered, so guessing fills
 * nothing; any change of the settings forgets them all. Without a scope any key is good enough.
 * @returns a function that throws ProblemError 401 `unauthorized` or 403 `scope_missing`
 */
export const authenticator = (directory: Pick<Directory, 'findApiKey' | 'onChange'>, nowMs: () => number): Authenticate => {
  type Known = { caller: Caller; scopes: readonly ApiKeyScope[]; untilMs: number };
  const known = new Map<string, Known>();
  directory.onChange(() => known.clear());
  const find = (authorization: string): Known => {
    const token = /^Bearer ([\w]{16,128})$/i.exec(authorization)?.[1];
    const key = token === undefined ? null : directory.findApiKey(token);
    if (key === null) throw unauthorized('This API key is not known, or it was revoked or has expired.');
    const { scopes, ...caller } = key;
    const found = { caller, scopes, untilMs: nowMs() + KEPT_MS };
    if (known.size >= KEYS_MAX) known.clear();
    known.set(authorization, found);
    return found;
  };
  return (authorization, scope) => {
    if (authorization === undefined) throw unauthorized('Send an API key: Authorization: Bearer hp_live_… or hp_test_….');
    let found = known.get(authorization);
    if (found === undefined || found.untilMs < nowMs()) found = find(authorization);
    if (scope !== null && !found.scopes.includes(scope))
      throw new ProblemError('scope_missing', 403, `This API key lacks the scope ${scope}; issue one that has it.`);
    return found.caller;
  };
};

const unauthorized = (detail: string): ProblemError =>
  new ProblemError('unauthorized', 401, detail, { headers: { 'www-authenticate': 'Bearer realm="holdpoint"' } });
