import { EventStoreDBClient } from '@eventstore/db-client';
import { LogMisused } from './errors.ts';
import { widenWindows } from './wide-window.ts';

/** Kept on globalThis, because a bundle may hold this module twice and the client's own table is one per process. */
const OPEN = Symbol.for('holdpoint.eventLog.open');
const registry = globalThis as { [OPEN]?: boolean };

/**
 * Makes the process's one client.
 *
 * The client keeps the promises of pending appends in one table per process: a transport error of any client rejects the appends of every
 * other, and a late answer to one of them ends the process (6.2.1, fixed only in the successor package). Our appends have a table of their
 * own (append-line.ts); the client's still serves stream metadata, so there is one client. Appends that
 * report a wrong revision as a value report a wrong number, so failures must throw.
 * @throws LogMisused
 */
export const connectClient = (connectionString: string): { client: EventStoreDBClient; close(): Promise<void> } => {
  if (/[?&]throwOnAppendFailure=false/i.test(connectionString))
    throw new LogMisused('throwOnAppendFailure=false makes the client report wrong revisions; take it out of the connection string');
  if (registry[OPEN]) throw new LogMisused('an event log is already open in this process; share it, or close it first');
  const client = EventStoreDBClient.connectionString(connectionString);
  registry[OPEN] = true;
  const narrow = widenWindows();
  return {
    client,
    close: async () => {
      registry[OPEN] = false;
      narrow();
      await client.dispose();
    },
  };
};
