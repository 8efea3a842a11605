import type { EventData } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';

export type Target = EventData<'ApprovalRequested'>['private']['callback'];

/** Where a callback goes and what it is signed with; or why it cannot be sent now. */
export type Receiver =
  | {
      url: string;
      host: string;
      /** The stored endpoint; null for an address that came with the request. */
      endpointId: string | null;
      /** What shares places and a breaker: a stored endpoint, or all addresses of one origin; never two tenants. */
      lane: string;
      secrets: string[];
      signingKeys: string[];
    }
  | { unavailable: string; endpointId: string };

/** Signs callbacks whose address came with the request. */
const DEFAULT_ENDPOINT = 'default';

/**
 * Looks the receiver up: a named endpoint, or an address given with the request, which is signed with the organisation's default keys.
 * For a while after a rotation both the new and the previous keys sign.
 * @param now RFC 3339 instant, UTC with milliseconds
 * @returns `unavailable` with a class for the record; settings may be repaired, so it is tried again.
 */
export const receiverOf = (directory: Pick<Directory, 'endpoint'>, tenant: string, target: Target, now: string): Receiver => {
  if (target === null) return { unavailable: 'no_callback_target', endpointId: '' };
  const given = typeof target === 'object' && 'url' in target ? target.url : null;
  const endpointId = typeof target === 'string' ? target : 'endpointId' in target ? target.endpointId : DEFAULT_ENDPOINT;
  const endpoint = directory.endpoint(tenant, endpointId);
  if (endpoint === null) return { unavailable: 'endpoint_unknown', endpointId };
  if (endpoint.disabled) return { unavailable: 'endpoint_disabled', endpointId };
  const url = given ?? endpoint.url;
  if (url === null) return { unavailable: 'endpoint_without_url', endpointId };
  const { origin, host } = placeOf(url);
  const { previous } = endpoint;
  const both = previous !== null && previous.until > now;
  return {
    url,
    host,
    endpointId: given === null ? endpointId : null,
    lane: given === null ? `${tenant} ${endpointId}` : `${tenant} ${origin}`,
    secrets: both ? [endpoint.secret, previous.secret] : [endpoint.secret],
    signingKeys: both ? [endpoint.signingKey, previous.signingKey] : [endpoint.signingKey],
  };
};

/** Origin and host of the addresses seen last, so that a URL is not parsed for every callback. */
const places = new Map<string, { origin: string; host: string }>();
const PLACES_MAX = 1_000;

const placeOf = (url: string): { origin: string; host: string } => {
  let place = places.get(url);
  if (place !== undefined) return place;
  const { origin, host } = URL.canParse(url) ? new URL(url) : { origin: url, host: '' };
  place = { origin, host };
  if (places.size >= PLACES_MAX) places.delete(places.keys().next().value!);
  places.set(url, place);
  return place;
};
