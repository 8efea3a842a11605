import { streamOf, type newAddress, type NotificationRule, type profileBody, type VerifyAddressReply } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { askNotification, type Begun, type ChannelDescription } from './ask-notification.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { isMember } from './members-known.ts';
import { assertZone } from './organization.ts';
import { pushKeyOf, shownSubscription, type PushRoute } from './push.ts';

type AddressDeps = SettingsDeps & { messaging: Pick<Messaging, 'request'> };

/** How long a code or link proves an address, milliseconds. */
const ENROLMENT_MS = 15 * 60_000;
/** Addresses of one person, and proofs begun in an hour: each sends a message somewhere. */
const ADDRESSES_MAX = 20;
const ENROLMENTS_PER_HOUR_MAX = 10;
const HOUR_MS = 3_600_000;

/** Where a person is told, what is still to be proved, their own rules, language and zone. @throws ProblemError 404 */
export const addressesOf = (directory: Directory, tenant: string, operatorId: string, now: string) => {
  const operator = directory.operator(operatorId);
  if (operator === null || operator.tenant !== tenant) throw new ProblemError('not_found', 404, 'There is no such member.');
  const profile = directory.profile(operatorId);
  return {
    items: operator.addresses.map(({ addressId, channel, address, route, verified, verifiedAt, usedAt }) => ({
      id: addressId,
      channel,
      ...(channel === 'push' ? shownSubscription(address, route) : { address }),
      verified,
      verifiedAt,
      lastUsedAt: usedAt,
    })),
    pending: directory
      .list('enrolments', tenant)
      .filter(enrolment => enrolment.operatorId === operatorId && enrolment.expiresAt > now)
      .map(({ addressId, channel, address, expiresAt }) => ({ id: addressId, channel, address, expiresAt })),
    rules: directory.notificationRules(operatorId),
    language: profile?.language ?? 'en',
    timeZone: profile?.timeZone ?? null,
  };
};

/**
 * Begins to add an address of the caller's own: a code or link is sent there, or the answer says what to open from it. A push subscription is proved by
 * the session it comes from.
 * @throws ProblemError 409 when there are too many, 422 when the channel cannot be used so, 503
 */
export const addAddress =
  (deps: AddressDeps) =>
  async (by: Changer, { channel, address, keys, name }: z.output<typeof newAddress>) => {
    const { channels } = await askNotification<{ channels: ChannelDescription[] }>(deps.messaging, 'hp.query.channels', {});
    const described = channels.find(({ id }) => id === channel);
    if (described === undefined) throw refused('/channel', 'there is no such channel');
    if ((deps.directory.operator(by.operatorId)?.addresses.length ?? 0) >= ADDRESSES_MAX)
      throw new ProblemError('too_many_addresses', 409, `You have ${ADDRESSES_MAX} addresses; remove one first.`);
    const { enrolment } = described.capabilities;
    const addressId = newId('adr');
    if (enrolment === 'session') {
      if (address === undefined || keys === undefined) throw refused('/keys', 'give the address and keys of the subscription');
      const key = pushKeyOf(deps.directory, by.tenant);
      if (key === null) throw refused('/channel', 'an administrator has to set it up first');
      if ((keys.key ?? key) !== key) throw refused('/keys/key', 'the key has changed; subscribe again');
      const route: PushRoute = { ...keys, key, ...(name === undefined ? {} : { name }) };
      return addAtOnce(deps, by, addressId, { channel, address, route: JSON.stringify(route) });
    }
    if (enrolment !== 'link' && address === undefined) throw refused('/address', 'is needed for this channel');
    const { operatorId } = by;
    await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) => {
      const since = new Date(Date.parse(at) - HOUR_MS).toISOString();
      if (events.filter(({ type, data }) => type === 'EnrolmentStarted' && data.at > since).length >= ENROLMENTS_PER_HOUR_MAX)
        throw new ProblemError('too_many_tries', 429, 'You began that often in the last hour. Try again later.', {
          headers: { 'retry-after': '3600' },
        });
      const expiresAt = new Date(Date.parse(at) + ENROLMENT_MS).toISOString();
      return [{ type: 'EnrolmentStarted', data: { operatorId, addressId, channel, expiresAt, at, private: { address: address ?? null } } }];
    });
    const begun = await askNotification<Begun>(deps.messaging, 'hp.cmd.notification.enrol', { tenant: by.tenant, addressId });
    if (begun.outcome === 'refused') throw refused('/address', begun.detail);
    return {
      id: addressId,
      channel,
      verified: false,
      enrolment,
      ...(begun.outcome === 'link' ? { link: begun.link, paste: begun.paste } : {}),
    };
  };

