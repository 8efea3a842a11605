import { plainMarks } from '../../providers/meta/plain-marks.ts';
import { reasonButtons } from '../../providers/meta/reasons.ts';
import { openTwilio, type TwilioClient } from '../../providers/twilio/client.ts';
import { EMPTY_TWIML, verifyTwilio } from '../../providers/twilio/inbound.ts';
import { sendMessage } from '../../providers/twilio/send-message.ts';
import type { OpenChannel, OpenOptions, SendResult } from '../channel.ts';
import { cutText } from '../plain-text.ts';
import type { TwilioConfig } from './twilio-config.ts';
import { parseTwilio } from './twilio-inbound.ts';
import { twilioForm, variablesOf, type TwilioForm } from './twilio-render.ts';

/** What came of a press is one or two sentences. */
const ANSWER_CHARS_MAX = 600;
/** Twilio documents sending to numbers only; a business-scoped user id needs Meta's own API. */
const UNSUPPORTED: SendResult = {
  outcome: 'failed',
  class: 'unsupported',
  code: 'user_id',
  safeMessage: 'Twilio sends to phone numbers only (user_id)',
};

/** WhatsApp through Twilio: templates that are addressed by their Content SID, presses by `ButtonPayload`. */
export const openThroughTwilio = (config: TwilioConfig, { http, hookUrl, nowMs }: OpenOptions): OpenChannel => {
  const twilio = openTwilio(config, { http, nowMs });
  const sender = { from: `whatsapp:${config.from}` };
  const post = (
    address: string,
    content: TwilioForm,
    more: { correlation: string | null; expiresAt: string | null },
  ): Promise<SendResult> =>
    sendMessage(twilio, { to: `whatsapp:${address}`, sender, content, hookUrl, nowMs: nowMs(), units: 'body' in content ? 0 : 1, ...more });
  return {
    send: async ({ address }, message, { correlation, windowOpen = false }) =>
      address.startsWith('+')
        ? post(address, twilioForm(message, config, windowOpen), { correlation, expiresAt: message.expiresAt })
        : UNSUPPORTED,
    asksReason: config.reasonsContentSid !== undefined,
    acknowledge: async (item, { outcome, text }) => {
      const to = item.reply['to'];
      if (to == null) return;
      const words = cutText(plainMarks(text), ANSWER_CHARS_MAX);
      const asks = outcome === 'asksNote' && item.kind === 'press' && config.reasonsContentSid !== undefined;
      const content = asks
        ? {
            contentSid: config.reasonsContentSid!,
            contentVariables: variablesOf([words.replace(/\s+/g, ' '), ...reasonButtons(item.handle).map(({ payload }) => payload)]),
          }
        : { body: words };
      await post(to, content, { correlation: null, expiresAt: null });
    },
    inbound: {
      verify: verifyTwilio(config),
      parse: request => parseTwilio(request, config.from),
      answersWithOutcome: false,
      answer: () => EMPTY_TWIML,
    },
    healthCheck: () => templatesFault(twilio, config),
    close: async () => {},
  };
};

/** Whether the templates are there and approved, and the first has as many quick replies as we fill in. */
const templatesFault = async (twilio: TwilioClient, config: TwilioConfig): Promise<string | null> => {
  const request = await twilio.attempt(client => client.content.v1.contents(config.requestContentSid).fetch());
  if (!request.done) return `requestContentSid: ${request.failure.safeMessage}`;
  const buttons = quickRepliesIn(request.value.types);
  if (buttons !== config.requestButtons.length)
    return `requestContentSid: the template has ${buttons} quick replies, requestButtons names ${config.requestButtons.length}`;
  for (const member of ['requestContentSid', 'noticeContentSid', 'codeContentSid'] as const) {
    const approval = await twilio.attempt(client => client.content.v1.contents(config[member]).approvalFetch().fetch());
    if (!approval.done) return `${member}: ${approval.failure.safeMessage}`;
    const status: unknown = approval.value.whatsapp?.['status'];
    if (status !== 'approved') return `${member}: WhatsApp has not approved the template (${String(status ?? 'unsubmitted').slice(0, 32)})`;
  }
  return null;
};

const quickRepliesIn = (types: unknown): number => {
  const quickReply: unknown =
    typeof types === 'object' && types !== null && 'twilio/quick-reply' in types ? types['twilio/quick-reply'] : null;
  const actions: unknown = typeof quickReply === 'object' && quickReply !== null && 'actions' in quickReply ? quickReply.actions : null;
  return Array.isArray(actions) ? actions.length : 0;
};
