import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { durations } from './metrics.ts';
import { problem, ProblemError, sendProblem } from './problem.ts';

/** Limits of every HTTP server here. */
export const HTTP_LIMITS = {
  /** All headers of one request, bytes. */
  headerBytesMax: 16_384,
  /** Time for the headers to arrive, milliseconds: against slow senders. */
  headersMsMax: 5_000,
  /** Time for the whole request to arrive, milliseconds. */
  requestMsMax: 10_000,
  /** How often those two are checked, milliseconds; Node's own default is 30 s. */
  checkedEveryMs: 1_000,
  /** An idle connection is kept this long, milliseconds: longer than the 60 s of common load balancers, so that they close first. */
  keepAliveMs: 65_000,
  /** Connections of one process; further ones are dropped by the kernel's accept. */
  connectionsMax: 4_096,
  /** One path parameter, characters. */
  paramCharsMax: 128,
} as const;

export type HttpServerOptions = {
  service: string;
  bodyBytesMax: number;
  /** Media types a body may have; everything else is refused with 415. */
  contentTypes: readonly string[];
};

/**
 * A Fastify server that hands every body on as the raw `Buffer` it arrived as, refuses what is too large, too slow, encoded or of
 * another media type before anything is parsed, answers broken HTTP with a problem document, and measures each request.
 */
export const createHttpServer = ({ service, bodyBytesMax, contentTypes }: HttpServerOptions): FastifyInstance => {
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: HTTP_LIMITS.requestMsMax,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: HTTP_LIMITS.paramCharsMax },
    frameworkErrors: (_error, _request, reply) =>
      sendProblem(reply as FastifyReply, problem('bad_request', 400, 'The URL cannot be decoded, or part of it is too long.')),
    clientErrorHandler: answerBrokenHttp,
    http: {
      maxHeaderSize: HTTP_LIMITS.headerBytesMax,
      headersTimeout: HTTP_LIMITS.headersMsMax,
      requestTimeout: HTTP_LIMITS.requestMsMax,
      connectionsCheckingInterval: HTTP_LIMITS.checkedEveryMs,
    },
  });
  server.server.maxConnections = HTTP_LIMITS.connectionsMax;
  server.removeAllContentTypeParsers();
  const together = atEndOfTurn();
  server.addContentTypeParser([...contentTypes], { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
    together(() => done(null, body)),
  );
  server.addHook('onRequest', (request, _reply, done) => done(refusedEncoding(request.headers)));
  measureRequests(server, service);
  return server;
};

/**
 * Keeps what one turn of the loop brings and goes on with all of it at once: requests that take each step of their way together find its code and
 * data in the processor's caches, where one after the other would find them gone (decision 22).
 */
const atEndOfTurn = (): ((goOn: () => void) => void) => {
  let waiting: (() => void)[] = [];
  return goOn => {
    if (waiting.push(goOn) > 1) return;
    setImmediate(() => {
      const all = waiting;
      waiting = [];
      for (const one of all) one();
    });
  };
};

const IDENTITY = 'identity';
const UTF8 = /;\s*charset\s*=\s*"?utf-?8"?\s*(;|$)/i;

/** A compressed body could be a bomb, and a charset other than UTF-8 would change what was signed: both are refused unread. */
const refusedEncoding = (headers: {
  'content-encoding'?: string | undefined;
  'content-type'?: string | undefined;
}): ProblemError | undefined => {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== IDENTITY)
    return new ProblemError('unsupported_content_encoding', 415, 'Send the body as it is, without content-encoding.', {
      headers: { 'accept-encoding': IDENTITY },
    });
  const type = headers['content-type'];
  if (type !== undefined && /charset/i.test(type) && !UTF8.test(type))
    return new ProblemError('unsupported_charset', 415, 'Send the body in UTF-8.');
  return undefined;
};

/** HTTP so broken that no request came of it: node's parser gives up, and we answer on the bare socket. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, reason, code, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'headers_too_large', `The headers are larger than ${HTTP_LIMITS.headerBytesMax} bytes.`]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'request_timeout', `The request did not arrive within ${HTTP_LIMITS.requestMsMax / 1_000} s.`]
        : [400, 'Bad Request', 'bad_request', 'The request is not well-formed HTTP.'];
  const body = JSON.stringify(problem(code as string, status as number, detail as string));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const measureRequests = (server: FastifyInstance, service: string): void => {
  const seconds = durations('holdpoint_http_request_seconds', 'Time from request to response, seconds', ['service', 'route', 'status']);
  server.addHook('onResponse', (request, reply, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    seconds.observe({ service, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
};

/**
 * Remembers every route as it is added.
 * @returns a function from a path to the methods that some route takes there, sorted
 */
export const rememberRoutes = (server: FastifyInstance): ((path: string) => readonly string[]) => {
  const routes: { methods: readonly string[]; matches: RegExp }[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    const pattern = url
      .replaceAll('::', '\u0000')
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replaceAll('\u0000', ':');
    routes.push({ methods: Array.isArray(method) ? method : [method], matches: new RegExp(`^${pattern}$`) });
  });
  return path => [...new Set(routes.filter(route => route.matches.test(path)).flatMap(route => route.methods))].sort();
};
