import { createSecretKey } from 'node:crypto';
import type { VerifyAddressCommand } from '@holdpoint/contracts';
import { openEgress } from '@holdpoint/egress';
import { MessagingStrategy } from '@holdpoint/messaging';
import { counter, startNest, type Service, type ServiceParts } from '@holdpoint/service-kit';
import { openBuckets } from './buckets.ts';
import { openChannelCommands } from './channel-commands.ts';
import { openProviderHttp } from './channels/provider-http.ts';
import { openDigests } from './digests.ts';
import { HANDLES_PURPOSE } from './handles.ts';
import { readNotificationConfig, type NotificationConfig } from './notification.config.ts';
import { NotificationModule } from './notification.module.ts';
import { openOffered } from './offered.ts';
import { openChannels } from './open-channels.ts';
import { sendAccountMail } from './send-message.ts';
import { openPauses } from './pauses.ts';
import { openAsked } from './recipients.ts';
import { openActionPages } from './replies/action-page.ts';
import { openConfirmPages } from './replies/confirm-page.ts';
import { verifyAddress } from './replies/enrol.ts';
import type { ReplyDeps } from './replies/reply-deps.ts';
import { openSessionAnswers } from './replies/session-answers.ts';
import { openHooks, type Hooks } from './replies/take-inbound.ts';
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
    const hooks = openHooks(deps);
    const nest = await startNest({
      name: 'notification',
      module: NotificationModule.with({
        desk,
        accountMail: mail => sendAccountMail(deps, mail),
        commands: openChannelCommands(deps, http),
        ...openReplies(deps, hooks),
      }),
      parts,
      port: config.NOTIFICATION_PORT,
      host: config.NOTIFICATION_HOST,
      strategy: new MessagingStrategy(parts.messaging),
      bodyBytesMax: HOOK_BYTES_MAX,
      // Providers send JSON, forms and whole mails; each channel reads its own.
      contentTypes: ['*'],
    });
    // Where the system chose the port, it is known only now.
    if (config.NOTIFICATION_PUBLIC_URL === undefined && nest.url !== null) deps.publicUrl = nest.url;
    return {
      port: nest.port,
      close: async () => {
        await nest.close();
        await hooks.drain();
        await desk.drain();
        await deps.codes.close();
        await deps.channels.close();
        egress.close();
      },
    };
  },
};

/** Largest call of a provider, bytes: an answer by mail with what it quotes, or a batch of receipts. */
const HOOK_BYTES_MAX = 262_144;

/** What comes back from where people were reached. */
const openReplies = (deps: ReplyDeps, hooks: Hooks) => ({
  hooks,
  pages: { actions: openActionPages(deps), confirm: openConfirmPages(deps), publicUrl: () => deps.publicUrl },
  sessionAnswers: openSessionAnswers(deps),
  verifyAddress: (command: VerifyAddressCommand) => verifyAddress(deps, command),
});

const open = (config: NotificationConfig, parts: ServiceParts, http: ReturnType<typeof openProviderHttp>): ReplyDeps => {
  const { eventLog, directory, messaging, now, logger } = parts;
  const replies = counter('holdpoint_channel_replies_total', 'What came in from channels, by what became of it', ['channel', 'outcome']);
  const alerts = counter('holdpoint_alerts_total', 'Alerts by channel and outcome', ['channel', 'outcome']);
  const publicUrl = config.NOTIFICATION_PUBLIC_URL ?? `http://127.0.0.1:${config.NOTIFICATION_PORT}`;
  const nowMs = () => Date.parse(now());
  const channels = openChannels({ directory, logger, http, nowMs, publicUrl: () => deps.publicUrl, installed: config.installed });
  const handleKey = createSecretKey(parts.keyFor(HANDLES_PURPOSE));
  const deps: ReplyDeps = {
    eventLog,
    messaging,
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
    offered: openOffered(nowMs),
    handleKey,
    random: Math.random,
    count: (channel, outcome) => alerts.inc({ channel, outcome }),
    countReply: (channel, outcome) => replies.inc({ channel, outcome }),
  };
  return deps;
};
