import { ConfigError, readConfig, variable } from '@holdpoint/service-kit';
import type { AlertChannel } from '@holdpoint/contracts';
import { z } from 'zod';
import type { OpenChannel } from './channels/channel.ts';
import { CHANNELS } from './channels/registry.ts';

export const notificationSchema = z.object({
  NOTIFICATION_PORT: variable.port(7072),
  NOTIFICATION_HOST: variable.host(),
  ...(Object.assign({}, ...CHANNELS.map(channel => channel.variables)) as z.ZodRawShape),
});
type Variables = { NOTIFICATION_PORT: number; NOTIFICATION_HOST: string } & Record<string, unknown>;
export type NotificationConfig = Pick<Variables, 'NOTIFICATION_PORT' | 'NOTIFICATION_HOST'> & {
  /** Opens the channels that are set up. */
  openChannels(): Map<AlertChannel, OpenChannel>;
};

/** Reads the service's variables and every channel's own. @throws ConfigError */
export const readNotificationConfig = (env: NodeJS.ProcessEnv): NotificationConfig => {
  const variables = readConfig(notificationSchema, env) as Variables;
  const openChannels = () => {
    const open = new Map<AlertChannel, OpenChannel>();
    for (const channel of CHANNELS) {
      const opened = channel.open(variables);
      if (opened !== null) open.set(channel.id, opened);
    }
    return open;
  };
  try {
    // Opened once to check settings that depend on each other; nothing connects before the first alert.
    for (const channel of openChannels().values()) void channel.close();
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError([error.message]);
    throw error;
  }
  return { NOTIFICATION_PORT: variables.NOTIFICATION_PORT, NOTIFICATION_HOST: variables.NOTIFICATION_HOST, openChannels };
};
