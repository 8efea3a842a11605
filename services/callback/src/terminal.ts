import {
  isTerminal,
  streamOf,
  type EventMetadata,
  type RecordedEvent,
  type TerminalData,
  type TerminalType,
  type WorkItem,
} from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';

/** The event that ended an approval, opened. */
export type Terminal = { id: string; data: TerminalData; metadata: EventMetadata };

const asTerminal = (event: RecordedEvent): Terminal | null =>
  isTerminal(event.type) ? { id: event.id, data: (event as RecordedEvent<TerminalType>).data, metadata: event.metadata } : null;

/** Takes the terminal event from the message if it is in there, else from the log. @returns null while the approval is open */
export const terminalOf = async (
  eventLog: Pick<EventLog, 'load' | 'open'>,
  approvalId: string,
  item?: WorkItem,
): Promise<Terminal | null> => {
  if (item?.data !== undefined && isTerminal(item.type)) return asTerminal(eventLog.open(item));
  const { events } = await eventLog.load(streamOf.approval(approvalId));
  for (const event of events) {
    const terminal = asTerminal(event);
    if (terminal !== null) return terminal;
  }
  return null;
};
