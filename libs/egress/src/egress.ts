import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressRules } from './address.ts';
import { callerMayUse } from './callable.ts';
import { EgressError } from './egress-error.ts';
import { exchange, type EgressRequest, type EgressResponse, type Route } from './exchange.ts';
import { guardedFetch, type GuardedFetchOptions } from './fetch-for.ts';
import { checkTarget, type Target } from './target.ts';

export type EgressOptions = {
  /** Ranges that may be called although they are not public (`HOLDPOINT_EGRESS_ALLOW`); empty in production. */
  allowCidrs?: readonly string[];
  /** Names that may be called whatever public or private address they have, link-local and metadata excepted, and also over http. */
  allowHosts?: readonly string[];
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
  /** Dials one of the checked addresses; node:net and node:tls unless given. */
  connect?: Dial;
};

export type Dial = (to: { addresses: LookupAddress[]; port: number }) => Socket;

export type Egress = {
  /** Sends one request. @throws EgressError when there is no answer; every HTTP status, redirects included, is an answer. */
  request(request: EgressRequest): Promise<EgressResponse>;
  /** A fetch-compatible function for SDKs that goes through the same guard. */
  fetchFor(options?: GuardedFetchOptions): typeof fetch;
  /** Closes idle and busy connections. */
  close(): void;
};

const SOCKETS_PER_HOST_MAX = 64;
/** How long an idle connection is kept, milliseconds. As many as may be busy: fewer would be closed and dialled anew at every burst. */
const IDLE_SOCKET_MS = 30_000;
/** URLs whose checks are remembered: callbacks go to few addresses, many times. A URL is at most 2 KB, so this is a few megabytes. */
const ROUTES_MAX = 1_000;
/** For names on the allow-list; what is never called stays so. */
const EVERYWHERE = ['0.0.0.0/0', '::/0'];
/** Set by the client itself; a caller that could set them could smuggle a second request. */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
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
  const allowHosts = new Set((options.allowHosts ?? []).map(name => name.toLowerCase()));
  const [listed, anywhere] = [addressRules(options.allowCidrs, options.denyCidrs), addressRules(EVERYWHERE, options.denyCidrs)];
  const rules = {
    addressesFor: (hostname: string) => (allowHosts.has(hostname) ? anywhere : listed),
    publicPorts: new Set([443, ...(options.publicPorts ?? [])]),
    denyPorts: new Set(options.denyPorts),
  };
  const denyHosts = new Set((options.denyHosts ?? []).map(name => name.toLowerCase()));
  const resolve = options.lookup ?? resolveAll;
  const socketsPerHostMax = options.socketsPerHostMax ?? SOCKETS_PER_HOST_MAX;
  const agentOptions = {
    keepAlive: true,
    maxSockets: socketsPerHostMax,
    maxFreeSockets: socketsPerHostMax,
    timeout: IDLE_SOCKET_MS,
    scheduling: 'lifo' as const,
  };
  const agents = {
    plain: new http.Agent(agentOptions),
    tls: new https.Agent({ ...agentOptions, ...(options.ca === undefined ? {} : { ca: options.ca }) }),
  };
  if (options.connect !== undefined)
    for (const agent of [agents.plain, agents.tls]) agent.createConnection = stubbedConnection(options.connect);

  /** Resolves once, checks all answers, and hands node exactly the checked ones: what was checked is what is dialled. */
  const checkedLookup =
    (target: Target): LookupFunction =>
    (name, _options, done) => {
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

  const routes = new Map<string, { target: Target; route: Route }>();
  /**
   * What can be checked of a URL before a connection, once per URL: its form, and its address where it is a literal. What a name
   * resolves to is looked up and checked for every connection anew, and a kept connection goes where it was checked to go.
   */
  const routeTo = (url: string): { target: Target; route: Route } => {
    const known = routes.get(url);
    if (known !== undefined) return known;
    const target = checkTarget(url, denyHosts);
    if (target.address !== null) callerMayUse(rules, target, target.address);
    const route: Route = {
      agent: target.tls ? agents.tls : agents.plain,
      lookup: checkedLookup(target),
      checkReached: address => callerMayUse(rules, target, address),
    };
    if (routes.size >= ROUTES_MAX) routes.delete(routes.keys().next().value!);
    routes.set(url, { target, route });
    return { target, route };
  };

  const egress: Egress = {
    request: async request => {
      const { target, route } = routeTo(request.url);
      for (const name in request.headers)
        if (RESERVED_HEADERS.has(name.toLowerCase()))
          throw new EgressError('invalid_url', `the header ${name} is set by the client itself`);
      return exchange(request, target, route);
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

/** The same check before the same hand-over as node:net makes, with another dialler at the end. */
const stubbedConnection =
  (dial: Dial) =>
  (to: http.ClientRequestArgs, created?: (error: Error | null, socket: Duplex) => void): undefined => {
    const host = to.host ?? '';
    const family = isIP(host);
    const hand = (addresses: LookupAddress[]) => created?.(null, dial({ addresses, port: Number(to.port) }));
    if (family !== 0) return void hand([{ address: host, family }]);
    to.lookup?.(host, { all: true }, (error, addresses) =>
      error === null ? hand(addresses as LookupAddress[]) : created?.(error, undefined as never),
    );
  };
