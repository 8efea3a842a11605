import { connect, type ConnectionOptions, type NatsConnection } from 'nats';
import { BrokerUnreachable } from './errors.ts';

/** First wait for a broker that starts together with us, ms. */
const CONNECT_MS = 10_000;
const CONNECT_RETRY_MS = 150;
/** Waits between reconnects, ms: short, because work stands still without the bell, with jitter against a stampede. */
const RECONNECT_MS = 100;
const RECONNECT_JITTER_MS = 100;
/** Two missed pings in a row mean a dead connection (a half-open socket gives no other sign), ms. */
const PING_MS = 5_000;

/** Connects, retrying for `connectTimeoutMs`; afterwards the client reconnects for ever. Throws {@link BrokerUnreachable}. */
export const connectNats = async (options: { servers: string; name: string; connectTimeoutMs?: number }): Promise<NatsConnection> => {
  const target = parseServers(options.servers);
  const deadlineMs = performance.now() + (options.connectTimeoutMs ?? CONNECT_MS);
  for (;;) {
    try {
      return await connect({
        ...target,
        name: options.name,
        timeout: 2_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        reconnectJitter: RECONNECT_JITTER_MS,
        pingInterval: PING_MS,
        maxPingOut: 2,
        // A stack captured for every request costs more than the request.
        noAsyncTraces: true,
        // Live messages and requests reach this process's own listeners directly; from the broker they would come a second time.
        noEcho: true,
      });
    } catch (error) {
      if (performance.now() >= deadlineMs)
        throw new BrokerUnreachable((target.servers as string[]).join(', '), String((error as Error).message));
      await new Promise(resolve => setTimeout(resolve, CONNECT_RETRY_MS));
    }
  }
};

/**
 * `nats://user:password@host:4222,tls://other:4222` → what the client wants: hosts without credentials, so that no log and no error
 * can show them, and the credentials of the first URL that has some (a lone user name is a token).
 */
export const parseServers = (servers: string): ConnectionOptions => {
  const urls = servers.split(',').map(text => new URL(text.includes('://') ? text.trim() : `nats://${text.trim()}`));
  const secret = urls.find(url => url.username !== '');
  const user = secret && decodeURIComponent(secret.username);
  return {
    servers: urls.map(url => url.host),
    ...(urls.some(url => url.protocol === 'tls:') && { tls: {} }),
    ...(secret && user && (secret.password === '' ? { token: user } : { user, pass: decodeURIComponent(secret.password) })),
  };
};
