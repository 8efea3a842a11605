import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { ReceiptSigner } from '@holdpoint/sealing';
import type { Logger } from '@holdpoint/service-kit';
import type { RoutingMetrics } from './metrics.ts';

/** What the verbs of this service need. */
export type Deps = {
  eventLog: Pick<EventLog, 'open' | 'handle'>;
  directory: Pick<Directory, 'activePolicy' | 'asked' | 'soloMode' | 'killSwitch'>;
  signer: Pick<ReceiptSigner, 'sign'>;
  now: () => string;
  logger: Pick<Logger, 'warn' | 'error'>;
  metrics: RoutingMetrics;
};
