import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { defineChannel } from '../channel.ts';
import { mailInbound } from './inbound.ts';
import { addressOf, mailConfig, mailSettings, type MailConfig } from './mail-settings.ts';
import { renderMail, TEXT_CHARS_MAX } from './render.ts';
import { openSender } from './send.ts';

/** E-mail over SMTP. Its links show and ask; none of them decides by being opened, since mail scanners open every link. */
export const email = defineChannel<MailConfig>({
  id: 'email',
  displayName: 'E-mail',
  capabilities: {
    interactive: 'link_only',
    actionsMax: 3,
    canEdit: false,
    receipts: 'accepted',
    identityStrength: 'weak',
    defaultCeiling: DEFAULT_CEILINGS.email,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: TEXT_CHARS_MAX,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'confirm',
  },
  config: mailConfig,
  normaliseAddress: addressOf,
  render: message => renderMail(message),
  open: config => {
    const settings = mailSettings(config);
    return { ...openSender(settings), ...(settings.replies === null ? {} : { inbound: mailInbound(settings.replies) }) };
  },
});