type Subscription = { channel: z.output<typeof newAddress>['channel']; address: string; route: string };
const addAtOnce = async (deps: AddressDeps, by: Changer, addressId: string, { channel, address, route }: Subscription) => {
  const { operatorId } = by;
  const known = deps.directory.operator(operatorId)?.addresses.find(own => own.channel === channel && own.address === address);
  if (known !== undefined) return { id: known.addressId, channel, verified: true, enrolment: 'session' };
  await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
    { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel, at, private: { address, route } } },
    { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
  ]);
  return { id: addressId, channel, verified: true, enrolment: 'session' };
};

/** Proves an address by the code that was sent there. @throws ProblemError 404, 409, 422, 503 */
export const verifyAddress = async (
  messaging: Pick<Messaging, 'request'>,
  by: Changer,
  addressId: string,
  code: string,
): Promise<{ id: string; verified: true }> => {
  const reply = await askNotification<VerifyAddressReply>(messaging, 'hp.cmd.notification.verifyAddress', {
    tenant: by.tenant,
    operatorId: by.operatorId,
    addressId,
    code,
  });
  if (reply.outcome === 'verified') return { id: addressId, verified: true };
  throw new ProblemError(reply.code, reply.code === 'unknown_enrolment' ? 404 : 422, reply.detail, {
    errors: [{ pointer: '/code', detail: reply.detail }],
  });
};

/** Removes an address; what would go there goes to the others, or to the inbox. @throws ProblemError 404 */
export const removeAddress =
  (deps: SettingsDeps) =>
  async (by: Changer, operatorId: string, addressId: string): Promise<void> => {
    const known = deps.directory.operator(operatorId);
    if (known?.tenant !== by.tenant || !known.addresses.some(address => address.addressId === addressId))
      throw new ProblemError('not_found', 404, 'There is no such address.');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'ChannelAddressDisabled', data: { operatorId, addressId, reason: 'removed', at } },
    ]);
  };

/** Sets where a person is told first; null for everywhere at once. At least one rule must remain. @throws ProblemError 404, 422 */
export const setNotificationRules =
  (deps: SettingsDeps) =>
  async (by: Changer, operatorId: string, rules: NotificationRule[] | null): Promise<{ rules: readonly NotificationRule[] | null }> => {
    const operator = isMember(deps.directory, by.tenant)(operatorId) ? deps.directory.operator(operatorId) : null;
    if (operator === null) throw new ProblemError('not_found', 404, 'There is no such member.');
    const own = new Set(operator.addresses.filter(({ verified }) => verified).map(({ addressId }) => addressId));
    const strange = rules?.findIndex(({ addressId }) => !own.has(addressId)) ?? -1;
    if (strange >= 0) throw refused(`/rules/${strange}/addressId`, 'is none of the verified addresses');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'NotificationRulesSet', data: { operatorId, rules, at } },
    ]);
    return { rules: deps.directory.notificationRules(operatorId) };
  };

/** Sets language and time zone. @throws ProblemError 404, 422 */
export const setProfile =
  (deps: SettingsDeps) =>
  async (by: Changer, operatorId: string, { language, timeZone }: z.output<typeof profileBody>) => {
    if (!isMember(deps.directory, by.tenant)(operatorId)) throw new ProblemError('not_found', 404, 'There is no such member.');
    assertZone(timeZone, '/timeZone');
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) => [
      { type: 'ProfileSet', data: { operatorId, language, timeZone, at } },
    ]);
    return { language, timeZone };
  };

const refused = (pointer: string, detail: string) =>
  new ProblemError('invalid_address', 422, `The address cannot be used: ${detail}.`, { errors: [{ pointer, detail }] });
