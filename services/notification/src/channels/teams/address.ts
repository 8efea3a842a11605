const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PERSON = new RegExp(`^${GUID}/${GUID}$`);
/** Of a channel's name: Teams takes 50, and none of these signs. */
const NAME_CHARS_MAX = 80;
const NOT_IN_NAMES = /[\p{C}\p{Zl}\p{Zp}~#%&*{}+/\\:<>?|"]/u;

/**
 * A person is `tenantId/aadObjectId`. Where a flow posts into a channel there is nobody to address: the address is the channel's name, for people
 * to know it by. @returns the canonical form; null when it is neither
 */
export const teamsAddress = (address: string): string | null => {
  const text = address.trim();
  if (PERSON.test(text.toLowerCase())) return text.toLowerCase();
  return text === '' || text.length > NAME_CHARS_MAX || NOT_IN_NAMES.test(text) || !/[\p{L}\p{N}]/u.test(text)
    ? null
    : text.replace(/ +/g, ' ');
};

export const isPerson = (address: string): boolean => PERSON.test(address);

/** Where to write to a person: given with everything the person sends. */
export type Conversation = { serviceUrl: string; conversationId: string };

/** Reads the route that is stored beside a person's address; null when it is none. */
export const conversationOf = (route: string | null): Conversation | null => {
  try {
    const { serviceUrl, conversationId } = JSON.parse(route ?? '') as Record<string, unknown>;
    return typeof serviceUrl === 'string' && typeof conversationId === 'string' ? { serviceUrl, conversationId } : null;
  } catch {
    return null;
  }
};

/** Teams for the public, for the US government's clouds. What a message names as its serviceUrl gets our token, so nothing else is called. */
const SERVICE_HOSTS = ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com', 'smba.infra.gov.teams.microsoft.us'];

/** @param extraHosts `host` or `host:port`; those may also be called over http */
export const isServiceUrl = (serviceUrl: string, extraHosts: readonly string[]): boolean => {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, host, username, password, search, hash } = new URL(serviceUrl);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  return extraHosts.includes(host) || (protocol === 'https:' && SERVICE_HOSTS.includes(host));
};
