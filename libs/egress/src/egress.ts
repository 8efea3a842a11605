import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { addressRules } from './address.ts';
import { callerMayUse } from './callable.ts';
import { EgressError, classOf } from './egress-error.ts';
import { guardedFetch, type GuardedFetchOptions } from './fetch-for.ts';
import { checkTarget, type Target } from './target.ts';

export type EgressOptions = {
  /** Ranges that may be called although they are not public (`HOLDPOINT_EGRESS_ALLOW`); empty in production. */
  allowCidrs?: readonly string[];
  /** Ranges that are never called even if allow-listed: the cluster's own networks. */
  denyCidrs?: readonly string[];
  /** Our own listeners' ports, refused on every allow-listed address, so that nobody makes us call ourselves. */
  denyPorts?: readonly number[];
  /** Our own public names, refused (recursion). */
  denyHosts?: readonly string[];
  /** Ports of public addresses that may be called besides 443. */
  publicPorts?: readonly number[];
  /** Sockets to one host at a time. More requests wait for a socket, within their own time limit. */
  socketsPerHostMax?: number;
  /** Extra certificate authorities, PEM. */
  ca?: string | Buffer;
  /** Resolves a name to all its addresses; the system's resolver unless given. */
  lookup?: (hostname: string) => Promise<LookupAddress[]>;
  /** Opens the connection; node:net and node:tls unless given. */
  connect?: (options: { host: string; port: number; tls: boolean }) => Socket;
};

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

export type Egress = {
  /** Sends one request. @throws EgressError when there is no answer; every HTTP status, redirects included, is an answer. */
  request(request: EgressRequest): Promise<EgressResponse>;
  /** A fetch-compatible function for SDKs that goes through the same guard. */
  fetchFor(options?: GuardedFetchOptions): typeof fetch;
  /** Closes idle and busy connections. */
  close(): void;
};

/** Time to a connected socket, TLS included, milliseconds: long enough for a far continent, short enough to try again. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Standard Webhooks asks for 15–30 s in all; an agent is waiting, so the short end, milliseconds. */
const TOTAL_TIMEOUT_MS = 15_000;
/** Answers to callbacks carry nothing we use beyond an excerpt for the log, bytes. */
const RESPONSE_BYTES_MAX = 16_384;
const SOCKETS_PER_HOST_MAX = 64;
/** Idle connections kept per host, and for how long, milliseconds. */
const IDLE_SOCKETS_PER_HOST_MAX = 16;
const IDLE_SOCKET_MS = 30_000;
/** The peer's headers, bytes. */
const RESPONSE_HEADER_BYTES_MAX = 16_384;

/** Set by the client itself; a caller that could set them could smuggle a second request. */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

/**
 * Opens the guarded client. Every call is checked: the URL's form, every address its name resolves to, the port, and, after connecting,
 * the address really reached. Redirects are never followed, proxy variables never read, bodies never decompressed.
 */
