import { openEgress } from '@holdpoint/egress';
import { MessagingStrategy } from '@holdpoint/messaging';
import { counter, gauge, startNest, type Service } from '@holdpoint/service-kit';
import type { Directory } from '@holdpoint/directory';
import type { LoggedEvent } from '@holdpoint/event-log';
import { accountDeps } from './accounts/account-deps.ts';
import { openAccounts } from './accounts/accounts.ts';
import { guardApi } from './accounts/guard-api.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { providePush } from './bootstrap/provide-push.ts';
import { readConsoleConfig, type ConsoleConfig } from './console.config.ts';
import { ConsoleModule } from './console.module.ts';
import { openLiveClients, type LiveClients } from './live/live-clients.ts';
import { isChange, liveEventOf } from './read-model/changes.ts';
import { openReadModels } from './read-model/open-read-model.ts';
import { runProjections } from './read-model/run-projections.ts';
import { eraseDueRegularly } from './retention/erase-due.ts';
import { expirePushDaily } from './settings/expire-push.ts';
import { setSecurityHeaders } from './web-app/security-headers.ts';
import { findWebApp, serveWebApp } from './web-app/serve-web.ts';

/** The console: operators' API and web app, accounts, read models; on an empty log it sets up the first organisation. */
export const consoleService: Service<ConsoleConfig> = {
  name: 'console',
  readConfig: readConsoleConfig,
  start: async (config, parts) => {
    const { eventLog, messaging, directory, logger, now, dataDir, consoleUrl, publicUrl } = parts;
    const consoleOrigin = new URL(consoleUrl).origin;
    const accounts = await openAccounts(dataDir, now, parts.keyFor('second factors of the console'));
    await bootstrap({
      eventLog,
      directory,
      accounts,
      logger,
      now,
      dataDir,
      consoleUrl,
      ownerEmail: config.HOLDPOINT_OWNER_EMAIL,
      organizationName: config.HOLDPOINT_ORGANIZATION_NAME,
      ingestUrl: publicUrl,
    });
    const egress = openEgress({ allowCidrs: config.HOLDPOINT_EGRESS_ALLOW });
    await providePush({ eventLog, directory, now, consoleUrl });
    const stopExpiring = expirePushDaily({ eventLog, directory, now }, logger);
    const models = await openReadModels(dataDir, event => eventLog.open(event), config.CONSOLE_DATABASE_URL);
    const liveClients = openLiveClients();
    const run = runProjections({
      eventLog,
      models,
      logger,
      onApplied: events => {
        applied.inc(events.length);
        tell(liveClients, events);
      },
    });
    const stopErasing = eraseDueRegularly(
      { messaging, directory, models, now, logger },
      { everySec: config.RETENTION_SWEEP_SEC, caughtUp: run.caughtUp },
    );
    const stopTelling = tellOfSettings(directory, liveClients);
    gauge('holdpoint_console_live_streams', 'Browsers that listen for changes', [], metric => metric.set(liveClients.count()));
    gauge('holdpoint_console_read_model_failing', '1 while the read model cannot be written', [], metric =>
      metric.set(run.failure() === null ? 0 : 1),
    );
    const webApp = config.CONSOLE_WEB_FOLDER ?? findWebApp(import.meta.dirname);
    if (webApp === null) logger.warn('the web app is not built: run `npm run bundle`; the API works without it');
    const nest = await startNest({
      name: 'console',
      module: ConsoleModule.with({
        accountDeps: accountDeps({ ...parts, accounts, callOut: egress.fetchFor({ timeoutMs: CALL_OUT_MS }) }),
        consoleOrigin,
        directory,
        eventLog,
        liveClients,
        logger,
        messaging,
        models,
        now,
        publicUrl,
      }),
      parts,
      port: config.CONSOLE_PORT,
      host: config.CONSOLE_HOST,
      strategy: new MessagingStrategy(messaging),
      configureFastify: async server => {
        setSecurityHeaders(server, consoleOrigin.startsWith('https:'));
        guardApi(server, { accounts, directory, consoleOrigin });
        await serveWebApp(server, webApp);
      },
    });
    return {
      port: nest.port,
      close: async () => {
        // Live streams never end by themselves; without this the server would wait for them.
        stopExpiring();
        stopErasing();
        stopTelling();
        liveClients.close();
        await nest.close();
        await run.close();
        await models.close();
        egress.close();
        await accounts.close();
      },
    };
  },
};

const applied = counter('holdpoint_console_events_applied_total', 'Events folded into the read model');

/** How long an identity provider may take to answer, ms. */
const CALL_OUT_MS = 10_000;

/** Settings that change together, as grants do while they are used, are told of once in this long, ms. */
const SETTINGS_GATHER_MS = 200;

/** Tells browsers that settings may be others now: what they are, each asks with its own rights. @returns a function that stops it */
const tellOfSettings = (directory: Directory, clients: LiveClients): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const stop = directory.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      clients.settingsChanged();
    }, SETTINGS_GATHER_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
};

/** Tells every browser of a tenant what its read model now has. */
const tell = (clients: LiveClients, events: readonly LoggedEvent[]): void => {
  if (clients.count() === 0) return;
  const byTenant = Map.groupBy(events.filter(isChange), event => event.metadata.tenant);
  for (const [tenant, changed] of byTenant) clients.publish(tenant, changed.map(liveEventOf));
};
