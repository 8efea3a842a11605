import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { EgressError, classOf } from './egress-error.ts';
import type { Target } from './target.ts';

export type EgressRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** From the call to the last byte of the answer, milliseconds. */
  timeoutMs?: number;
  /** What is read of the answer's body, bytes; the rest is cut off and the connection closed. */
  maxResponseBytes?: number;
  /**
   * The peer recognises a repeat (our callbacks by `webhook-id`), so the request may be sent once more when a kept-alive connection
   * turns out to have been closed by the peer before it answered.
   */
  repeatable?: boolean;
  signal?: AbortSignal;
};

export type EgressResponse = {
  status: number;
  /** Lower-case names; repeated headers joined by node's rules. */
  headers: Record<string, string>;
  body: Uint8Array;
  truncated: boolean;
  resolvedAddress: string | null;
  durationMs: number;
};

/** Time to a connected socket, TLS included, milliseconds: long enough for a far continent, short enough to try again. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Standard Webhooks asks for 15–30 s in all; an agent is waiting, so the short end, milliseconds. */
const TOTAL_TIMEOUT_MS = 15_000;
/** Answers to callbacks carry nothing we use beyond an excerpt for the log, bytes. */
const RESPONSE_BYTES_MAX = 16_384;
/** The peer's headers, bytes. */
const RESPONSE_HEADER_BYTES_MAX = 16_384;

/** Methods of which a receiver expects no body: they need not say that there is none. */
const WITHOUT_BODY: ReadonlySet<EgressRequest['method']> = new Set(['GET', 'HEAD', 'DELETE']);

export type Route = {
  agent: Agent;
  lookup: LookupFunction;
  /** @throws EgressError when the address really reached is not one that may be called. */
  checkReached(address: string): void;
};

/**
 * One request and its answer over a pooled connection, within a total time, with a bounded answer.
 * @throws EgressError for everything but an HTTP answer.
 */
export const exchange = (request: EgressRequest, target: Target, route: Route): Promise<EgressResponse> =>
  new Promise((settle, fail) => {
    const startedMs = performance.now();
    const { hostname } = target;
    let connectTimer: NodeJS.Timeout | undefined;
    let done = false;
    let sent = false;
    const { body } = request;
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body?.byteLength;
    const call = callOf(request, target, route, bytes);

    const finish = (act: () => void) => {
      if (done) return;
      done = true;
      clearTimeout(totalTimer);
      clearTimeout(connectTimer);
      request.signal?.removeEventListener('abort', abort);
      act();
    };
    const giveUp = (error: EgressError) =>
      finish(() => {
        // Read on every connection when it is checked, and remembered by it.
        error.resolvedAddress = call.socket?.remoteAddress ?? null;
        fail(error);
        call.destroy();
      });
    const abort = () => giveUp(new EgressError('aborted', `the call to ${hostname} was given up`, { requestMayHaveArrived: sent }));
    const totalTimer = setTimeout(
      () => giveUp(new EgressError('timeout', `${hostname} did not answer in time`, { requestMayHaveArrived: sent })),
      request.timeoutMs ?? TOTAL_TIMEOUT_MS,
    );
    request.signal?.addEventListener('abort', abort, { once: true });
    if (request.signal?.aborted === true) return abort();

    call.on('socket', socket => {
      if (!socket.connecting) return void (sent = true);
      connectTimer = setTimeout(
        () => giveUp(new EgressError('timeout', `${hostname} did not accept a connection in time`)),
        CONNECT_TIMEOUT_MS,
      );
      socket.once('connect', () => {
        try {
          route.checkReached(socket.remoteAddress ?? '');
        } catch (error) {
          giveUp(error as EgressError);
        }
      });
      socket.once(target.tls ? 'secureConnect' : 'connect', () => {
        clearTimeout(connectTimer);
        sent = true;
      });
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (!done && closedWhileIdle(call, error) && request.repeatable === true)
        return finish(() => void exchange({ ...request, repeatable: false }, target, route).then(settle, fail));
      if (error instanceof EgressError) return giveUp(error);
      giveUp(
        new EgressError(classOf(error), `the call to ${hostname} failed: ${error.code ?? 'no code'}`, {
          requestMayHaveArrived: sent,
          cause: error,
        }),
      );
    });
    call.on('response', response =>
      collect(response, request.maxResponseBytes ?? RESPONSE_BYTES_MAX, {
        whole: answer => finish(() => settle({ ...answer, durationMs: performance.now() - startedMs })),
        cut: answer => {
          finish(() => settle({ ...answer, durationMs: performance.now() - startedMs }));
          call.destroy();
        },
        broken: () => giveUp(new EgressError('reset', `${hostname} broke off its answer`, { requestMayHaveArrived: true })),
      }),
    );
    // As many bytes as characters: all ASCII, which is the same bytes in Latin-1 and written a fifth cheaper so.
    call.end(body, bytes === body?.length ? 'latin1' : 'utf8');
  });

const callOf = (request: EgressRequest, target: Target, route: Route, bytes: number | undefined): ClientRequest => {
  // A flat list: node writes it as it stands, where of an object it first makes a map (a fifth of a call's CPU). No compression: an
  // answer that inflates is of no use to us and a way to fill our memory.
  const headers = ['host', target.url.host, 'accept-encoding', 'identity'];
  for (const name in request.headers) headers.push(name, request.headers[name] as string);
  if (bytes !== undefined) headers.push('content-length', String(bytes));
  else if (!WITHOUT_BODY.has(request.method)) headers.push('content-length', '0');
  return (target.tls ? https : http).request({
    protocol: target.url.protocol,
    hostname: target.hostname,
    port: target.port,
    path: target.path,
    method: request.method,
    headers,
    agent: route.agent,
    lookup: route.lookup,
    maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
  });
};

/** The peer closed a kept-alive connection just as we used it: the one failure that says nothing about the request. */
const closedWhileIdle = (call: ClientRequest, error: NodeJS.ErrnoException): boolean =>
  call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

type Answer = Omit<EgressResponse, 'durationMs'>;

const collect = (
  response: IncomingMessage,
  maxBytes: number,
  ends: { whole(answer: Answer): void; cut(answer: Answer): void; broken(): void },
): void => {
  const chunks: Buffer[] = [];
  // Read now: when the answer has ended, the connection belongs to the pool again.
  const resolvedAddress = response.socket.remoteAddress ?? null;
  let bytes = 0;
  const answer = (truncated: boolean): Answer => ({
    status: response.statusCode ?? 0,
    headers: flat(response.headers),
    body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
    truncated,
    resolvedAddress,
  });
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return void chunks.push(chunk);
    chunks.push(chunk.subarray(0, chunk.length - (bytes - maxBytes)));
    ends.cut(answer(true));
  });
  response.on('end', () => ends.whole(answer(false)));
  response.on('error', ends.broken);
};

const flat = (headers: http.IncomingHttpHeaders): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
};
