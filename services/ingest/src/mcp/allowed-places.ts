import { isIP } from 'node:net';
import { ProblemError } from '@holdpoint/service-kit';

export type PlaceRules = {
  /** Under which agents reach this server; its host is always allowed. */
  publicUrl: string;
  /** The console's pages may call. */
  consoleUrl: string;
  /** Further host names under which this server is reached, for example inside a cluster. */
  hosts: readonly string[];
  /** Further web origins whose pages may call. */
  origins: readonly string[];
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses requests that a page in a browser was made to send by DNS rebinding (MCP, Streamable HTTP, security warning). The host must be
 * a name this server is known by, or an address, which no attacker's name can resolve to; an origin, which only browsers send, must be
 * known as well. Pages on this machine may call a server on this machine.
 * @returns a function that throws ProblemError 403 `host_not_allowed` or `origin_not_allowed`
 */
export const allowedPlaces = ({ publicUrl, consoleUrl, hosts, origins }: PlaceRules) => {
  const local = LOOPBACK.has(new URL(publicUrl).hostname);
  const names = new Set([new URL(publicUrl).hostname, ...LOOPBACK, ...hosts.map(host => host.toLowerCase())]);
  const pages = new Set([new URL(publicUrl).origin, new URL(consoleUrl).origin, ...origins.map(origin => origin.toLowerCase())]);
  return (headers: { host?: string | undefined; origin?: string | undefined }): void => {
    const host = hostnameOf(`http://${headers.host ?? ''}`);
    if (host === undefined || !(names.has(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0)) throw hostRefused();
    if (headers.origin === undefined) return;
    const from = hostnameOf(headers.origin);
    if (from === undefined || !(pages.has(headers.origin.toLowerCase()) || (local && LOOPBACK.has(from)))) throw originRefused();
  };
};

const hostnameOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);

const hostRefused = (): ProblemError =>
  new ProblemError(
    'host_not_allowed',
    403,
    'This server is not known under the name in the Host header; whoever runs it can add the name to INGEST_MCP_HOSTS.',
  );

const originRefused = (): ProblemError =>
  new ProblemError(
    'origin_not_allowed',
    403,
    'Pages of this origin may not call; whoever runs this server can add the origin to INGEST_MCP_ORIGINS.',
  );
