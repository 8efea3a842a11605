import type { MasterKey } from '@holdpoint/sealing';
import { appendLine } from './append-line.ts';
import { appender } from './append.ts';
import { connectClient } from './connect-client.ts';
import { handler } from './handle.ts';
import { loader } from './load.ts';
import type { EventLog, LogLogger } from './log-types.ts';
import { eventOpener } from './open-event.ts';
import { pinger } from './ping.ts';
import { recentEvents } from './recent-events.ts';
import { replay } from './replay.ts';
import { subscribe } from './subscribe.ts';
import { openTail } from './tail.ts';

export type EventLogOptions = {
  /** `esdb://…` of an EventStoreDB, KurrentDB or the embedded event store. */
  connectionString: string;
  masterKey: MasterKey;
  /** Longest wait for the outcome of an append, milliseconds, retries and reading back included. */
  appendTimeoutMs?: number;
  logger?: LogLogger;
};

const APPEND_TIMEOUT_MS = 5_000;
const SILENT: LogLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Opens the event log. It connects with the first call, so it succeeds while the store is still starting.
 * @throws LogMisused for a second log in one process, or a connection string that turns a guard off
 */
export const openEventLog = ({
  connectionString,
  masterKey,
  appendTimeoutMs = APPEND_TIMEOUT_MS,
  logger = SILENT,
}: EventLogOptions): EventLog => {
  const { client, close } = connectClient(connectionString);
  const subscriptions = new Set<{ close(): Promise<void> }>();
  const recent = recentEvents();
  const tail = openTail(client, recent);
  const send = appendLine(client);
  const append = appender(client, send, masterKey, recent, appendTimeoutMs);
  const open = eventOpener(masterKey, recent);
  const loadRaw = loader(client);
  const load: EventLog['load'] = async (stream, options) => {
    const { events, revision } = await loadRaw(stream, options);
    return { events: events.map(open), revision };
  };
  return {
    append,
    load,
    loadRaw,
    open,
    handle: handler({ append, load }),
    subscribe: options => {
      const subscription = subscribe(client, recent, tail, options, logger);
      subscriptions.add(subscription);
      const end = async () => {
        subscriptions.delete(subscription);
        await subscription.close();
      };
      return { position: subscription.position, close: end };
    },
    replay: options => replay(client, recent, options),
    setMaxCount: async (stream, maxCount) => void (await client.setStreamMetadata(stream, { maxCount })),
    ping: pinger(send, appendTimeoutMs),
    close: async () => {
      await Promise.all([...subscriptions].map(subscription => subscription.close()));
      await close();
    },
  };
};
