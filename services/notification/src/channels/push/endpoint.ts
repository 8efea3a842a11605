/** The push services of browsers: Chromium, Firefox, Safari, Edge. What a browser hands us as an endpoint is input of a user, and is called by us. */
const PUSH_HOSTS = ['fcm.googleapis.com', 'updates.push.services.mozilla.com'];
const PUSH_DOMAINS = ['.push.apple.com', '.notify.windows.com'];

/** As the egress guard, characters. */
const URL_CHARS_MAX = 2_048;

/** The endpoint in canonical form; null when it cannot be one. Whether its host may be called, {@link mayBeCalled} says. */
export const endpointOf = (address: string): string | null => {
  if (address.length > URL_CHARS_MAX || !URL.canParse(address)) return null;
  const url = new URL(address);
  const plain = url.username === '' && url.password === '' && url.hash === '';
  return plain && (url.protocol === 'https:' || url.protocol === 'http:') && url.pathname !== '/' ? url.href : null;
};

/**
 * Whether a message may be sent there: over https to a known push service, or to a host the organisation has named.
 * @param extraHosts `host` or `host:port`; those may also be called over http
 */
export const mayBeCalled = (endpoint: string, extraHosts: readonly string[]): boolean => {
  const { protocol, host, hostname } = new URL(endpoint);
  if (extraHosts.includes(host)) return true;
  const known = PUSH_HOSTS.includes(hostname) || PUSH_DOMAINS.some(domain => hostname.endsWith(domain));
  return known && protocol === 'https:' && host === hostname;
};
