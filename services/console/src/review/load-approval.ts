import { erasureOf } from '@holdpoint/approval';
import {
  idOf,
  streamOf,
  type ApprovalContext,
  type ApprovalEvent,
  type Erasure,
  type EventData,
  type RecordedEvent,
} from '@holdpoint/contracts';
import { EventErased, type EventLog } from '@holdpoint/event-log';
import { isApprovalEvent } from '../read-model/approval-row.ts';

/** Everything the log has about one approval. */
export type ApprovalRecord = {
  /** Of `approval-<id>`, in order; the first is `ApprovalRequested`. */
  approval: (ApprovalEvent & RecordedEvent)[];
  /** Of all three streams, in log order. */
  history: RecordedEvent[];
  /** What the agent saw, from the request itself or from its own stream. */
  context: ApprovalContext;
  /** It was the context of another request, and was erased with that one. */
  contextErased: boolean;
};

/** What it said is erased. */
export class Erased extends Error {
  constructor(readonly erasure: Erasure) {
    super('what it said is erased');
    this.name = 'Erased';
  }
}

type Log = Pick<EventLog, 'load' | 'loadRaw'>;

/**
 * Loads an approval's streams.
 * @returns null when there is no such approval in this tenant: a foreign one looks like none.
 * @throws Erased, LogUnavailable
 */
export const loadApproval = async (eventLog: Log, id: string, tenant: string): Promise<ApprovalRecord | null> => {
  try {
    const [approval, notification, callback] = await Promise.all([
      eventLog.load(streamOf.approval(id)),
      eventLog.load(streamOf.notification(id)),
      eventLog.load(streamOf.callback(id)),
    ]);
    const first = approval.events[0];
    if (first?.type !== 'ApprovalRequested' || first.metadata.tenant !== tenant) return null;
    const erasure = erasureOf(approval.events);
    if (erasure !== null) throw new Erased(erasure);
    return {
      approval: approval.events.filter(isApprovalEvent),
      history: [...approval.events, ...notification.events, ...callback.events].sort(inLogOrder),
      ...(await contextOf(eventLog, id, first.data)),
    };
  } catch (error) {
    if (!(error instanceof EventErased)) throw error;
    const { events } = await eventLog.loadRaw(streamOf.approval(id));
    if (events[0]?.metadata.tenant !== tenant) return null;
    const erasure = erasureOf(events);
    throw erasure === null ? error : new Erased(erasure);
  }
};

/** By log position; events of one stream keep their order whatever their times say. */
const inLogOrder = (a: RecordedEvent, b: RecordedEvent): number => {
  if (a.stream === b.stream) return a.revision - b.revision;
  if (a.position !== undefined && b.position !== undefined)
    return a.position.length - b.position.length || (a.position < b.position ? -1 : 1);
  return a.metadata.recordedAt < b.metadata.recordedAt ? -1 : 1;
};

const contextOf = async (
  eventLog: Log,
  id: string,
  requested: EventData<'ApprovalRequested'>,
): Promise<Pick<ApprovalRecord, 'context' | 'contextErased'>> => {
  if (requested.private.context) return { context: requested.private.context, contextErased: false };
  if (!requested.contextRef) return { context: {}, contextErased: false };
  const { stream, sha256 } = requested.contextRef;
  // A request in other words may go on with the context of the first one, which may be erased by itself.
  if (stream !== streamOf.context(id) && (await isErased(eventLog, idOf(stream)))) return { context: {}, contextErased: true };
  const { events } = await eventLog.load(stream);
  // A broken-off request under the same key may have left parts of another context in the stream: the hash tells ours.
  const parts = events.filter(event => event.type === 'ContextStored').filter(event => event.data.sha256 === sha256);
  parts.sort((a, b) => a.data.part - b.data.part);
  return { context: JSON.parse(parts.map(event => event.data.private.json).join('')) as ApprovalContext, contextErased: false };
};

const isErased = async (eventLog: Log, id: string): Promise<boolean> =>
  erasureOf((await eventLog.loadRaw(streamOf.approval(id))).events) !== null;
