import type { CallbackEvent, Delivery, DeliveryState } from '@holdpoint/contracts';

/** How far the answer got, from the events of `callback-<id>` in order. `delivery` says what was to be done at all. */
export const deliveryStateOf = (delivery: Delivery, events: readonly CallbackEvent[]): DeliveryState => {
  const { mode } = delivery.resume;
  const start: DeliveryState = {
    callback: { state: delivery.callback ? 'pending' : 'none', attempts: 0, nextAttemptAt: null, webhookId: null },
    resume: { state: mode === 'none' || mode === 'callback' ? 'none' : 'pending', attempts: 0, nextAttemptAt: null },
  };
  return events.reduce(after, start);
};

const after = (state: DeliveryState, { type, data }: CallbackEvent): DeliveryState => {
  switch (type) {
    case 'CallbackScheduled':
      return { ...state, callback: { ...state.callback, state: 'pending', nextAttemptAt: data.nextAttemptAt, webhookId: data.webhookId } };
    case 'CallbackAttemptFailed':
      return {
        ...state,
        callback: { state: 'pending', attempts: data.attempt, nextAttemptAt: data.nextAttemptAt, webhookId: data.webhookId },
      };
    case 'CallbackDelivered':
      return { ...state, callback: { state: 'delivered', attempts: data.attempt, nextAttemptAt: null, webhookId: data.webhookId } };
    case 'CallbackExhausted':
      return { ...state, callback: { state: 'exhausted', attempts: data.attempts, nextAttemptAt: null, webhookId: data.webhookId } };
    case 'ResumeAttempted':
      return { ...state, resume: { state: 'pending', attempts: data.attempt, nextAttemptAt: data.nextAttemptAt } };
    case 'RunResumed':
      return { ...state, resume: { state: 'resumed', attempts: data.attempt, nextAttemptAt: null } };
    case 'ResumeImpossible':
      return { ...state, resume: { state: 'impossible', attempts: data.attempt, nextAttemptAt: null } };
    default:
      return never(type);
  }
};

const never = (type: never): never => {
  throw new TypeError(`unknown event ${String(type)}`);
};
