import type { EventLog } from '@holdpoint/event-log';
import type { Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import type { Logger } from './log.ts';

/** What every service is given. One set per process: in all-in-one mode all services share it. */
export type ServiceParts = {
  eventLog: EventLog;
  messaging: Messaging;
  directory: Directory;
  logger: Logger;
  /** The clock, RFC 3339 in UTC with milliseconds. Decisions never read another one. */
  now: () => string;
  /** 32 bytes for one purpose, derived from the master key: see `MasterKey.deriveKey`. */
  keyFor: (purpose: string) => Buffer;
  /** Folder that holds keys, the embedded databases and credentials. */
  dataDir: string;
  /** Base URL under which agents reach ingest, without a trailing slash. */
  publicUrl: string;
  /** Base URL of the console, without a trailing slash. */
  consoleUrl: string;
};

/** A service that has started. `port` is null when it listens on no socket. */
export type RunningService = { port: number | null; close(): Promise<void> };

/** A deployable: reads its configuration, then runs on parts that someone else opened and will close. */
export type Service<Config = unknown> = {
  name: string;
  /** @throws ConfigError naming every variable that is wrong. */
  readConfig(env: NodeJS.ProcessEnv): Config;
  start(config: Config, parts: ServiceParts): Promise<RunningService>;
};
