import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from './approval-requested.ts';
import type { Authenticate } from './authenticate.ts';
import { HOOK_BYTES_MAX } from './hooks/take-hook.ts';
import { GATEWAY_PATH, MCP_PATH } from './mcp/resource-metadata.ts';
import type { Pressure } from './pressure.ts';
import type { RateLimiter } from './rate-limit.ts';

/** Lets a request of another kind in; throws what it is refused with. */
type Door = (request: FastifyRequest) => Caller;

const CALLER = Symbol('caller');
type Admitted = FastifyRequest & { [CALLER]?: Caller };

/**
 * Refuses what need not be read, before the body is: no or a wrong key, a missing scope, too many requests, a log that cannot keep up.
 * Everything under `/v1/` passes here, and what comes to the MCP endpoints by a door of its own; nothing else. Providers' webhooks bring no
 * key: who they are, only the signature over their body says.
 */
export const admitRequests = (
  server: FastifyInstance,
  parts: { authenticate: Authenticate; rate: RateLimiter; pressure: Pressure; mcp: Door },
): void => {
  const api: Door = ({ method, headers }) => {
    const reads = method === 'GET';
    const caller = parts.authenticate(headers.authorization, reads ? 'requests:read' : 'requests:write');
    parts.rate.take(caller.keyId);
    if (!reads) parts.pressure.admitWrite();
    return caller;
  };
  server.addHook('onRequest', (request: Admitted, _reply, done) => {
    if (request.url.startsWith(HOOKS_PATH)) return admitHook(request, parts.pressure, done);
    const door = request.url.startsWith('/v1/') ? api : isMcp(request) ? parts.mcp : undefined;
    if (door === undefined) return done();
    try {
      request[CALLER] = door(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
};

const HOOKS_PATH = '/v1/hooks/';

const admitHook = ({ headers }: FastifyRequest, pressure: Pressure, done: (error?: Error) => void): void => {
  try {
    if (Number(headers['content-length'] ?? 0) > HOOK_BYTES_MAX)
      throw new ProblemError('body_too_large', 413, `A webhook has at most ${HOOK_BYTES_MAX} bytes.`);
    pressure.admitWrite();
    done();
  } catch (error) {
    done(error as Error);
  }
};

const isMcp = ({ url, method }: FastifyRequest): boolean =>
  method === 'POST' && (url === MCP_PATH || url.startsWith(`${MCP_PATH}?`) || url.startsWith(GATEWAY_PATH));

/** Who makes this request. Every route under `/v1/`, and the MCP endpoints, may rely on it. */
export const callerOf = (request: FastifyRequest): Caller => {
  const caller = (request as Admitted)[CALLER];
  if (caller === undefined) throw new Error(`${request.url} was not admitted`);
  return caller;
};
