import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LIMITS } from '@holdpoint/contracts';
import type { FastifyInstance } from 'fastify';
import { readinessOf, serveHealth } from './health.ts';
import { closeGently, countInFlight } from './close-gently.ts';
import { createHttpServer, rememberRoutes } from './http-server.ts';
import { nestLoggerOn } from './log.ts';
import { collectProcessMetrics } from './metrics.ts';
import { ProblemFilter } from './problem-filter.ts';
import type { RunningService, ServiceParts } from './service.ts';

export type NestOptions = {
  /** The service's name, as in its metrics. */
  name: string;
  module: Type | DynamicModule;
  parts: Pick<ServiceParts, 'eventLog' | 'messaging' | 'logger'>;
  /** 0 lets the system choose; null listens on no socket (workers in one process). */
  port: number | null;
  host?: string;
  /** A Nest transport strategy, for example `new MessagingStrategy(messaging)`: its `@EventPattern` and `@MessagePattern` handlers start with the app. */
  strategy?: object;
  /** Largest body, bytes; default 1 MiB. Applied while the body arrives. */
  bodyBytesMax?: number;
  /** Media types of bodies; default JSON only. */
  contentTypes?: readonly string[];
  /** Runs before Nest adds its routes: for plain Fastify routes and hooks. */
  configureFastify?: (server: FastifyInstance) => void | Promise<void>;
};

export type RunningNest = RunningService & { app: NestFastifyApplication; url: string | null };

/**
 * Builds a Nest application on Fastify and starts it. Bodies reach controllers as the raw `Buffer` in `request.body`; errors leave as
 * problem documents; `/healthz`, `/readyz` and `/metrics` are there. `close` stops accepting, lets running requests and handlers
 * finish, and runs the module's shutdown hooks (`OnModuleDestroy` comes before the sockets close: free waiters there).
 * @throws when the port is taken or a provider cannot be built
 */
export const startNest = async (options: NestOptions): Promise<RunningNest> => {
  const { parts, name } = options;
  collectProcessMetrics();
  const server = createHttpServer({
    service: name,
    bodyBytesMax: options.bodyBytesMax ?? LIMITS.bodyBytesMax,
    contentTypes: options.contentTypes ?? ['application/json'],
  });
  const inFlight = countInFlight(server.server);
  const allowedMethods = rememberRoutes(server);
  serveHealth(server, readinessOf(parts));
  await options.configureFastify?.(server);

  // Nest would register middie for Express middleware; nothing here uses any, and its hook would run on every request.
  const adapter = new FastifyAdapter(Object.assign(server, { skipMiddie: true }) as never);
  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    bodyParser: false,
    logger: nestLoggerOn(parts.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(parts.logger, allowedMethods));
  if (options.strategy) {
    app.connectMicroservice({ strategy: options.strategy }, { inheritAppConfig: false });
    await app.startAllMicroservices();
  }
  if (options.port === null) await app.init();
  else await app.listen(options.port, options.host ?? '127.0.0.1');
  const address = options.port === null ? null : server.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : null;
  return {
    app,
    port,
    url: port === null ? null : `http://${options.host ?? '127.0.0.1'}:${port}`,
    close: () => closeGently(app, server.server, inFlight),
  };
};
