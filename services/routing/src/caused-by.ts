import type { WorkItem } from '@holdpoint/contracts';
import type { AppendOptions } from '@holdpoint/event-log';

/**
 * Who and what an append of this service goes back to. The command id is derived from the event that rang, so the same ring twice, or by
 * two replicas, is one append.
 */
export const causedBy = (item: WorkItem, command: string, now: string): Omit<AppendOptions, 'expectedRevision'> => {
  const { tenant, $correlationId: correlationId, traceparent } = item.metadata;
  return {
    commandId: `${command}:${item.id}`,
    tenant,
    actor: 'service:routing',
    recordedAt: now,
    causationId: item.id,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};
