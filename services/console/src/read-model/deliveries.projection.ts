import { categoryOf, idOf, isTerminal, type Delivery, type DeliveryState, type EventData, type EventType } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { breathe } from './breathe.ts';
import type { Projection } from './projection.ts';
import type { DeliveryRow } from './schema.ts';
import { rowWriter } from './write-rows.ts';

/** Keys per `in (…)` list. */
const LOOKUP_MAX = 64;
/** An approval whose answer goes nowhere (the app polls) gets no row. */
const isOwed = (row: DeliveryRow): boolean => row.callback_state !== 'none' || row.resume_state !== 'none';

/** `deliveries`: how far each answer got, to the app and into the paused run. */
export const deliveriesProjection: Projection = {
  name: 'deliveries',
  handle: async (events, tx) => {
    const concerned = events.filter(event => isTerminal(event.type) || categoryOf(event.stream) === 'callback');
    if (concerned.length === 0) return;
    const ids = [...new Set(concerned.map(event => idOf(event.stream)))];
    const rows = new Map<string, DeliveryRow>();
    for (let at = 0; at < ids.length; at += LOOKUP_MAX) {
      const chunk = ids.slice(at, at + LOOKUP_MAX);
      for (const row of await tx.selectFrom('deliveries').selectAll().where('approval_id', 'in', chunk).execute())
        rows.set(row.approval_id, row);
      await breathe();
    }
    for (const event of concerned) {
      const id = idOf(event.stream);
      const next = evolveDelivery(rows.get(id), event);
      if (next) rows.set(id, next);
    }
    await writeDeliveries(tx, [...rows.values()].filter(isOwed));
  },
};

const columns = [
  ...(['approval_id', 'tenant', 'callback_state', 'callback_attempts', 'callback_next_at', 'webhook_id'] as const),
  ...(['resume_state', 'resume_attempts', 'resume_next_at'] as const),
  ...(['kind', 'owed_at', 'endpoint_id', 'host', 'address', 'status', 'error_class', 'tried_at'] as const),
];
const writeDeliveries = rowWriter('deliveries', columns, ['approval_id']);

/** What the fold reads of an event; nothing of it is sealed. */
type DeliveryEvent = Pick<LoggedEvent, 'type' | 'stream' | 'data' | 'metadata'>;

/** One event onto a delivery row; undefined while the approval is not decided. */
export const evolveDelivery = (row: DeliveryRow | undefined, event: DeliveryEvent): DeliveryRow | undefined => {
  if (isTerminal(event.type)) return row ?? pendingDelivery(event, event.data as EventData<'ApprovalGranted'>);
  if (!row) return event.type === 'CallbackScheduled' ? pendingNotice(event, event.data as EventData<'CallbackScheduled'>) : undefined;
  const data = event.data as EventData<EventType>;
  switch (event.type) {
    case 'CallbackScheduled': {
      const { webhookId, nextAttemptAt } = data as EventData<'CallbackScheduled'>;
      return { ...row, callback_state: 'pending', callback_next_at: nextAttemptAt, webhook_id: webhookId };
    }
    case 'CallbackAttemptFailed': {
      const { attempt, nextAttemptAt, webhookId, errorClass, ...made } = data as EventData<'CallbackAttemptFailed'>;
      const now = { callback_attempts: attempt, callback_next_at: nextAttemptAt, webhook_id: webhookId };
      return { ...row, ...now, ...lastTried(made), error_class: errorClass };
    }
    case 'CallbackDelivered': {
      const { attempt, webhookId, ...made } = data as EventData<'CallbackDelivered'>;
      const now = { callback_state: 'delivered', callback_attempts: attempt, callback_next_at: null, webhook_id: webhookId };
      return { ...row, ...now, ...lastTried(made), error_class: null };
    }
    case 'CallbackExhausted': {
      const { attempts, webhookId } = data as EventData<'CallbackExhausted'>;
      return { ...row, callback_state: 'exhausted', callback_attempts: attempts, callback_next_at: null, webhook_id: webhookId };
    }
    case 'ResumeAttempted': {
      const { attempt, nextAttemptAt } = data as EventData<'ResumeAttempted'>;
      return { ...row, resume_attempts: attempt, resume_next_at: nextAttemptAt };
    }
    case 'RunResumed':
      return { ...row, resume_state: 'resumed', resume_attempts: (data as EventData<'RunResumed'>).attempt, resume_next_at: null };
    case 'ResumeImpossible':
      return { ...row, resume_state: 'impossible', resume_attempts: (data as EventData<'ResumeImpossible'>).attempt, resume_next_at: null };
    default:
      return row;
  }
};

type Made = Pick<EventData<'CallbackAttemptFailed'>, 'endpointId' | 'host' | 'resolvedAddress' | 'status' | 'at'>;
const lastTried = ({ endpointId, host, resolvedAddress, status, at }: Made) => ({
  endpoint_id: endpointId ?? null,
  host: host ?? null,
  address: resolvedAddress,
  status,
  tried_at: at,
});
const NEVER_TRIED = { endpoint_id: null, host: null, address: null, status: null, error_class: null, tried_at: null };

/** A notice, or a test: told to one endpoint, beside decisions. */
const pendingNotice = (event: DeliveryEvent, { notice, webhookId, nextAttemptAt, at }: EventData<'CallbackScheduled'>) =>
  notice === undefined
    ? undefined
    : {
        approval_id: idOf(event.stream),
        tenant: event.metadata.tenant,
        callback_state: 'pending',
        callback_attempts: 0,
        callback_next_at: nextAttemptAt,
        webhook_id: webhookId,
        resume_state: 'none',
        resume_attempts: 0,
        resume_next_at: null,
        kind: notice.type,
        owed_at: at,
        ...NEVER_TRIED,
        endpoint_id: notice.endpointId,
      };

/** What is owed: by an approval that was just asked for or decided. */
export const pendingDelivery = (event: DeliveryEvent, { delivery }: { delivery: Delivery }): DeliveryRow => ({
  approval_id: idOf(event.stream),
  tenant: event.metadata.tenant,
  callback_state: delivery.callback ? 'pending' : 'none',
  callback_attempts: 0,
  callback_next_at: null,
  webhook_id: null,
  resume_state: delivery.resume.mode === 'none' || delivery.resume.mode === 'callback' ? 'none' : 'pending',
  resume_attempts: 0,
  resume_next_at: null,
  kind: 'decision',
  owed_at: event.metadata.recordedAt,
  ...NEVER_TRIED,
});

/** A delivery row as the APIs show it. */
export const deliveryStateOf = (row: DeliveryRow): DeliveryState => ({
  callback: {
    state: row.callback_state as DeliveryState['callback']['state'],
    attempts: row.callback_attempts,
    nextAttemptAt: row.callback_next_at,
    webhookId: row.webhook_id,
  },
  resume: {
    state: row.resume_state as DeliveryState['resume']['state'],
    attempts: row.resume_attempts,
    nextAttemptAt: row.resume_next_at,
  },
});
