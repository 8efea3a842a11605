import {
  isTerminal,
  streamOf,
  type EventMetadata,
  type RecordedEvent,
  type TerminalData,
  type TerminalType,
  type WorkItem,
} from '@holdpoint/contracts';
import { EventErased, type EventLog } from '@holdpoint/event-log';

/** The event that ended an approval, opened. */
export type Terminal = { id: string; data: TerminalData; metadata: EventMetadata };

const asTerminal = (event: RecordedEvent): Terminal | null =>
  isTerminal(event.type) ? { id: event.id, data: (event as RecordedEvent<TerminalType>).data, metadata: event.metadata } : null;

/** @returns the terminal event as the message carries it, null when it carries none. */
export const carriedTerminal = async (eventLog: Pick<EventLog, 'open' | 'fetchKeys'>, item: WorkItem): Promise<Terminal | null> => {
  if (item.data === undefined || !isTerminal(item.type)) return null;
  await eventLog.fetchKeys([item]);
  return asTerminal(eventLog.open(item));
};

/**
 * Reads the terminal event from the log.
 * @returns null while the approval is open
 * @throws EventErased from the moment on that its erasure is ordered, before its keys are destroyed too
 */
export const recordedTerminal = async (eventLog: Pick<EventLog, 'load'>, approvalId: string): Promise<Terminal | null> => {
  const { events } = await eventLog.load(streamOf.approval(approvalId));
  const order = events.find(({ type }) => type === 'ErasureOrdered');
  if (order !== undefined) throw new EventErased(order.stream, order.revision, order.type);
  for (const event of events) {
    const terminal = asTerminal(event);
    if (terminal !== null) return terminal;
  }
  return null;
};
