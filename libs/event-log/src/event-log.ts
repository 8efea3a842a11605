import type { MasterKey } from '@holdpoint/sealing';
import type { EventLog, LogLogger } from './log-types.ts';

export type EventLogOptions = {
  connectionString: string;
  masterKey: MasterKey;
  /** Longest wait for the outcome of an append, milliseconds. */
  appendTimeoutMs?: number;
  logger?: LogLogger;
};

export const openEventLog = (_options: EventLogOptions): EventLog => {
  throw new Error('being written');
};
