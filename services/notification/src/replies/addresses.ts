import { streamOf, type Event, type SettingsEvent } from '@holdpoint/contracts';
import type { Address } from '@holdpoint/directory';
import { derivedId } from '@holdpoint/sealing';
import { provenPeople } from './identity.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';

/** Appends to a person's stream what is decided on the addresses the log has at that revision. @throws LogUnavailable */
const changeAddresses = async (
  deps: Pick<ReplyDeps, 'eventLog' | 'directory' | 'now'>,
  tenant: string,
  operatorId: string,
  commandId: string,
  addressId: string,
  events: SettingsEvent[],
): Promise<void> => {
  const isThere = (there: boolean, event: Event): boolean => {
    if (!('addressId' in event.data) || event.data.addressId !== addressId) return event.type === 'MemberRemoved' ? false : there;
    return event.type === 'ChannelAddressDisabled' ? false : event.type === 'ChannelAddressAdded' ? true : there;
  };
  const { position } = await deps.eventLog.handle<boolean, null, Event>(
    { initial: false, evolve: isThere, decide: (_command, there) => (there ? events : []) },
    streamOf.operator(operatorId),
    null,
    { commandId, tenant, actor: 'service:notification', recordedAt: deps.now() },
  );
  if (position !== null) await deps.directory.atLeast(position);
};

/**
 * Somebody said at the provider that they want nothing from us: their address is switched off. Whoever wants it back proves it anew.
 * @returns whether anybody's was
 */
export const takeOptOut = async (deps: ReplyDeps, place: Place, inboundId: string, identities: readonly string[]): Promise<boolean> => {
  const people = provenPeople(deps, place, identities);
  for (const { operator, address } of people) {
    const { operatorId } = operator;
    const { addressId } = address;
    await changeAddresses(deps, place.tenant, operatorId, `opt out/${place.channel}/${inboundId}/${addressId}`, addressId, [
      { type: 'ChannelAddressDisabled', data: { operatorId, addressId, reason: 'optedOut', at: deps.now() } },
    ]);
  }
  return people.length > 0;
};

/**
 * The provider says that an account has another address now. It is the same person's, but a new one: what has to wait before it may approve, waits.
 * @returns whether anybody had the old one
 */
export const takeChangedAddress = async (deps: ReplyDeps, place: Place, inboundId: string, from: string, to: string): Promise<boolean> => {
  const people = provenPeople(deps, place, [from]);
  const address = deps.channels.normalise(place.tenant, place.channel, to) ?? to;
  // An address is one person's: if somebody has it already, nothing is moved there.
  if (provenPeople(deps, place, [to]).length > 0) return false;
  for (const { operator, address: before } of people)
    await changeAddresses(
      deps,
      place.tenant,
      operator.operatorId,
      `moved/${place.channel}/${inboundId}/${before.addressId}`,
      before.addressId,
      movedTo(operator.operatorId, before, address, deps.now()),
    );
  return people.length > 0;
};

const movedTo = (operatorId: string, before: Address, address: string, at: string): SettingsEvent[] => {
  const { channel, route } = before;
  const addressId = derivedId('adr', operatorId, channel, address);
  return [
    { type: 'ChannelAddressDisabled', data: { operatorId, addressId: before.addressId, reason: 'moved', at } },
    {
      type: 'ChannelAddressAdded',
      data: { operatorId, addressId, channel, at, private: { address, ...(route === null ? {} : { route }) } },
    },
    { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
  ];
};
