import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDirectory, type Directory } from '@holdpoint/directory';
import { openEventLog, type EventLog } from '@holdpoint/event-log';
import { connectMessaging, type Messaging, type MessagingLog } from '@holdpoint/messaging';
import { openMasterKey } from '@holdpoint/sealing';
import { openLogger, type Logger } from './log.ts';
import type { PartsConfig } from './parts.config.ts';
import type { ServiceParts } from './service.ts';

/** Where the keys of an installation lie inside its data folder. */
export const keyFiles = (dataDir: string): { master: string; receipt: string } => ({
  master: join(dataDir, 'keys', 'master.key'),
  receipt: join(dataDir, 'keys', 'receipt-ed25519.pem'),
});

let clockMs = Number.NaN;
let clockText = '';
/** The clock of every service: RFC 3339 in UTC with milliseconds. Written once per millisecond: under load it is asked dozens of times in one. */
export const systemClock = (): string => {
  const nowMs = Date.now();
  if (nowMs === clockMs) return clockText;
  clockMs = nowMs;
  return (clockText = new Date(nowMs).toISOString());
};

export type OpenParts = ServiceParts & { close(): Promise<void> };

/**
 * Opens what a process shares between its services: master key, event log, broker and directory (caught up with the log). The data
 * folder and the master key are created when they are absent.
 * @returns the parts, and `close`, which releases them in the reverse order
 * @throws LogUnavailable, the broker's error or an error of the file system; what was already open is closed again
 */
export const openParts = async (config: PartsConfig, options: { name: string; logger?: Logger }): Promise<OpenParts> => {
  const logger = options.logger ?? openLogger({ name: options.name, level: config.LOG_LEVEL });
  const dataDir = resolve(config.HOLDPOINT_DATA);
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  const masterKey = openMasterKey(
    config.HOLDPOINT_MASTER_KEY
      ? { base64: config.HOLDPOINT_MASTER_KEY }
      : { file: config.HOLDPOINT_MASTER_KEY_FILE ?? keyFiles(dataDir).master },
  );
  const opened: (() => unknown)[] = [];
  const close = async () => {
    for (const release of opened.splice(0).reverse()) await release();
  };
  try {
    const eventLog: EventLog = openEventLog({
      connectionString: config.EVENTSTORE_CONNECTION_STRING,
      masterKey,
      appendTimeoutMs: config.HOLDPOINT_APPEND_TIMEOUT_MS,
      logger,
    });
    opened.push(() => eventLog.close());
    const directory: Directory = await openDirectory(eventLog);
    opened.push(() => directory.close());
    const brokerLog: MessagingLog = (level, text, fields) => logger[level](fields ?? {}, text);
    const messaging: Messaging = await connectMessaging(
      config.HOLDPOINT_TRANSPORT === 'nats'
        ? { transport: 'nats', servers: config.NATS_URL, key: masterKey, name: options.name, storage: config.NATS_STORAGE, log: brokerLog }
        : { transport: 'inProcess', log: brokerLog },
    );
    opened.push(() => messaging.close());
    return {
      eventLog,
      messaging,
      directory,
      logger,
      now: systemClock,
      keyFor: masterKey.deriveKey,
      dataDir,
      publicUrl: config.HOLDPOINT_PUBLIC_URL,
      consoleUrl: config.HOLDPOINT_CONSOLE_URL,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
