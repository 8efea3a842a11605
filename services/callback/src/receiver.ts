import type { EventData } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';

type Target = EventData<'ApprovalRequested'>['private']['callback'];

/** Where a callback goes and what it is signed with; or why it cannot be sent now. */
export type Receiver = { url: string; key: string; secrets: string[]; signingKeys: string[] } | { unavailable: string };

/** Signs callbacks whose address came with the request. */
const DEFAULT_ENDPOINT = 'default';

/**
 * Looks the receiver up: a named endpoint, or an address given with the request, which is signed with the organisation's default keys.
 * @returns `unavailable` with a class for the record; settings may be repaired, so it is tried again.
 */
export const receiverOf = (directory: Pick<Directory, 'endpoint'>, tenant: string, target: Target): Receiver => {
  if (target === null) return { unavailable: 'no_callback_target' };
  const url = typeof target === 'object' && 'url' in target ? target.url : null;
  const endpointId = typeof target === 'string' ? target : 'endpointId' in target ? target.endpointId : DEFAULT_ENDPOINT;
  const endpoint = directory.endpoint(tenant, endpointId);
  if (endpoint === null) return { unavailable: 'endpoint_unknown' };
  if (endpoint.disabled) return { unavailable: 'endpoint_disabled' };
  const to = url ?? endpoint.url;
  if (to === null) return { unavailable: 'endpoint_without_url' };
  return {
    url: to,
    // One receiver is one origin: two endpoints on one slow host share its places.
    key: originOf(to),
    secrets: [endpoint.secret],
    signingKeys: [endpoint.signingKey],
  };
};

/** Origins of the addresses seen last, so that a URL is not parsed for every callback. */
const origins = new Map<string, string>();
const ORIGINS_MAX = 1_000;

const originOf = (url: string): string => {
  let origin = origins.get(url);
  if (origin !== undefined) return origin;
  origin = URL.canParse(url) ? new URL(url).origin : url;
  if (origins.size >= ORIGINS_MAX) origins.delete(origins.keys().next().value!);
  origins.set(url, origin);
  return origin;
};
