import { fingerprintOf } from '../fingerprint.ts';

/** The operators' API, as the session of this browser may use it. @throws Error when it refuses */
export type Api = <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<T>;
type Address = { id: string; channel: string; address: string; fingerprint?: string };
type Addresses = { items: Address[]; rules: { addressId: string }[] | null };
type Subscribed = { endpoint: string; keys?: Record<string, string> };

/**
 * Puts a new subscription in the place of one that the browser or its push service gave up: name and rules go along.
 * @param before endpoint of the one that is over; null where the browser does not say
 */
export const renewSubscription = async (api: Api, before: string | null, subscription: Subscribed): Promise<void> => {
  const { items, rules } = await api<Addresses>('GET', '/api/addresses');
  const hash = before === null ? null : await fingerprintOf(before);
  const old = items.find(({ channel, fingerprint }) => channel === 'push' && fingerprint === hash);
  const { p256dh = '', auth = '' } = subscription.keys ?? {};
  const body = {
    channel: 'push',
    address: subscription.endpoint,
    keys: { p256dh, auth },
    ...(old === undefined ? {} : { name: old.address }),
  };
  const { id } = await api<{ id: string }>('POST', '/api/addresses', body);
  if (old === undefined || old.id === id) return;
  if (rules?.some(({ addressId }) => addressId === old.id))
    await api('PUT', '/api/members/me/notification-rules', {
      rules: rules.map(rule => (rule.addressId === old.id ? { ...rule, addressId: id } : rule)),
    });
  await api('DELETE', `/api/members/me/addresses/${old.id}`);
};
