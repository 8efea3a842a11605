import { decisionOf } from '@holdpoint/approval';
import type { CallbackEvent } from '@holdpoint/contracts';
import { derivedId, signWebhook } from '@holdpoint/sealing';
import { notSent, outcomeOfAnswer, outcomeOfError, type AttemptOutcome } from './attempt-outcome.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import { receiverOf } from './receiver.ts';
import { nextDelayMs, retryAfterSecOf } from './schedule.ts';
import type { Terminal } from './terminal.ts';

/** The same for one decision for ever: a receiver that sees it twice knows that it is a repeat. */
export const webhookIdOf = (terminalEventId: string): string => derivedId('msg', terminalEventId);

/**
 * One attempt to hand the decision to the app: acts at once, records afterwards. Either the receiver took it, or the failure names when
 * the next attempt is due, or that there is none.
 */
export const tellTheApp = async (deps: Deps, approvalId: string, terminal: Terminal, ledger: Ledger): Promise<void> => {
  const webhookId = webhookIdOf(terminal.id);
  const startedMs = performance.now();
  const outcome = await attempt(deps, webhookId, terminal);
  if (outcome === null) return;
  const durationMs = Math.round((performance.now() - startedMs) * 1_000) / 1_000;
  const { attempts, step } = ledger.progress().callback;
  const at = deps.now();
  const made = { approvalId, webhookId, attempt: attempts + 1, at, durationMs };
  deps.metrics.callbackAttempt(outcome.delivered ? 'delivered' : outcome.errorClass, durationMs);
  if (outcome.delivered)
    return ledger.record('callback', [
      { type: 'CallbackDelivered', data: { ...made, status: outcome.status, resolvedAddress: outcome.resolvedAddress } },
    ]);

  const nowMs = Date.parse(at);
  const delayMs = outcome.ends
    ? null
    : nextDelayMs(step + 1, deps.callbackScheduleSec, deps.random(), retryAfterSecOf(outcome.retryAfter, nowMs));
  const { status, errorClass, resolvedAddress, responseExcerpt } = outcome;
  const events: CallbackEvent[] = [
    {
      type: 'CallbackAttemptFailed',
      data: {
        ...made,
        status,
        errorClass,
        resolvedAddress,
        nextAttemptAt: delayMs === null ? null : new Date(nowMs + delayMs).toISOString(),
        private: { responseExcerpt },
      },
    },
  ];
  if (delayMs === null) {
    events.push({ type: 'CallbackExhausted', data: { approvalId, webhookId, attempts: made.attempt, at, lastErrorClass: errorClass } });
    deps.logger.warn(
      { approvalId, attempts: made.attempt, errorClass },
      'the app could not be told; the decision stays readable at the API',
    );
  }
  return ledger.record('callback', events);
};

/** Sends when there is a place for this receiver. @returns null when too many wait for it already: the relay rings again. */
const attempt = (deps: Deps, webhookId: string, terminal: Terminal): Promise<AttemptOutcome> | null => {
  const receiver = receiverOf(deps.directory, terminal.metadata.tenant, terminal.data.private.callback);
  if ('unavailable' in receiver) return Promise.resolve(notSent(receiver.unavailable));
  const { url, key, secrets, signingKeys } = receiver;
  const body = JSON.stringify(decisionOf(terminal.data));
  return deps.places.run(key, async () => {
    // Signed here, not before the wait for a place: receivers refuse timestamps older than five minutes.
    const signature = signWebhook({ id: webhookId, timestampSec: Math.floor(Date.parse(deps.now()) / 1_000), body, secrets, signingKeys });
    const headers = { 'content-type': 'application/json', 'user-agent': 'Holdpoint/1 (+https://holdpoint.dev)', ...signature };
    return deps.egress
      .request({ method: 'POST', url, headers, body, timeoutMs: deps.callbackTimeoutMs, repeatable: true })
      .then(outcomeOfAnswer, outcomeOfError);
  });
};
