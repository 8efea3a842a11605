import type { EventData } from '@holdpoint/contracts';
import type { MeasuredEvent } from './measure-row.ts';
import type { AlertRow } from './schema.ts';

const STATES: Readonly<Record<string, AlertRow['state']>> = {
  NotificationHeld: 'held',
  NotificationFailed: 'failed',
  NotificationSent: 'sent',
  NotificationDelivered: 'delivered',
  NotificationSeen: 'seen',
};
/** How far an alert got; receipts may come in any order. */
const FAR = { held: 0, failed: 1, sent: 2, delivered: 3, seen: 4 } as const;

/** Which alert an event is about; null where there is none, and for the inbox, in which nothing can get lost. */
export const alertIn = ({ type, data }: Pick<MeasuredEvent, 'type' | 'data'>): string | null => {
  if (STATES[type] === undefined) return null;
  const { attemptId, channel } = data as Partial<EventData<'NotificationSent'>>;
  return channel === 'inbox' ? null : (attemptId ?? null);
};

/** One event onto an alert. A failure counts whenever it comes: mail bounces after it was sent. */
export const evolveAlert = (row: AlertRow | undefined, event: MeasuredEvent): AlertRow => {
  const state = STATES[event.type] ?? 'held';
  const { attemptId, operatorId, channel, at, errorClass } = event.data as EventData<'NotificationFailed'>;
  const known = row ?? {
    attempt_id: attemptId,
    approval_id: event.approvalId,
    tenant: event.tenant,
    operator_id: operatorId,
    channel,
    first_at: at,
    state,
    failures: 0,
    error_class: null,
  };
  if (state === 'failed') return { ...known, state, failures: known.failures + 1, error_class: errorClass };
  return FAR[state] > FAR[known.state] ? { ...known, state } : known;
};
