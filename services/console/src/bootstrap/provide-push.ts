import { streamOf, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { makeVapidKeys, newId } from '@holdpoint/sealing';

type Deps = {
  eventLog: Pick<EventLog, 'handle'>;
  directory: Pick<Directory, 'organizations' | 'list' | 'channelConnection' | 'atLeast'>;
  now: () => string;
  consoleUrl: string;
};

const ACTOR = 'service:console';

/**
 * Sets notifications of browsers up for every organisation that never had them: they need no account anywhere, only a key pair. Who took the channel
 * away keeps it so. Whom push services may write to about us (RFC 8292 §2.1) is the console where it has a public address, else an owner.
 * @throws LogUnavailable
 */
export const providePush = async (deps: Deps): Promise<void> => {
  const { eventLog, directory, now, consoleUrl } = deps;
  for (const { organizationId: tenant } of directory.organizations()) {
    const subject = subjectOf(deps, tenant, consoleUrl);
    if (subject === null || directory.channelConnection(tenant, 'push') !== null) continue;
    const at = now();
    const config = { ...makeVapidKeys(), subject };
    const hookId = newId('hook').slice('hook_'.length);
    const { position } = await eventLog.handle<boolean, null, SettingsEvent>(
      {
        initial: false,
        evolve: (known, event) => known || saysOfPush(event as RecordedEvent),
        decide: (_command, known) =>
          known ? [] : [{ type: 'ChannelConnected', data: { channel: 'push', hookId, by: ACTOR, at, private: { config } } }],
      },
      streamOf.organization(tenant),
      null,
      { commandId: newId('cmd'), tenant, actor: ACTOR, recordedAt: at },
    );
    if (position !== null) await directory.atLeast(position);
  }
};

const saysOfPush = ({ type, data }: RecordedEvent): boolean =>
  (type === 'ChannelConnected' || type === 'ChannelDisconnected') && data.channel === 'push';

const subjectOf = ({ directory }: Pick<Deps, 'directory'>, tenant: string, consoleUrl: string): string | null => {
  if (consoleUrl.startsWith('https:')) return consoleUrl;
  const owner = directory.list('operators', tenant).find(({ roles }) => roles.includes('owner'));
  return owner === undefined ? null : `mailto:${owner.email}`;
};