export const openEgress = (options: EgressOptions = {}): Egress => {
  const rules = {
    addresses: addressRules(options.allowCidrs, options.denyCidrs),
    publicPorts: new Set([443, ...(options.publicPorts ?? [])]),
    denyPorts: new Set(options.denyPorts),
  };
  const denyHosts = new Set((options.denyHosts ?? []).map(name => name.toLowerCase()));
  const resolve = options.lookup ?? resolveAll;
  const agentOptions = {
    keepAlive: true,
    maxSockets: options.socketsPerHostMax ?? SOCKETS_PER_HOST_MAX,
    maxFreeSockets: IDLE_SOCKETS_PER_HOST_MAX,
    timeout: IDLE_SOCKET_MS,
    scheduling: 'lifo' as const,
  };
  const agents = {
    plain: new http.Agent(agentOptions),
    tls: new https.Agent({ ...agentOptions, ...(options.ca === undefined ? {} : { ca: options.ca }) }),
  };
  if (options.connect !== undefined) {
    const { connect } = options;
    for (const agent of [agents.plain, agents.tls])
      agent.createConnection = (to: { host?: string | null; port?: string | number | null }) =>
        connect({ host: to.host ?? '', port: Number(to.port), tls: agent === agents.tls });
  }

  /** Resolves once, checks all answers, and hands node exactly the checked ones: what was checked is what is dialled. */
  const checkedLookup =
    (target: Target) => (name: string, _options: unknown, done: (error: Error | null, addresses: LookupAddress[]) => void) => {
      resolve(name).then(
        addresses => {
          try {
            if (addresses.length === 0) throw new EgressError('dns', `${name} has no address`);
            for (const { address } of addresses) callerMayUse(rules, target, address);
            done(null, addresses);
          } catch (error) {
            done(error as Error, []);
          }
        },
        (error: Error) => done(error, []),
      );
    };

  const send = (request: EgressRequest, target: Target): Promise<EgressResponse> =>
    new Promise((settle, fail) => {
      const startedMs = performance.now();
      const { body } = request;
      const maxBytes = request.maxResponseBytes ?? RESPONSE_BYTES_MAX;
      let connectTimer: NodeJS.Timeout | undefined;
      let done = false;
      let sent = false;

      const call = (target.tls ? https : http).request({
        protocol: target.url.protocol,
        hostname: target.hostname,
        port: target.port,
        path: `${target.url.pathname}${target.url.search}`,
        method: request.method,
        headers: {
          host: target.url.host,
          'accept-encoding': 'identity',
          ...request.headers,
          ...(body === undefined ? {} : { 'content-length': String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength) }),
        },
        agent: target.tls ? agents.tls : agents.plain,
        lookup: checkedLookup(target) as never,
        maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
      });
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
          fail(error);
          call.destroy();
        });
      const abort = () =>
        giveUp(new EgressError('aborted', `the call to ${target.hostname} was given up`, { requestMayHaveArrived: sent }));
      const totalTimer = setTimeout(
        () => giveUp(new EgressError('timeout', `${target.hostname} did not answer in time`, { requestMayHaveArrived: sent })),
        request.timeoutMs ?? TOTAL_TIMEOUT_MS,
      );
      request.signal?.addEventListener('abort', abort, { once: true });
      if (request.signal?.aborted === true) return abort();

      call.on('socket', socket => {
        if (!socket.connecting) return void (sent = true);
        connectTimer = setTimeout(
          () => giveUp(new EgressError('timeout', `${target.hostname} did not accept a connection in time`)),
          CONNECT_TIMEOUT_MS,
        );
        socket.once('connect', () => {
          try {
            callerMayUse(rules, target, socket.remoteAddress ?? '');
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
        if (!done && call.reusedSocket && request.repeatable === true && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
          return finish(() => send({ ...request, repeatable: false }, target).then(settle, fail));
        if (error instanceof EgressError) return giveUp(error);
        giveUp(
          new EgressError(classOf(error), `the call to ${target.hostname} failed: ${error.code ?? 'no code'}`, {
            requestMayHaveArrived: sent,
            cause: error,
          }),
        );
      });
      call.on('response', response => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const answer = (truncated: boolean) =>
          finish(() => {
            const { socket } = response;
            settle({
              status: response.statusCode ?? 0,
              headers: flat(response.headers),
              body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
              truncated,
              resolvedAddress: socket?.remoteAddress ?? null,
              durationMs: performance.now() - startedMs,
            });
          });
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= maxBytes) return void chunks.push(chunk);
          chunks.push(chunk.subarray(0, chunk.length - (bytes - maxBytes)));
          answer(true);
          call.destroy();
        });
        response.on('end', () => answer(false));
        response.on('error', error => call.emit('error', error));
        response.on('aborted', () =>
          giveUp(new EgressError('reset', `${target.hostname} broke off its answer`, { requestMayHaveArrived: true })),
        );
      });
      call.end(body);
    });

  const egress: Egress = {
    request: async request => {
      const target = checkTarget(request.url, denyHosts);
      for (const name in request.headers)
        if (RESERVED_HEADERS.has(name.toLowerCase()))
          throw new EgressError('invalid_url', `the header ${name} is set by the client itself`);
      if (target.address !== null) callerMayUse(rules, target, target.address);
      return send(request, target);
    },
    fetchFor: fetchOptions => guardedFetch(egress, fetchOptions),
    close: () => {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
  return egress;
};

const resolveAll = (hostname: string): Promise<LookupAddress[]> =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });

const flat = (headers: http.IncomingHttpHeaders): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
};
