import type { Directory, Rotations } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { ReceiptSigner } from '@holdpoint/sealing';
import type { Logger } from '@holdpoint/service-kit';
import type { HistoryIndex } from './history-index.ts';
import type { RoutingMetrics } from './metrics.ts';

/** What the verbs of this service need. */
export type Deps = {
  eventLog: Pick<EventLog, 'open' | 'fetchKeys' | 'handle' | 'append' | 'load' | 'loadRaw' | 'destroyKeys'>;
  directory: Pick<
    Directory,
    | 'activePolicy'
    | 'shadowPolicies'
    | 'asked'
    | 'quietHours'
    | 'soloMode'
    | 'killSwitch'
    | 'returnedBands'
    | 'workingHours'
    | 'escalationPolicy'
    | 'grants'
    | 'grantUsedBy'
    | 'atLeast'
  >;
  history: Pick<HistoryIndex, 'before'>;
  rotations: Rotations;
  signer: Pick<ReceiptSigner, 'sign'>;
  /** 0 to 1 for an approval, always the same, and not to be foreseen by whoever chose its idempotency key. */
  sampleOf: (approvalId: string) => number;
  now: () => string;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  metrics: RoutingMetrics;
};
