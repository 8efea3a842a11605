import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { defineChannel } from '../channel.ts';
import { addressOf } from './address.ts';
import { cloudConfig } from './cloud-config.ts';
import { BUTTONS_MAX, sessionForm } from './cloud-render.ts';
import { openCloud } from './cloud-send.ts';
import { twilioConfig } from './twilio-config.ts';
import { openThroughTwilio } from './twilio-send.ts';

/** Who carries the messages: Meta itself (`cloud`), or a provider in between. */
const whatsappConfig = z.discriminatedUnion('via', [cloudConfig, twilioConfig]);

/** WhatsApp: buttons within 24 hours after a person wrote, approved templates at any time. */
export const whatsapp = defineChannel<z.infer<typeof whatsappConfig>>({
  id: 'whatsapp',
  displayName: 'WhatsApp',
  capabilities: {
    interactive: 'buttons',
    actionsMax: BUTTONS_MAX,
    canEdit: false,
    receipts: 'read',
    identityStrength: 'medium',
    defaultCeiling: DEFAULT_CEILINGS.whatsapp,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: 400,
    needsOpenWindow: false,
    paid: true,
    enrolment: 'code',
  },
  config: whatsappConfig,
  normaliseAddress: addressOf,
  render: message => sessionForm(message),
  open: (config, options) => {
    switch (config.via) {
      case 'cloud':
        return openCloud(config, options);
      case 'twilio':
        return openThroughTwilio(config, options);
    }
  },
});
