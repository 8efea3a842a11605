import { hookFor, UnknownPause } from '@holdpoint/agents';
import type { HookReply } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError, type Logger } from '@holdpoint/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import type { AcceptApproval } from '../accept-approval.ts';
import { readJson } from '../read-body.ts';
import { askForCalls, unknownPause } from './ask-for-calls.ts';
import type { CountHook } from './metrics.ts';
import { readSession } from './read-session.ts';
import { verifyHook } from './verify-hook.ts';

export type HookDeps = {
  accept: AcceptApproval;
  directory: Pick<Directory, 'connectionsNamed' | 'endpoint'>;
  /** The guarded client's. */
  fetch: typeof fetch;
  /** Refuses with 429 what comes too often under this name. */
  charge: (name: string) => void;
  now: () => string;
  logger: Pick<Logger, 'warn'>;
  count: CountHook;
};

/** Largest webhook, bytes: they are thin, and everything more is read from the provider. */
export const HOOK_BYTES_MAX = 65_536;
const NOTHING: HookReply = { requested: [], known: [], refused: 0, left: 0 };

/**
 * Takes a provider's webhook: believes it by its signature over the raw bytes, reads the session it names, and asks for each call that waits.
 * Nothing is remembered of webhooks themselves. Approvals are named after the provider's own ids, so a webhook that comes twice, late, or
 * in another order finds what is there.
 * @returns after the append, the one commit point
 * @throws ProblemError 401, 404, 413, 422 `unknown_pause`, 429, 503; LogUnavailable
 */
export const takeHook = (deps: HookDeps) => {
  const ask = askForCalls(deps);
  return async (
    provider: string,
    connectionId: string,
    { headers, body }: { headers: IncomingHttpHeaders; body: unknown },
  ): Promise<HookReply> => {
    const hook = hookFor(provider);
    if (hook === undefined) throw new ProblemError('not_found', 404, 'There is no provider of this name whose webhooks are taken.');
    const rawBody = body instanceof Uint8Array ? body : new Uint8Array(0);
    if (rawBody.length > HOOK_BYTES_MAX) throw new ProblemError('body_too_large', 413, `A webhook has at most ${HOOK_BYTES_MAX} bytes.`);
    const connection = believed(deps, provider, connectionId, { headers, rawBody });
    deps.charge(`hook ${connection.tenant} ${connectionId}`);
    return understood(deps, provider, { tenant: connection.tenant, connectionId }, async () => {
      const sessionId = hook.sessionOf(readJson(rawBody));
      if (sessionId === null) {
        deps.count(provider, 'ignored');
        return NOTHING;
      }
      const place = { connection, sessionId, fetch: deps.fetch };
      const read = await readSession(hook, place);
      if (read !== null) return ask({ hook, place, session: read.session }, connection);
      deps.count(provider, 'gone');
      deps.logger.warn({ tenant: connection.tenant, connectionId, sessionId }, 'a webhook names a session that is not there');
      return NOTHING;
    });
  };
};
export type TakeHook = ReturnType<typeof takeHook>;

const believed = (
  { directory, now, count }: HookDeps,
  provider: string,
  connectionId: string,
  received: { headers: IncomingHttpHeaders; rawBody: Uint8Array },
) => {
  try {
    return verifyHook(directory, provider, connectionId, { ...received, now: now() });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) count(provider, 'unverified');
    throw error;
  }
};

/** Counts and logs what could not be read as a whole; the calls of a session that can be read count for themselves. */
const understood = async (
  { count, logger }: HookDeps,
  provider: string,
  about: Record<string, string>,
  work: () => Promise<HookReply>,
): Promise<HookReply> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'provider_unavailable') {
      count(provider, 'unreadable');
      logger.warn({ ...about, detail: error.message }, 'a webhook could not be followed up; the provider repeats it');
    }
    if (!(error instanceof UnknownPause)) throw error;
    count(provider, 'unknown');
    logger.warn({ ...about, reason: error.message }, 'a webhook or its session is of a shape we do not know');
    throw unknownPause([error.message]);
  }
};
