import { streamOf, type Event, type EventMetadata, type NotificationEvent } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { evolve, NOBODY_ALERTED, roundKey, type Attempts } from './attempts.ts';

/** Conflicts in a row before giving up; the relay rings again. */
const CONFLICTS_MAX = 5;

/** Reads `notification-<id>`. */
export const readAttempts = async (eventLog: Pick<EventLog, 'load'>, approvalId: string): Promise<Attempts> => {
  const { events } = await eventLog.load(streamOf.notification(approvalId));
  return events.reduce((attempts, event) => evolve(attempts, event as Event, event.revision), NOBODY_ALERTED);
};

export type Cause = { eventId: string; metadata: EventMetadata };

/**
 * Records the outcomes of one round in one append. On a conflict it reads again and leaves out what the log has by now.
 * @param commandId names this try of this round; a repeated append of it is harmless
 */
export const recordAlerts = async (
  deps: { eventLog: EventLog; now: () => string },
  approvalId: string,
  events: NotificationEvent[],
  known: Attempts,
  commandId: string,
  { eventId, metadata }: Cause,
): Promise<void> => {
  let attempts = known;
  let left = events;
  for (let conflicts = 0; left.length > 0; conflicts += 1) {
    try {
      await deps.eventLog.append(streamOf.notification(approvalId), left, {
        expectedRevision: attempts.revision < 0 ? 'none' : attempts.revision,
        commandId: conflicts === 0 ? commandId : `${commandId}/after ${attempts.revision}`,
        tenant: metadata.tenant,
        actor: 'service:notification',
        recordedAt: deps.now(),
        causationId: eventId,
        ...(metadata.$correlationId === undefined ? {} : { correlationId: metadata.$correlationId }),
        ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
      });
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict) || conflicts >= CONFLICTS_MAX) throw error;
      const before = attempts;
      attempts = await readAttempts(deps.eventLog, approvalId);
      left = left.filter(event => !isRecorded(event, before, attempts));
    }
  }
};

/** Whether another worker has recorded the same meanwhile. */
const isRecorded = (event: NotificationEvent, before: Attempts, now: Attempts): boolean => {
  switch (event.type) {
    case 'NotificationSent':
    case 'NotificationFailed': {
      const recorded = now.byId.get(event.data.attemptId);
      return recorded !== undefined && (recorded.sent || recorded.failures > (before.byId.get(event.data.attemptId)?.failures ?? 0));
    }
    case 'NotificationHeld':
      return now.byId.get(event.data.attemptId)?.nextAttemptAt !== before.byId.get(event.data.attemptId)?.nextAttemptAt;
    case 'NotificationUpdated':
      return now.byId.get(event.data.attemptId)?.ref === null;
    case 'NobodyReachable':
    case 'NotificationPlanned':
      return now.nobody.get(roundKey(event.data)) !== before.nobody.get(roundKey(event.data));
    default:
      return false;
  }
};
