import type { Address, Operator } from '@holdpoint/directory';
import type { Place, ReplyDeps } from './reply-deps.ts';

/** Whether an address on record is one of those the signed envelope proves. Both in the channel's canonical form, where it has one. */
const isAmong = ({ channels }: Pick<ReplyDeps, 'channels'>, { tenant, channel }: Place, address: string, identities: readonly string[]) => {
  const canonical = channels.normalise(tenant, channel, address) ?? address;
  return identities.some(identity => identity === address || (channels.normalise(tenant, channel, identity) ?? identity) === canonical);
};

/**
 * A person's own address there that an envelope proves.
 * @param identities what the envelope proves; empty proves nobody
 * @returns null unless the address is on record, verified, and this person's
 */
export const provenAddress = (
  deps: Pick<ReplyDeps, 'channels'>,
  place: Place,
  operator: Operator,
  identities: readonly string[],
): Address | null =>
  operator.tenant !== place.tenant
    ? null
    : (operator.addresses.find(
        ({ channel, verified, address }) => verified && channel === place.channel && isAmong(deps, place, address, identities),
      ) ?? null);

/** Everybody in the organisation whose verified address there an envelope proves: one person, or nobody. */
export const provenPeople = (
  deps: Pick<ReplyDeps, 'channels' | 'directory'>,
  place: Place,
  identities: readonly string[],
): { operator: Operator; address: Address }[] =>
  identities.length === 0
    ? []
    : deps.directory.list('operators', place.tenant).flatMap(operator => {
        const address = provenAddress(deps, place, operator, identities);
        return address === null ? [] : [{ operator, address }];
      });
