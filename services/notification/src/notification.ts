import { MessagingStrategy } from '@holdpoint/messaging';
import { counter, startNest, type Service } from '@holdpoint/service-kit';
import { CHANNELS } from './channels/registry.ts';
import { readNotificationConfig, type NotificationConfig } from './notification.config.ts';
import { NotificationModule } from './notification.module.ts';
import { openAsked } from './recipients.ts';
import { openDesk } from './take-work.ts';

/** Reaches the people a request waits for. */
export const notification: Service<NotificationConfig> = {
  name: 'notification',
  readConfig: readNotificationConfig,
  start: async (config, parts) => {
    const channels = config.openChannels();
    const missing = CHANNELS.filter(({ id }) => !channels.has(id)).map(({ displayName }) => displayName);
    if (missing.length > 0) parts.logger.info({ missing }, `not set up: ${missing.join(', ')}; those alerts stay in the console's inbox`);
    const alerts = counter('holdpoint_alerts_total', 'Alerts by channel and outcome', ['channel', 'outcome']);
    const asked = openAsked(parts.directory, (channel, address) => channels.get(channel)?.normaliseAddress(address) ?? null);
    const desk = openDesk({
      ...parts,
      channels,
      asked: asked.of,
      random: Math.random,
      count: (channel, outcome) => alerts.inc({ channel, outcome }),
    });
    const nest = await startNest({
      name: 'notification',
      module: NotificationModule.with(desk),
      parts,
      port: config.NOTIFICATION_PORT,
      host: config.NOTIFICATION_HOST,
      strategy: new MessagingStrategy(parts.messaging),
    });
    return {
      port: nest.port,
      close: async () => {
        await nest.close();
        await desk.drain();
        await Promise.all([...channels.values()].map(channel => channel.close()));
      },
    };
  },
};
