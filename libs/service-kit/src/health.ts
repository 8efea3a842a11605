import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import type { FastifyInstance } from 'fastify';
import { registry } from './metrics.ts';

/** Longest wait for the log's answer before it counts as unready, milliseconds. */
const PING_MS_MAX = 2_000;
/** How long one answer of the log serves further probes, milliseconds: probes of several kinds must not add load. */
const PING_KEPT_MS = 1_000;

export type Readiness = { ready: boolean; eventLog: 'ok' | string; broker: { transport: string; connected: boolean } };

/**
 * Whether this process can do its work: it is ready when the event log takes appends. The broker's state is reported but does not
 * count, since without it work is delayed, not lost.
 * @returns a function that answers within {@link PING_MS_MAX} and never rejects
 */
export const readinessOf = (parts: {
  eventLog: Pick<EventLog, 'ping'>;
  messaging: Pick<Messaging, 'status'>;
}): (() => Promise<Readiness>) => {
  let asked = -Infinity;
  let answer: Promise<string> = Promise.resolve('ok');
  const ping = () => {
    const at = performance.now();
    if (at - asked < PING_KEPT_MS) return answer;
    asked = at;
    answer = withinMs(parts.eventLog.ping(), PING_MS_MAX).then(
      () => 'ok',
      (error: unknown) => (error as { reason?: string }).reason ?? 'unreachable',
    );
    return answer;
  };
  return async () => {
    const eventLog = await ping();
    const { transport, connected } = parts.messaging.status();
    return { ready: eventLog === 'ok', eventLog, broker: { transport, connected } };
  };
};

const withinMs = (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer in time'), { reason: 'timeout' })), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** Adds `/healthz` (the process answers), `/readyz` (it can append; 503 when not) and `/metrics` (Prometheus text). */
export const serveHealth = (server: FastifyInstance, readiness: () => Promise<Readiness>): void => {
  server.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const state = await readiness();
    if (!state.ready) reply.code(503).header('retry-after', '2');
    return reply.header('cache-control', 'no-store').send(state);
  });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
};
