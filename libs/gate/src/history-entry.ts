import type { Action, ApprovalEvent, EventData } from '@holdpoint/contracts';
import type { HistoryEntry } from './history.ts';

/**
 * What an event of an approval means for history facts; null when it means nothing. Only `ApprovalRequested` and
 * `ApprovalGrantedWithChanges` need their `private` part open.
 * @param actionOf the exact call a request is about (`effectiveActionOf` in libs/approval)
 */
export const historyEntryOf = (
  event: ApprovalEvent & { position: string; approvalId: string },
  actionOf: (requested: EventData<'ApprovalRequested'>) => Action,
): HistoryEntry | null => {
  const { position, approvalId } = event;
  switch (event.type) {
    case 'ApprovalRequested':
      return { kind: 'requested', approvalId, position, at: event.data.requestedAt, requested: event.data, action: actionOf(event.data) };
    case 'ApprovalGrantedWithChanges': {
      const action = event.data.private.approvedAction;
      return { kind: 'approved', approvalId, position, at: event.data.decision.decidedAt, ...(action === null ? {} : { action }) };
    }
    case 'ApprovalGrantedAutomatically':
    case 'ApprovalGranted':
      return { kind: 'approved', approvalId, position, at: event.data.decision.decidedAt };
    case 'ApprovalRejected':
      return { kind: 'rejected', approvalId, position, at: event.data.decision.decidedAt };
    case 'ApprovalRejectedAutomatically':
    case 'ApprovalExpired':
    case 'ApprovalWithdrawn':
      return { kind: 'ended', approvalId, position, at: event.data.decision.decidedAt };
    default:
      return null;
  }
};

/** Types of events that {@link historyEntryOf} makes something of. */
export const HISTORY_TYPES: ReadonlySet<string> = new Set([
  'ApprovalRequested',
  'ApprovalGrantedAutomatically',
  'ApprovalGranted',
  'ApprovalGrantedWithChanges',
  'ApprovalRejected',
  'ApprovalRejectedAutomatically',
  'ApprovalExpired',
  'ApprovalWithdrawn',
]);
