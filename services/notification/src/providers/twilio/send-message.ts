import type { SendResult } from '../../channels/channel.ts';
import type { TwilioClient } from './client.ts';
import { callbackUrl } from './inbound.ts';

/** One of our own numbers, or a Messaging Service that picks one. */
export type Sender = { from: string } | { messagingServiceSid: string };

export type OutgoingMessage = {
  to: string;
  sender: Sender;
  /** Words, or a template with its values. */
  content: { body: string } | { contentSid: string; contentVariables: string };
  hookUrl: string;
  /** Comes back in every status; without one no status is asked for. */
  correlation: string | null;
  /** After it the message is of no use, and Twilio throws it away: its queue may hold a message for hours. */
  expiresAt: string | null;
  nowMs: number;
  units: number;
};

/** Twilio's own longest validity, seconds: ten hours. */
const VALIDITY_SEC_MAX = 36_000;

/** What is over before it would arrive is not sent. */
export const EXPIRED: SendResult = {
  outcome: 'failed',
  class: 'content_rejected',
  code: 'expired',
  safeMessage: 'The message was of use no longer (expired)',
};

/** Whole seconds until the deadline, 0 and less when it is over; null without one. */
export const secondsLeft = (expiresAt: string | null, nowMs: number): number | null =>
  expiresAt === null ? null : Math.floor((Date.parse(expiresAt) - nowMs) / 1_000);

/** Hands one message to Twilio's Messages resource. */
export const sendMessage = async (twilio: TwilioClient, message: OutgoingMessage): Promise<SendResult> => {
  const { to, sender, content, hookUrl, correlation, expiresAt, nowMs, units } = message;
  const leftSec = secondsLeft(expiresAt, nowMs);
  if (leftSec !== null && leftSec < 1) return EXPIRED;
  const attempt = await twilio.attempt(client =>
    client.messages.create({
      to,
      ...sender,
      ...content,
      ...(correlation === null ? {} : { statusCallback: callbackUrl(hookUrl, { c: correlation }) }),
      ...(leftSec === null ? {} : { validityPeriod: Math.min(leftSec, VALIDITY_SEC_MAX) }),
    }),
  );
  if (!attempt.done) return { outcome: 'failed', ...attempt.failure };
  return { outcome: 'accepted', providerMessageId: attempt.value.sid, units };
};

/**
 * Whether the sender is ours and calls this hook with what comes in.
 * @returns null, or in plain words what an administrator must change; the hook's address is a secret and is not repeated
 */
export const senderFault = async (twilio: TwilioClient, sender: Sender, hookUrl: string): Promise<string | null> => {
  if ('messagingServiceSid' in sender) {
    const service = await twilio.attempt(client => client.messaging.v1.services(sender.messagingServiceSid).fetch());
    if (!service.done) return service.failure.safeMessage;
    const { useInboundWebhookOnNumber, inboundRequestUrl } = service.value;
    // Then each number has its own; which of them are in the service is Twilio's to know.
    return useInboundWebhookOnNumber || isHook(inboundRequestUrl, hookUrl)
      ? null
      : 'The Messaging Service does not send replies here: in Twilio, under Integration, choose "Send a webhook" and enter the hook URL';
  }
  const numbers = await twilio.attempt(client => client.incomingPhoneNumbers.list({ phoneNumber: sender.from, limit: 1 }));
  if (!numbers.done) return numbers.failure.safeMessage;
  const number = numbers.value[0];
  if (number === undefined) return 'The number in "from" does not belong to this Twilio account';
  return isHook(number.smsUrl, hookUrl)
    ? null
    : 'The number does not send replies here: in Twilio, under Messaging configuration, "A message comes in", enter the hook URL as a webhook';
};

/** A fragment tells Twilio how often to repeat a call; it is never sent. */
const isHook = (entered: string, hookUrl: string): boolean => entered.split('#', 1)[0] === hookUrl;
