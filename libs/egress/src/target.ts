import { isIP } from 'node:net';
import { EgressError } from './egress-error.ts';

/** A URL that passed every check that needs no network. `path` is path and query; `address` is set when the host is an IP literal. */
export type Target = { url: URL; hostname: string; port: number; path: string; tls: boolean; address: string | null };

/** Longest URL, characters (contracts' `urlCharsMax`), and longest host name, characters (RFC 1035). */
const URL_CHARS_MAX = 2_048;
const HOST_CHARS_MAX = 253;

/** One label of a host name (RFC 1123), with the underscore that container networks use. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Names that lead to cloud metadata or into a cluster, whatever they resolve to. */
const NEVER_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'kubernetes',
  'kubernetes.default',
]);
const NEVER_SUFFIXES = ['.svc', '.cluster.local'];

const refuse = (rule: string): never => {
  throw new EgressError('invalid_url', `This URL cannot be called: ${rule}`);
};

/**
 * Checks the form of a URL: only the one canonical spelling of an http or https URL passes, so that no parser further on can read
 * another host out of it. Whether its addresses and port may be called is decided when they are known.
 * @throws EgressError `invalid_url` for a bad form, `blocked` for a name that is never called.
 */
export const checkTarget = (input: string, denyHosts: ReadonlySet<string> = new Set()): Target => {
  if (input.length > URL_CHARS_MAX) refuse(`it is longer than ${URL_CHARS_MAX} characters`);
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f-\u{10ffff}]/u.test(input))
    refuse('it contains a space, a control or a non-ASCII character; percent-encode it, and write host names in punycode');
  if (input.includes('\\')) refuse('it contains a backslash');
  if (input.includes('#')) refuse('it has a fragment');
  const typed = /^(https?):\/\/([^/?]+)/i.exec(input) ?? refuse('it must start with https:// or http:// and name a host');
  const authority = typed[2] ?? '';
  if (authority.includes('@')) refuse('it carries a user name or password');
  if (!URL.canParse(input)) refuse('it cannot be parsed');
  const url = new URL(input);
  if (new URL(url.href).href !== url.href) refuse('it has no canonical form');
  const tls = url.protocol === 'https:';
  const withoutDefaultPort = authority.toLowerCase().replace(tls ? /:443$/ : /:80$/, '');
  if (withoutDefaultPort !== url.host) refuse('its host must be written in canonical form: lower-case name or dotted-decimal address');
  const literal = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const hostname = literal.endsWith('.') ? literal.slice(0, -1) : literal;
  if (isIP(hostname) === 0 && (hostname.length > HOST_CHARS_MAX || !hostname.split('.').every(label => LABEL.test(label))))
    refuse('its host name is not valid');
  if (NEVER_NAMES.has(hostname) || denyHosts.has(hostname) || NEVER_SUFFIXES.some(suffix => hostname.endsWith(suffix)))
    throw new EgressError('blocked', `${hostname} is a name that is never called`);
  return {
    url,
    hostname,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    tls,
    address: isIP(hostname) === 0 ? null : hostname,
  };
};
