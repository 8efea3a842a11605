import { z } from 'zod';
import { defineChannel } from '../channel.ts';
import { addressOf, mailSettings } from './mail-settings.ts';
import { TEXT_CHARS_MAX } from './render.ts';
import { openSender } from './send.ts';

/** E-mail over SMTP. Links to the console; never decides by itself, since mail scanners open every link. */
export const email = defineChannel({
  id: 'email',
  displayName: 'E-mail',
  capabilities: {
    interactive: 'link_only',
    receipts: 'accepted',
    identityStrength: 'weak',
    lockScreenVisible: true,
    textCharsMax: TEXT_CHARS_MAX,
  },
  variables: {
    NOTIFICATION_SMTP_URL: z
      .string()
      .regex(/^smtps?:\/\/.+/, 'must be smtp://user:password@host:port or smtps://…')
      .optional()
      .describe('Mail server, smtp://user:password@host:port or smtps://…; without it alerts by e-mail stay in the inbox'),
    NOTIFICATION_EMAIL_FROM: z
      .string()
      .min(3)
      .default('Holdpoint <holdpoint@localhost>')
      .describe('Sender of e-mail alerts, "Name <address>"'),
    NOTIFICATION_SMTP_TLS: z
      .enum(['required', 'opportunistic', 'off'])
      .optional()
      .describe('STARTTLS on smtp://: required by default, off by default for a server on this machine'),
  },
  open: variables => {
    const settings = mailSettings(variables);
    if (settings === null) return null;
    return { normaliseAddress: addressOf, ...openSender(settings) };
  },
});
