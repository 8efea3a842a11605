import { AGENTS } from '@holdpoint/agents';
import { openEgress } from '@holdpoint/egress';
import { MessagingStrategy } from '@holdpoint/messaging';
import { startNest, type Service } from '@holdpoint/service-kit';
import { BREAKER, openBreakers } from './breaker.ts';
import { readCallbackConfig, type CallbackConfig } from './callback.config.ts';
import { CallbackModule } from './callback.module.ts';
import { openCallbackMetrics } from './metrics.ts';
import { openPlaces } from './places.ts';
import { openDesk } from './take-work.ts';
import { openTurns } from './turns.ts';

/** Tells apps what was decided and lets paused runs go on. */
export const callback: Service<CallbackConfig> = {
  name: 'callback',
  readConfig: readCallbackConfig,
  start: async (config, parts) => {
    const egress = openEgress({
      allowCidrs: config.HOLDPOINT_EGRESS_ALLOW,
      allowHosts: config.HOLDPOINT_EGRESS_ALLOW_HOSTS,
      denyCidrs: config.HOLDPOINT_EGRESS_DENY,
      publicPorts: config.HOLDPOINT_EGRESS_PORTS,
      denyHosts: [parts.publicUrl, parts.consoleUrl].map(url => new URL(url).hostname).filter(isOwnName),
      denyPorts: [parts.publicUrl, parts.consoleUrl].map(url => Number(new URL(url).port)).filter(port => port > 0),
      // Several endpoints may live on one host; each keeps its own places.
      socketsPerHostMax: 4 * config.CALLBACK_CONCURRENCY_PER_ENDPOINT,
    });
    const desk = openDesk({
      ...parts,
      egress,
      random: Math.random,
      metrics: openCallbackMetrics(),
      places: openPlaces(config.CALLBACK_CONCURRENCY_PER_ENDPOINT),
      breakers: openBreakers({
        failuresMax: config.CALLBACK_BREAKER_FAILURES,
        pauseMs: config.CALLBACK_BREAKER_PAUSE_MS,
        pauseMsMax: BREAKER.pauseMsMax,
      }),
      runTurns: openTurns(),
      callbackScheduleSec: config.CALLBACK_SCHEDULE_SEC,
      resumeScheduleSec: config.RESUME_SCHEDULE_SEC,
      callbackTimeoutMs: config.CALLBACK_TIMEOUT_MS,
      breakerPauseMs: config.CALLBACK_BREAKER_PAUSE_MS,
    });
    const nest = await startNest({
      name: 'callback',
      module: CallbackModule.with(desk, egress),
      parts,
      port: config.CALLBACK_PORT,
      host: config.CALLBACK_HOST,
      strategy: new MessagingStrategy(parts.messaging),
    });
    const stopWarming = warmWhenNeeded(parts);
    return {
      port: nest.port,
      close: async () => {
        stopWarming();
        await nest.close();
        await desk.drain();
        egress.close();
      },
    };
  },
};

/** Our public name must not be called back, loopback names excepted: on a developer's machine apps live there too. */
const isOwnName = (hostname: string): boolean => !/^(localhost|127\.|\[)/.test(hostname);

/** Loads agents' SDKs as soon as any organisation has a connection, so that the first resume does not wait for the import. */
const warmWhenNeeded = ({ directory, logger }: Parameters<typeof callback.start>[1]): (() => void) => {
  let warmed = false;
  const look = () => {
    if (warmed || !directory.organizations().some(({ organizationId }) => directory.list('connections', organizationId).length > 0)) return;
    warmed = true;
    for (const agent of AGENTS)
      agent.warm().catch((error: unknown) => logger.error({ err: error, agent: agent.id }, 'the SDK could not be loaded'));
  };
  look();
  return directory.onChange(look);
};
