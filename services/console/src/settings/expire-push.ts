import { LIMITS, streamOf, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import type { Address, Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import type { Logger } from '@holdpoint/service-kit';

type Deps = {
  eventLog: Pick<EventLog, 'handle'>;
  directory: Pick<Directory, 'organizations' | 'list' | 'atLeast'>;
  now: () => string;
};

const DAY_MS = 86_400_000;
const ACTOR = 'service:console';

/**
 * Ends subscriptions of browsers that nobody has opened the console in for {@link LIMITS.pushUnusedDaysMax} days: push services say of a browser
 * that is gone what they say of one that is off, so messages about requests would go on to a machine that may be somebody else's by now.
 * @returns how many ended
 * @throws LogUnavailable
 */
export const expirePush = async ({ eventLog, directory, now }: Deps): Promise<number> => {
  let ended = 0;
  const before = new Date(Date.parse(now()) - LIMITS.pushUnusedDaysMax * DAY_MS).toISOString();
  for (const { organizationId: tenant } of directory.organizations())
    for (const { operatorId, addresses } of directory.list('operators', tenant))
      for (const { addressId } of addresses.filter(address => isUnused(address, before))) {
        const at = now();
        const { events, position } = await eventLog.handle<boolean, null, SettingsEvent>(
          {
            initial: false,
            evolve: (there, event) => isThere(there, event as RecordedEvent, addressId, before),
            decide: (_command, there) =>
              there ? [{ type: 'ChannelAddressDisabled', data: { operatorId, addressId, reason: 'unused', at } }] : [],
          },
          streamOf.operator(operatorId),
          null,
          { commandId: newId('cmd'), tenant, actor: ACTOR, recordedAt: at },
        );
        if (position !== null) await directory.atLeast(position);
        ended += events.length;
      }
  return ended;
};

const isUnused = ({ channel, verified, verifiedAt, usedAt }: Address, before: string): boolean =>
  channel === 'push' && verified && (usedAt ?? verifiedAt ?? '') < before;

/** By the stream itself, so that a browser that says it is there in the same moment stays, and two consoles end it once. */
const isThere = (there: boolean, event: RecordedEvent, addressId: string, before: string): boolean => {
  switch (event.type) {
    case 'ChannelAddressVerified':
    case 'ChannelAddressUsed':
      return event.data.addressId === addressId ? event.data.at < before : there;
    case 'ChannelAddressDisabled':
      return event.data.addressId === addressId ? false : there;
    case 'MemberRemoved':
      return false;
    default:
      return there;
  }
};

/** Does that now and once a day. @returns a function that stops it */
export const expirePushDaily = (deps: Deps, logger: Pick<Logger, 'warn'>): (() => void) => {
  const sweep = () =>
    void expirePush(deps).catch((error: unknown) =>
      logger.warn({ err: error }, 'unused notifications of browsers were not ended; tomorrow again'),
    );
  const timer = setInterval(sweep, DAY_MS);
  timer.unref();
  sweep();
  return () => clearInterval(timer);
};
