import type { KeyObject } from 'node:crypto';
import type { AlertChannel } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { Buckets } from './buckets.ts';
import type { Digests } from './digests.ts';
import type { Offered } from './offered.ts';
import type { Channels } from './open-channels.ts';
import type { Pauses } from './pauses.ts';
import type { AskedLookup } from './recipients.ts';
import type { OpenCodes } from './reply-codes.ts';
import type { Spending } from './spend.ts';

/** What the verbs of this service need. */
export type Deps = {
  eventLog: EventLog;
  directory: Directory;
  asked: AskedLookup['of'];
  channels: Channels;
  buckets: Buckets;
  pauses: Pauses;
  spending: Spending;
  digests: Digests;
  codes: OpenCodes;
  offered: Offered;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  now: () => string;
  /** 0 ≤ n < 1, spreads retries. */
  random: () => number;
  consoleUrl: string;
  /** Base URL of this service's own pages and hooks, without a trailing slash. */
  publicUrl: string;
  /** Makes handles and codes. */
  handleKey: KeyObject;
  count(channel: AlertChannel, outcome: string): void;
};
