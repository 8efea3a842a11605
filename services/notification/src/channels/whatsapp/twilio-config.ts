import { z } from 'zod';
import { contentSid, hasWholeKey, twilioAccount, WHOLE_KEY, type TwilioAccount } from '../../providers/twilio/settings.ts';

/** WhatsApp through Twilio. */
export const twilioConfig = z
  .strictObject({
    via: z.literal('twilio').describe('Through Twilio'),
    ...twilioAccount,
    from: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be the number of a WhatsApp sender as +4930…')
      .describe('Number of the WhatsApp sender, +4930…, without "whatsapp:"'),
    requestContentSid: contentSid.describe('Approved template with quick replies, for requests'),
    requestButtons: z
      .array(z.enum(['approve', 'reject', 'claim']))
      .min(1)
      .max(3)
      .default(['approve', 'reject'])
      .describe('What its quick replies do, in their order; their ids are {{4}}, {{5}}, {{6}}'),
    noticeContentSid: contentSid.describe('Approved template without buttons, for everything else'),
    codeContentSid: contentSid.describe('Approved authentication template, for the code that proves a number'),
    reasonsContentSid: contentSid
      .optional()
      .describe('Template with the reasons of a rejection as quick replies, which needs no approval; without it none is asked for'),
  })
  .refine(hasWholeKey, WHOLE_KEY);

export type TwilioConfig = TwilioAccount & {
  via: 'twilio';
  from: string;
  requestContentSid: string;
  requestButtons: ('approve' | 'reject' | 'claim')[];
  noticeContentSid: string;
  codeContentSid: string;
  reasonsContentSid?: string | undefined;
};
