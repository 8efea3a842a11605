import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { openTwilio } from '../../providers/twilio/client.ts';
import { callbackUrl, verifyTwilio } from '../../providers/twilio/inbound.ts';
import { EXPIRED, secondsLeft } from '../../providers/twilio/send-message.ts';
import { hasWholeKey, twilioAccount, WHOLE_KEY, type TwilioAccount } from '../../providers/twilio/settings.ts';
import { defineChannel, type Message, type OpenChannel, type OpenOptions } from '../channel.ts';
import { e164Of } from '../phone-number.ts';
import { dialogueOf } from './dialogue.ts';
import { answerVoice, parseVoice } from './inbound.ts';
import { ask } from './twiml.ts';

/** No call takes longer, seconds. */
const CALL_SEC_MAX = 180;

type VoiceConfig = TwilioAccount & { from: string; ringSec: number; detectMachines: boolean };

const voiceConfig = z
  .strictObject({
    ...twilioAccount,
    from: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be a number of yours as +4930…')
      .describe('Number that calls come from, +4930…; people should save it under a name'),
    ringSec: z.int().min(5).max(120).default(25).describe('How long it rings, seconds; voicemail often answers after 25 to 30'),
    detectMachines: z
      .boolean()
      .default(true)
      .describe("Let Twilio tell machines from people; costs extra, and a few seconds' silence at the beginning"),
  })
  .refine(hasWholeKey, WHOLE_KEY);

/** What a call says first. Pure; the address that keys are sent to is not yet in it. */
const renderVoice = (message: Message): { twiml: string } => ({ twiml: ask(dialogueOf(message), { hookUrl: '', correlation: null }) });

/** Calls through Twilio: the strongest way to get attention. Keys take it on; deciding takes a code as well. */
export const voice = defineChannel<VoiceConfig>({
  id: 'voice',
  displayName: 'Telephone',
  capabilities: {
    interactive: 'buttons',
    actionsMax: 3,
    canEdit: false,
    receipts: 'delivered',
    identityStrength: 'weak',
    defaultCeiling: DEFAULT_CEILINGS.voice,
    contentLevel: 'minimal',
    lockScreenVisible: true,
    textCharsMax: 160,
    needsOpenWindow: false,
    paid: true,
    asksReason: false,
    enrolment: 'code',
  },
  config: voiceConfig,
  normaliseAddress: e164Of,
  render: renderVoice,
  open: (config, options) => openVoice(config, options),
});

const openVoice = (config: VoiceConfig, { http, hookUrl, nowMs }: OpenOptions): OpenChannel => {
  const twilio = openTwilio(config, { http, nowMs });
  return {
    send: async ({ address }, message, { correlation }) => {
      const leftSec = secondsLeft(message.expiresAt, nowMs());
      if (leftSec !== null && leftSec < 1) return EXPIRED;
      const attempt = await twilio.attempt(client =>
        client.calls.create({
          to: address,
          from: config.from,
          twiml: ask(dialogueOf(message), { hookUrl, correlation }),
          timeout: config.ringSec,
          timeLimit: CALL_SEC_MAX,
          ...(config.detectMachines ? { machineDetection: 'Enable' } : {}),
          ...(correlation === null ? {} : { statusCallback: callbackUrl(hookUrl, { c: correlation }), statusCallbackEvent: ['completed'] }),
        }),
      );
      if (!attempt.done) return { outcome: 'failed', ...attempt.failure };
      return { outcome: 'accepted', providerMessageId: attempt.value.sid, units: 1 };
    },
    inbound: {
      verify: verifyTwilio(config),
      parse: parseVoice,
      answersWithOutcome: true,
      answer: (items, outcomes) => answerVoice(hookUrl, items, outcomes),
    },
    healthCheck: async () => {
      const numbers = await twilio.attempt(client => client.incomingPhoneNumbers.list({ phoneNumber: config.from, limit: 1 }));
      if (!numbers.done) return numbers.failure.safeMessage;
      return numbers.value.length > 0 ? null : 'The number in "from" does not belong to this Twilio account';
    },
    close: async () => {},
  };
};
