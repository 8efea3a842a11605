import { openEgress } from '@holdpoint/egress';
import { MessagingStrategy } from '@holdpoint/messaging';
import { counter, startNest, type Service, type ServiceParts } from '@holdpoint/service-kit';
import { openBuckets } from './buckets.ts';
import { openChannelCommands } from './channel-commands.ts';
import { openProviderHttp } from './channels/provider-http.ts';
import type { Deps } from './deps.ts';
import { openDigests } from './digests.ts';
import { HANDLES_PURPOSE } from './handles.ts';
import { readNotificationConfig, type NotificationConfig } from './notification.config.ts';
import { NotificationModule } from './notification.module.ts';
import { openChannels } from './open-channels.ts';
import { openPauses } from './pauses.ts';
import { openAsked } from './recipients.ts';
import { openCodes } from './reply-codes.ts';
import { openSpending } from './spend.ts';
import { openDesk } from './take-work.ts';

/** Reaches the people a request waits for, and takes what they answer from where they were reached. */
export const notification: Service<NotificationConfig> = {
  name: 'notification',
  readConfig: readNotificationConfig,
  start: async (config, parts) => {
    if (config.installed.size === 0)
      parts.logger.info({}, 'no mail server is set up: e-mail alerts of organisations without their own stay in the inbox');
    const egress = openEgress({ allowCidrs: config.HOLDPOINT_EGRESS_ALLOW });
    const http = openProviderHttp(egress);
    const deps = open(config, parts, http);
    const desk = openDesk(deps);
    const nest = await startNest({
      name: 'notification',
      module: NotificationModule.with({ desk, commands: openChannelCommands(deps, http) }),
      parts,
      port: config.NOTIFICATION_PORT,
      host: config.NOTIFICATION_HOST,
      strategy: new MessagingStrategy(parts.messaging),
    });
    // Where the system chose the port, it is known only now.
    if (config.NOTIFICATION_PUBLIC_URL === undefined && nest.url !== null) deps.publicUrl = nest.url;
    return {
      port: nest.port,
      close: async () => {
        await nest.close();
        await desk.drain();
        await deps.codes.close();
        await deps.channels.close();
        egress.close();
      },
    };
  },
};

const open = (config: NotificationConfig, parts: ServiceParts, http: ReturnType<typeof openProviderHttp>): Deps => {
  const { eventLog, directory, now, logger } = parts;
  const alerts = counter('holdpoint_alerts_total', 'Alerts by channel and outcome', ['channel', 'outcome']);
  const publicUrl = config.NOTIFICATION_PUBLIC_URL ?? `http://127.0.0.1:${config.NOTIFICATION_PORT}`;
  const nowMs = () => Date.parse(now());
  const channels = openChannels({ directory, logger, http, nowMs, publicUrl: () => deps.publicUrl, installed: config.installed });
  const handleKey = parts.keyFor(HANDLES_PURPOSE);
  const deps: Deps = {
    eventLog,
    directory,
    logger,
    now,
    consoleUrl: parts.consoleUrl,
    publicUrl,
    channels,
    asked: openAsked(directory, channels.normalise).of,
    buckets: openBuckets(nowMs),
    pauses: openPauses(nowMs),
    spending: openSpending(eventLog, now),
    digests: openDigests(() => deps),
    codes: openCodes({ eventLog, key: handleKey, logger }),
    handleKey,
    random: Math.random,
    count: (channel, outcome) => alerts.inc({ channel, outcome }),
  };
  return deps;
};
