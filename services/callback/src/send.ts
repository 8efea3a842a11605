import { signWebhook } from '@holdpoint/sealing';
import { notSent, outcomeOfAnswer, outcomeOfError, type AttemptOutcome } from './attempt-outcome.ts';
import type { Deps } from './deps.ts';
import type { Message } from './message.ts';
import type { Receiver } from './receiver.ts';
import { retryAfterSecOf } from './schedule.ts';

/** Not sent: the receiver's breaker is open, or too many wait for it. Uses up no attempt. */
export type Held = { heldMs: number; behind: 'breaker' | 'crowd' };

/** How long what finds too many waiting stays away, milliseconds. */
const CROWDED_MS = 30_000;

/**
 * Sends a message once, as soon as its receiver has a place for it and its breaker lets it through.
 * @param inSpiteOfBreaker for what has waited behind it for as long as it may
 */
export const send = async (
  deps: Deps,
  message: Message,
  receiver: Receiver,
  inSpiteOfBreaker: () => boolean,
): Promise<AttemptOutcome | Held> => {
  if ('unavailable' in receiver) return notSent(receiver.unavailable);
  const placed = deps.places.run(receiver.lane, () => sendNow(deps, message, receiver, inSpiteOfBreaker));
  return placed ?? { heldMs: CROWDED_MS, behind: 'crowd' };
};

const sendNow = async (
  deps: Deps,
  { webhookId, body: makeBody }: Message,
  { lane, url, secrets, signingKeys }: Extract<Receiver, { url: string }>,
  inSpiteOfBreaker: () => boolean,
): Promise<AttemptOutcome | Held> => {
  const heldMs = deps.breakers.enter(lane);
  if (heldMs > 0 && !inSpiteOfBreaker()) return { heldMs, behind: 'breaker' };
  const body = makeBody();
  const nowMs = Date.parse(deps.now());
  // Signed here, not before the wait for a place: receivers refuse timestamps older than five minutes.
  const signature = signWebhook({ id: webhookId, timestampSec: Math.floor(nowMs / 1_000), body, secrets, signingKeys });
  const headers = { 'content-type': 'application/json', 'user-agent': 'Holdpoint/1 (+https://holdpoint.dev)', ...signature };
  const outcome = await deps.egress
    .request({ method: 'POST', url, headers, body, timeoutMs: deps.callbackTimeoutMs, repeatable: true })
    .then(outcomeOfAnswer, outcomeOfError);
  if (isThere(outcome)) {
    deps.breakers.answered(lane);
    deps.heldBack.answered(lane);
  } else deps.breakers.failed(lane, outcome.delivered ? 0 : 1_000 * retryAfterSecOf(outcome.retryAfter, nowMs));
  return outcome;
};

/** Statuses of a receiver that cannot take anything at the moment. Any other answer, also a refusal of this message, shows that it is alive. */
const OVERWHELMED = new Set([408, 429]);
const isThere = (outcome: AttemptOutcome): boolean =>
  outcome.delivered || (outcome.status !== null && outcome.status < 500 && !OVERWHELMED.has(outcome.status));
