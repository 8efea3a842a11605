import type { AlertChannel } from '@holdpoint/contracts';
import type { ChannelConnection, Directory } from '@holdpoint/directory';
import type { Logger } from '@holdpoint/service-kit';
import type { Channel, OpenChannel, OpenOptions } from './channels/channel.ts';
import { CHANNELS } from './channels/registry.ts';

/** The channels that are set up, each opened when it is first needed. */
export type Channels = {
  /** Null when neither the organisation nor this installation has set it up, or its settings are none. */
  of(tenant: string, channel: AlertChannel): OpenChannel | null;
  /** What the channel's folder says of it. */
  describe(channel: AlertChannel): Channel;
  /** The address in its canonical form; null when the channel is not set up for the organisation or the address cannot be one. */
  normalise(tenant: string, channel: AlertChannel, address: string): string | null;
  /** Whether this installation brings it for organisations without their own. */
  isInstalled(channel: AlertChannel): boolean;
  close(): Promise<void>;
};

type Deps = {
  directory: Pick<Directory, 'channelConnection'>;
  logger: Pick<Logger, 'warn'>;
  http: OpenOptions['http'];
  nowMs: OpenOptions['nowMs'];
  /** Base URL under which providers and links reach this service, without a trailing slash. */
  publicUrl: () => string;
  /** Configurations of this installation, for organisations without their own. */
  installed: ReadonlyMap<AlertChannel, unknown>;
};

/** Stands in the hook address of channels that come with the installation: nothing calls back there. */
const NO_HOOK = 'none';

export const hookUrlOf = (publicUrl: string, { channel, hookId }: Pick<ChannelConnection, 'channel' | 'hookId'>): string =>
  `${publicUrl}/channels/${channel}/${hookId}`;

export const openChannels = (deps: Deps): Channels => {
  const byId = new Map(CHANNELS.map(channel => [channel.id, channel]));
  const open = new Map<string, { connection: ChannelConnection | null; channel: OpenChannel | null }>();

  const openOne = (id: AlertChannel, connection: ChannelConnection | null): OpenChannel | null => {
    const channel = byId.get(id);
    const config = connection === null ? deps.installed.get(id) : connection.config;
    if (channel === undefined || config === undefined) return null;
    try {
      const parsed = channel.config.parse(config);
      const hookUrl = hookUrlOf(deps.publicUrl(), connection ?? { channel: id, hookId: NO_HOOK });
      return channel.open(parsed, { http: deps.http, nowMs: deps.nowMs, hookUrl });
    } catch {
      // What is wrong with it may quote a credential; saving it said what was wrong.
      deps.logger.warn({ channel: id }, "the channel's settings cannot be used; save them again");
      return null;
    }
  };

  const of: Channels['of'] = (tenant, id) => {
    const connection = deps.directory.channelConnection(tenant, id);
    const key = connection === null ? id : `${tenant}/${id}`;
    const known = open.get(key);
    if (known !== undefined && known.connection === connection) return known.channel;
    const channel = openOne(id, connection);
    open.set(key, { connection, channel });
    void known?.channel?.close();
    return channel;
  };
  return {
    of,
    describe: id => {
      const channel = byId.get(id);
      if (channel === undefined) throw new Error(`there is no channel ${id}`);
      return channel;
    },
    isInstalled: id => deps.installed.has(id),
    normalise: (tenant, id, address) => (of(tenant, id) === null ? null : (byId.get(id)?.normaliseAddress(address) ?? null)),
    close: async () => {
      await Promise.all([...open.values()].map(({ channel }) => channel?.close()));
      open.clear();
    },
  };
};
