import { streamOf, type ApprovalContext, type ApprovalEvent, type EventData, type RecordedEvent } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { isApprovalEvent } from '../read-model/approval-row.ts';

/** Everything the log has about one approval. */
export type ApprovalRecord = {
  /** Of `approval-<id>`, in order; the first is `ApprovalRequested`. */
  approval: (ApprovalEvent & RecordedEvent)[];
  /** Of all three streams, in log order. */
  history: RecordedEvent[];
  /** What the agent saw, from the request itself or from its own stream. */
  context: ApprovalContext;
};

/**
 * Loads an approval's streams.
 * @returns null when there is no such approval in this tenant: a foreign one looks like none.
 * @throws LogUnavailable
 */
export const loadApproval = async (eventLog: Pick<EventLog, 'load'>, id: string, tenant: string): Promise<ApprovalRecord | null> => {
  const [approval, notification, callback] = await Promise.all([
    eventLog.load(streamOf.approval(id)),
    eventLog.load(streamOf.notification(id)),
    eventLog.load(streamOf.callback(id)),
  ]);
  const first = approval.events[0];
  if (first?.type !== 'ApprovalRequested' || first.metadata.tenant !== tenant) return null;
  return {
    approval: approval.events.filter(isApprovalEvent),
    history: [...approval.events, ...notification.events, ...callback.events].sort(inLogOrder),
    context: await contextOf(eventLog, first.data),
  };
};

/** By log position; events of one stream keep their order whatever their times say. */
const inLogOrder = (a: RecordedEvent, b: RecordedEvent): number => {
  if (a.stream === b.stream) return a.revision - b.revision;
  if (a.position !== undefined && b.position !== undefined)
    return a.position.length - b.position.length || (a.position < b.position ? -1 : 1);
  return a.metadata.recordedAt < b.metadata.recordedAt ? -1 : 1;
};

const contextOf = async (eventLog: Pick<EventLog, 'load'>, requested: EventData<'ApprovalRequested'>): Promise<ApprovalContext> => {
  if (requested.private.context) return requested.private.context;
  if (!requested.contextRef) return {};
  const { stream, sha256 } = requested.contextRef;
  const { events } = await eventLog.load(stream);
  // A broken-off request under the same key may have left parts of another context in the stream: the hash tells ours.
  const parts = events.filter(event => event.type === 'ContextStored').filter(event => event.data.sha256 === sha256);
  parts.sort((a, b) => a.data.part - b.data.part);
  return JSON.parse(parts.map(event => event.data.private.json).join('')) as ApprovalContext;
};
