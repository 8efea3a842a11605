import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from './approval-requested.ts';
import type { Authenticate } from './authenticate.ts';
import type { Pressure } from './pressure.ts';
import type { RateLimiter } from './rate-limit.ts';

const CALLER = Symbol('caller');
type Admitted = FastifyRequest & { [CALLER]?: Caller };

/**
 * Refuses what need not be read, before the body is: no or a wrong key, a missing scope, too many requests, a log that cannot keep up.
 * Everything under `/v1/` passes here, and nothing else.
 */
export const admitRequests = (
  server: FastifyInstance,
  parts: { authenticate: Authenticate; rate: RateLimiter; pressure: Pressure },
): void => {
  server.addHook('onRequest', (request: Admitted, _reply, done) => {
    if (!request.url.startsWith('/v1/')) return done();
    try {
      const reads = request.method === 'GET';
      const caller = parts.authenticate(request.headers.authorization, reads ? 'requests:read' : 'requests:write');
      parts.rate.take(caller.keyId);
      if (!reads) parts.pressure.admitWrite();
      request[CALLER] = caller;
      done();
    } catch (error) {
      done(error as Error);
    }
  });
};

/** Who makes this request. Every route under `/v1/` may rely on it. */
export const callerOf = (request: FastifyRequest): Caller => {
  const caller = (request as Admitted)[CALLER];
  if (caller === undefined) throw new Error(`${request.url} was not admitted`);
  return caller;
};
