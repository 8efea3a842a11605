import type { Directory } from '@holdpoint/directory';
import type { Egress } from '@holdpoint/egress';
import type { EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { Breakers } from './breaker.ts';
import type { HeldBack } from './held-back.ts';
import type { CallbackMetrics } from './metrics.ts';
import type { Places } from './places.ts';
import type { Turns } from './turns.ts';

/** What the verbs of this service need. */
export type Deps = {
  eventLog: EventLog;
  directory: Pick<Directory, 'endpoint' | 'connection' | 'list'>;
  egress: Egress;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  now: () => string;
  /** 0 ≤ n < 1, spreads retries. */
  random: () => number;
  metrics: CallbackMetrics;
  /** Calls under way per receiver. */
  places: Places;
  /** Receivers that answer nobody. */
  breakers: Breakers;
  /** What waits for them. */
  heldBack: HeldBack;
  /** One resume at a time per run. */
  runTurns: Turns;
  callbackScheduleSec: readonly number[];
  resumeScheduleSec: readonly number[];
  callbackTimeoutMs: number;
  /** What waits for a receiver that answers nobody is spread over this long, and then longer. */
  breakerPauseMs: number;
};
