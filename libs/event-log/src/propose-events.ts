import { EVENTS, schemaVersionOf, type Event, type EventData, type EventMetadata, type EventType } from '@holdpoint/contracts';
import { eventIdOf, sealPart, type PartPlace, type Sealer } from '@holdpoint/sealing';
import type { ProposedEvent } from './encode-append.ts';
import { EventRejected } from './errors.ts';
import type { AppendOptions } from './log-types.ts';
import type { RecentEvents } from './recent-events.ts';

/**
 * Turns events into what is stored: checked against their schema, ids derived from the command, `private` sealed to its place. In steps, so that
 * appends which come together take each step together (decision 22).
 * @param key seals what is private in them: the data key of the approval they are about, else the master key
 * @param recent remembers what was written, so that this process need not read it again; keys are not remembered
 * @throws EventRejected
 */
export const proposeEvents = async (
  stream: string,
  events: Event[],
  options: AppendOptions,
  key: Sealer,
  recent: RecentEvents,
): Promise<ProposedEvent[]> => {
  const opened = events.map(checked);
  await Promise.resolve();
  const sealed = events.map(({ type }, index) => sealedFor(key, opened[index]!, { stream, type, id: eventIdOf(options.commandId, index) }));
  await Promise.resolve();
  return sealed.map(({ place: { type, id }, stored }, index) => {
    const storedMetadata = metadataOf(type, options, 'private' in stored ? key.keyId : null);
    const [data, metadata] = [JSON.stringify(stored), JSON.stringify(storedMetadata)];
    if (type !== 'DataKeysStored')
      recent.written(id, { stream, type, data, stored, metadata, storedMetadata, opened: opened[index] as EventData<EventType> });
    return { id, type, data, metadata };
  });
};

const sealedFor = <P extends PartPlace>(key: Sealer, opened: Record<string, unknown>, place: P) => ({
  place,
  stored: 'private' in opened ? { ...opened, private: sealPart(key, opened['private'], place) } : opened,
});

const metadataOf = (type: EventType, options: AppendOptions, sealedBy: string | null): EventMetadata => ({
  tenant: options.tenant,
  actor: options.actor,
  schemaVersion: schemaVersionOf(type),
  recordedAt: options.recordedAt,
  ...(options.correlationId !== undefined && { $correlationId: options.correlationId }),
  ...(options.causationId !== undefined && { $causationId: options.causationId }),
  ...(options.traceparent !== undefined && { traceparent: options.traceparent }),
  ...(sealedBy !== null && { sealedBy }),
});

/** The data with defaults filled in. Issues name places and rules, never values: what is refused here may be a secret. */
const checked = (event: Event): Record<string, unknown> => {
  const schema = EVENTS[event.type] as (typeof EVENTS)[Event['type']] | undefined;
  if (!schema) throw new EventRejected(event.type, [{ path: '', message: 'is not a known event type' }]);
  const result = schema.safeParse(event.data);
  if (result.success) return result.data as Record<string, unknown>;
  throw new EventRejected(
    event.type,
    result.error.issues.map(issue => ({ path: issue.path.map(step => `/${String(step)}`).join(''), message: issue.message })),
  );
};
