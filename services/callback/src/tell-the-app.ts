import type { CallbackEvent } from '@holdpoint/contracts';
import type { AttemptOutcome } from './attempt-outcome.ts';
import { defer } from './defer.ts';
import type { Deps } from './deps.ts';
import { disableGoneEndpoint } from './disable-gone-endpoint.ts';
import type { Ledger } from './ledger.ts';
import type { Message } from './message.ts';
import { giveNotice } from './notices.ts';
import { receiverOf, type Receiver } from './receiver.ts';
import { deferralMs, nextDelayMs, retryAfterSecOf, scheduleMs } from './schedule.ts';
import { send } from './send.ts';

/**
 * One attempt to hand a message to the app: acts at once, records afterwards. Either the receiver took it, or the failure names when the
 * next attempt is due, or that there is none. What its receiver's breaker keeps waiting is recorded as deferred, without an attempt.
 */
export const tellTheApp = async (deps: Deps, message: Message, ledger: Ledger): Promise<void> => {
  const startedMs = performance.now();
  const receiver = receiverOf(deps.directory, message.tenant, message.target, deps.now());
  const outcome = await send(deps, message, receiver, () => isOverdue(deps, message, ledger));
  if ('heldMs' in outcome) {
    deps.metrics.callbackAttempt('deferred', 0);
    await defer(
      deps,
      ledger,
      message,
      deferralMs(outcome.heldMs, ledger.progress().callback.deferrals, deps.random(), deps.breakerPauseMs),
    );
    // A crowd clears by itself: to let more in with each of its answers would only turn them away again.
    if ('lane' in receiver && outcome.behind === 'breaker') deps.heldBack.add(receiver.lane, message.id);
    return;
  }
  const durationMs = Math.round((performance.now() - startedMs) * 1_000) / 1_000;
  deps.metrics.callbackAttempt(outcome.delivered ? 'delivered' : outcome.errorClass, durationMs);
  const { attempts, exhausted } = ledger.progress().callback;
  const to = 'url' in receiver ? { endpointId: receiver.endpointId, host: receiver.host } : { endpointId: receiver.endpointId };
  const made = { approvalId: message.id, webhookId: message.webhookId, attempt: attempts + 1, at: deps.now(), durationMs, ...to };
  if (!outcome.delivered) return recordFailure(deps, message, ledger, receiver, outcome, made);
  if (exhausted && !message.isNotice) await notify(deps, message, 'message.attempt.recovered', made);
  const { status, resolvedAddress } = outcome;
  return ledger.record('callback', [{ type: 'CallbackDelivered', data: { ...made, status, resolvedAddress } }]);
};

type Made = Extract<CallbackEvent, { type: 'CallbackDelivered' }>['data'] extends infer D ? Omit<D, 'status' | 'resolvedAddress'> : never;
type Failure = Extract<AttemptOutcome, { delivered: false }>;

const recordFailure = async (
  deps: Deps,
  message: Message,
  ledger: Ledger,
  receiver: Receiver,
  { status, errorClass, resolvedAddress, responseExcerpt, retryAfter, ends }: Failure,
  made: Made,
): Promise<void> => {
  const nowMs = Date.parse(made.at);
  const retryAfterSec = retryAfterSecOf(retryAfter, nowMs);
  const delayMs =
    ends || isOverdue(deps, message, ledger)
      ? null
      : nextDelayMs(ledger.progress().callback.step + 1, deps.callbackScheduleSec, deps.random(), 'full', retryAfterSec);
  const nextAttemptAt = delayMs === null ? null : new Date(nowMs + delayMs).toISOString();
  const failed = { ...made, status, errorClass, resolvedAddress, nextAttemptAt, private: { responseExcerpt } };
  const events: CallbackEvent[] = [{ type: 'CallbackAttemptFailed', data: failed }];
  // What follows from it is recorded first: after a crash in between the attempt is made again, and what is there already stays as it is.
  if (status === 410 && 'url' in receiver) await disableGoneEndpoint(deps, message, receiver);
  if (delayMs === null) {
    const { approvalId, webhookId, attempt, at, endpointId } = made;
    if (!message.isNotice) await notify(deps, message, 'message.attempt.exhausted', made, errorClass);
    events.push({
      type: 'CallbackExhausted',
      data: { approvalId, webhookId, attempts: attempt, at, lastErrorClass: errorClass, endpointId: endpointId ?? null },
    });
    deps.logger.warn({ approvalId, attempts: attempt, errorClass }, 'the app could not be told; the decision stays readable at the API');
  }
  return ledger.record('callback', events);
};

/** It has waited for as long as its whole schedule can take: behind a breaker, or for a receiver that asked for patience again and again. */
const isOverdue = (deps: Deps, message: Message, ledger: Ledger): boolean => {
  const since = ledger.progress().callback.since ?? message.at;
  return ledger.progress().callback.deferrals > 0 && Date.parse(deps.now()) - Date.parse(since) > scheduleMs(deps.callbackScheduleSec);
};

const notify = (
  deps: Deps,
  message: Message,
  type: 'message.attempt.exhausted' | 'message.attempt.recovered',
  { webhookId, attempt, endpointId }: Made,
  lastErrorClass?: string,
): Promise<void> =>
  giveNotice(deps, message.tenant, type, `${webhookId}/${attempt}`, {
    approvalId: message.id,
    webhookId,
    attempts: attempt,
    endpointId: endpointId ?? null,
    ...(lastErrorClass === undefined ? {} : { lastErrorClass }),
  });
