import type { WorkItem } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { isTimer, streamOfWait, type Wait } from './open-work.ts';
import { unpackUuid } from './packed-uuid.ts';

/**
 * The message item for a wait. With its event, on the first ring of work, the item carries the data and is fresh. Else it only points to the event:
 * whoever gets it loads the stream, so the metadata names the tenant and says that the relay wrote it, no more.
 */
export const workItemOf = (wait: Wait, event: LoggedEvent | undefined, nowIso: string): WorkItem => {
  if (event !== undefined) {
    const { stream, revision, id, type, data, metadata } = event;
    return { kind: 'event', stream, revision, id, type, data, metadata, fresh: true };
  }
  const pointer = {
    stream: streamOfWait(wait),
    revision: wait.revision,
    id: unpackUuid(wait.eventId),
    type: wait.type,
    metadata: { tenant: wait.tenant, actor: 'service:relay', schemaVersion: 1, recordedAt: nowIso },
    fresh: false,
  };
  return isTimer(wait.kind) ? { kind: 'timer', timer: wait.kind, ...pointer } : { kind: 'event', ...pointer };
};

/**
 * The deduplication id of a message with this ring first: the event's id for its first ring, so that two relays that overlap ring once; any other
 * ring has its own, because the broker would drop it as a repeat.
 */
export const ringIdOf = (wait: Wait, item: WorkItem, relayId: string): string =>
  item.fresh ? item.id : `${item.id}:${wait.kind}:${wait.rings}:${relayId}`;
