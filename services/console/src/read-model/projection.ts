import type { RecordedEvent } from '@holdpoint/contracts';
import { EventErased, type LoggedEvent } from '@holdpoint/event-log';
import type { Transaction } from 'kysely';
import type { ReadModelTables } from './schema.ts';

/** Opens an event's sealed part; `eventLog.open`. */
export type OpenEvent = (event: LoggedEvent) => RecordedEvent;

/**
 * A read model's part: turns events into rows, inside the transaction that also moves the checkpoint.
 * It must give the same rows when events come one by one, in batches, or a second time, and it reaches nothing but `tx`. A query on `tx` sees
 * what was committed before this batch, none of its own rows: they are written together at the end.
 */
export type Projection = {
  name: string;
  /** Set where it also gets the events of approvals that are erased. */
  erasedToo?: true;
  /** Events in log order; those of other streams are ignored. */
  handle(events: readonly LoggedEvent[], tx: Transaction<ReadModelTables>, open: OpenEvent): Promise<void>;
};

/**
 * Opens an event for rows.
 * @returns null when it was erased: the order to erase stands further on in the log, and takes out what there is
 * @throws EventUnreadable
 */
export const openUnlessErased = (event: LoggedEvent, open: OpenEvent): RecordedEvent | null => {
  try {
    return open(event);
  } catch (error) {
    if (error instanceof EventErased) return null;
    throw error;
  }
};
