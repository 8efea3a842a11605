import type { MasterKey } from '@holdpoint/sealing';
import { appendLine } from './append-line.ts';
import { appender } from './append.ts';
import { connectClient } from './connect-client.ts';
import { openDataKeys } from './data-keys.ts';
import { handler } from './handle.ts';
import { openKeyBlocks } from './key-blocks.ts';
import { loader } from './load.ts';
import type { EventLog, LogLogger, ReplayOptions } from './log-types.ts';
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
  const loadRaw = loader(client);
  const setMaxCount: EventLog['setMaxCount'] = async (stream, maxCount) => void (await client.setStreamMetadata(stream, { maxCount }));
  // Blocks of keys are written and read like everything else, under the master key.
  const blocks = openKeyBlocks({ append: (...args) => append(...args), load: (...args) => load(...args), setMaxCount });
  const keys = openDataKeys({ blocks, masterKey, log: { loadRaw } });
  const append = appender(client, send, keys, recent, appendTimeoutMs);
  const open = eventOpener(masterKey, blocks, recent);
  const load: EventLog['load'] = async (stream, options) => {
    const { events, revision } = await loadRaw(stream, options);
    await keys.fetchFor(events);
    return { events: events.map(open), revision };
  };
  /** What is delivered can be opened at once. */
  const delivering =
    (onEvents: ReplayOptions['onEvents']): ReplayOptions['onEvents'] =>
    events => {
      const fetching = keys.fetchFor(events);
      return fetching === null ? onEvents(events) : fetching.then(() => onEvents(events));
    };
  return {
    append,
    load,
    loadRaw,
    open,
    handle: handler({ append, load }),
    subscribe: options => {
      const subscription = subscribe(client, recent, tail, { ...options, onEvents: delivering(options.onEvents) }, logger);
      subscriptions.add(subscription);
      const end = async () => {
        subscriptions.delete(subscription);
        await subscription.close();
      };
      return { position: subscription.position, close: end };
    },
    replay: options => replay(client, recent, { ...options, onEvents: delivering(options.onEvents) }),
    fetchKeys: async events => void (await keys.fetchFor(events)),
    destroyKeys: keys.destroyFor,
    setMaxCount,
    ping: pinger(send, appendTimeoutMs),
    close: async () => {
      await Promise.all([...subscriptions].map(subscription => subscription.close()));
      blocks.close();
      await close();
    },
  };
};
