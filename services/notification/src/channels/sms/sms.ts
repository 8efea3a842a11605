import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { openTwilio } from '../../providers/twilio/client.ts';
import { EMPTY_TWIML, verifyTwilio } from '../../providers/twilio/inbound.ts';
import { senderFault, sendMessage, type Sender } from '../../providers/twilio/send-message.ts';
import { hasWholeKey, serviceSid, twilioAccount, WHOLE_KEY, type TwilioAccount } from '../../providers/twilio/settings.ts';
import { defineChannel, type OpenChannel, type OpenOptions } from '../channel.ts';
import { e164Of } from '../phone-number.ts';
import { parseSms } from './inbound.ts';
import { answerText, renderSms } from './render.ts';

type SmsConfig = TwilioAccount & { from?: string | undefined; messagingServiceSid?: string | undefined };

const smsConfig = z
  .strictObject({
    ...twilioAccount,
    from: z
      .string()
      .regex(/^(\+[1-9]\d{6,14}|\d{3,8})$/, 'must be a number of yours as +4930…, or a short code')
      .optional()
      .describe('Number that messages come from and replies go to, +4930…, or a short code; names instead of numbers cannot be replied to'),
    messagingServiceSid: serviceSid.optional().describe('Messaging Service that picks the number, instead of "from"'),
  })
  .refine(hasWholeKey, WHOLE_KEY)
  .refine(({ from, messagingServiceSid }) => (from === undefined) !== (messagingServiceSid === undefined), {
    message: 'either from or messagingServiceSid',
    path: ['from'],
  });

/** Text messages through Twilio: minimal words, decided by a code that is sent back. */
export const sms = defineChannel<SmsConfig>({
  id: 'sms',
  displayName: 'SMS',
  capabilities: {
    interactive: 'reply_text',
    actionsMax: 0,
    canEdit: false,
    receipts: 'delivered',
    identityStrength: 'weak',
    defaultCeiling: DEFAULT_CEILINGS.sms,
    contentLevel: 'minimal',
    lockScreenVisible: true,
    textCharsMax: 160,
    needsOpenWindow: false,
    paid: true,
    enrolment: 'code',
  },
  config: smsConfig,
  normaliseAddress: e164Of,
  render: renderSms,
  open: (config, options) => openSms(config, senderOf(config), options),
});

const senderOf = ({ from, messagingServiceSid }: SmsConfig): Sender => {
  if (from !== undefined) return { from };
  if (messagingServiceSid !== undefined) return { messagingServiceSid };
  throw new RangeError('from: a number or a messagingServiceSid');
};

const openSms = (config: SmsConfig, sender: Sender, { http, hookUrl, nowMs }: OpenOptions): OpenChannel => {
  const twilio = openTwilio(config, { http, nowMs });
  return {
    send: ({ address }, message, { correlation }) => {
      const { body, segments } = renderSms(message);
      const { expiresAt } = message;
      return sendMessage(twilio, {
        to: address,
        sender,
        content: { body },
        hookUrl,
        correlation,
        expiresAt,
        nowMs: nowMs(),
        units: segments,
      });
    },
    acknowledge: async ({ reply }, { text }) => {
      const to = reply['to'];
      if (to == null) return;
      const content = { body: answerText(text) };
      await sendMessage(twilio, { to, sender, content, hookUrl, correlation: null, expiresAt: null, nowMs: nowMs(), units: 1 });
    },
    inbound: {
      verify: verifyTwilio(config),
      parse: parseSms,
      answersWithOutcome: false,
      answer: () => EMPTY_TWIML,
    },
    healthCheck: () => senderFault(twilio, sender, hookUrl),
    close: async () => {},
  };
};
