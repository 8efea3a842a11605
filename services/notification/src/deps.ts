import type { AlertChannel } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { OpenChannel } from './channels/channel.ts';
import type { AskedLookup } from './recipients.ts';

/** What the verbs of this service need. */
export type Deps = {
  eventLog: EventLog;
  directory: Pick<Directory, 'operator' | 'organization' | 'quietHours' | 'agent' | 'soloMode'>;
  asked: AskedLookup['of'];
  /** The channels that are set up. */
  channels: ReadonlyMap<AlertChannel, OpenChannel>;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  now: () => string;
  /** 0 ≤ n < 1, spreads retries. */
  random: () => number;
  consoleUrl: string;
  count(channel: AlertChannel, outcome: string): void;
};
