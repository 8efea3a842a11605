import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import type { EventMetadata } from '@holdpoint/contracts';
import type { LoggedEvent } from './log-types.ts';

/**
 * The client's event in our words. Data and metadata were parsed by the client, once; nothing is copied.
 * The position is the commit position: events written over gRPC have the same prepare position.
 */
export const loggedEventOf = (event: RecordedEvent | AllStreamRecordedEvent): LoggedEvent => ({
  stream: event.streamId,
  revision: Number(event.revision),
  id: event.id,
  type: event.type,
  data: event.data,
  metadata: event.metadata as EventMetadata,
  position: String(event.position!.commit),
  createdMs: event.created.getTime(),
});
