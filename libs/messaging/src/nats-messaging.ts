import type { LiveMessage } from '@holdpoint/contracts';
import { liveSubject } from '@holdpoint/contracts';
import { Events, type NatsConnection } from 'nats';
import { openLeases } from './nats-leases.ts';
import { connectNats } from './nats-connection.ts';
import { openLocalLive } from './local-live.ts';
import { openOutbox } from './nats-outbox.ts';
import { openRequests } from './nats-requests.ts';
import { openWork } from './nats-work.ts';
import { openWire, type Wire, whyUnopened } from './sealed-wire.ts';
import { within } from './within.ts';
import { MESSAGING_LIMITS, type Messaging, type MessagingLog, type MessagingOptions } from './messaging.ts';

type NatsOptions = Omit<Extract<MessagingOptions, { transport: 'nats' }>, 'transport'>;

/** How long `close` waits for running handlers and the last bytes, ms: below the grace period of a stopping container. */
const CLOSE_MS_MAX = 10_000;

/** Messaging over NATS: JetStream for work, its key-value store for leases, core NATS for requests and live messages. */
export const openNatsMessaging = async (options: NatsOptions): Promise<Messaging> => {
  const limits = { ...MESSAGING_LIMITS, ...options.limits };
  const log: MessagingLog = options.log ?? (() => undefined);
  const connection = await connectNats(options);
  const resetListeners = new Set<() => void>();
  const tellReset = (): void => {
    for (const listener of resetListeners) listener();
  };
  const store = { storage: options.storage ?? 'memory', replicas: options.replicas ?? 1 };
  const outbox = openOutbox(connection);
  const wire = openWire(options.key);
  const work = await openWork(connection, {
    ...store,
    outbox,
    wire,
    limits,
    log,
    handOver: options.handOver ?? true,
    onStoreLost: tellReset,
  });
  const leases = openLeases(connection, store, log);
  const requests = openRequests(connection, wire, log);
  const live = openLocalLive();
  let connected = true;

  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) {
        connected = false;
        work.disconnected();
        log('warn', 'lost the connection to the broker; reconnecting');
      } else if (status.type === Events.Reconnect) {
        connected = true;
        log('info', 'the broker is back');
        await work.reconnected();
        tellReset();
      }
    }
  };
  // Ends with the process: the client leaves the iterator open when the connection is closed.
  void follow();
  const parts = new Set<{ close(): Promise<void> }>();
  const closing = <T extends { close(): Promise<void> }>(part: T): T => {
    parts.add(part);
    return part;
  };

  return {
    publishWork: work.publish,
    consumeWork: (worker, handler) => closing(work.consume(worker, handler)),
    parkedBatches: work.parked,
    request: requests.request,
    respond: (subject, queue, handler) => closing(requests.respond(subject, queue, handler)),
    publishLive: (tenant, message) => {
      live.publish(tenant, message);
      const subject = liveSubject(tenant);
      if (connected) outbox.send(subject, wire.seal(JSON.stringify(message), { kind: 'live', subject }));
    },
    subscribeLive: (tenant, handler) => {
      const parts = [live.subscribe(tenant, handler), subscribeLive(connection, wire, tenant, handler, log)];
      return { close: () => parts.forEach(part => part.close()) };
    },
    lease: leases.acquire,
    onReset: listener => {
      resetListeners.add(listener);
      return () => void resetListeners.delete(listener);
    },
    status: () => ({ transport: 'nats', connected: connected && !connection.isClosed() }),
    close: async () => {
      resetListeners.clear();
      leases.abandon();
      await within(CLOSE_MS_MAX, Promise.all(Array.from(parts, part => part.close())));
      work.close();
      outbox.flush();
      await within(CLOSE_MS_MAX, connection.isClosed() || !connected ? connection.close() : connection.drain());
      await within(CLOSE_MS_MAX, connection.close());
    },
  };
};

/** What other processes tell: the connection does not echo what this one publishes (see `connectNats`). */
const subscribeLive = (
  connection: NatsConnection,
  wire: Wire,
  tenant: string,
  handler: (message: LiveMessage, tenant: string) => void,
  log: MessagingLog,
): { close(): void } => {
  const stem = liveSubject('').length;
  const subscription = connection.subscribe(liveSubject(tenant), {
    callback: (error, message) => {
      if (error) return log('error', 'a live subscription ended', { error: error.message });
      let told: LiveMessage;
      try {
        told = wire.open<LiveMessage>(message.string(), { kind: 'live', subject: message.subject });
      } catch (unopened) {
        return log('error', `a live message on ${message.subject} is left out`, { error: whyUnopened(unopened) ?? String(unopened) });
      }
      handler(told, message.subject.slice(stem));
    },
  });
  return { close: () => subscription.unsubscribe() };
};
