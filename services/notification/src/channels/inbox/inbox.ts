import { z } from 'zod';
import { defineChannel } from '../channel.ts';

/** The console itself: the request waits in the inbox of whoever may decide it, so there is nothing to send, only to record. */
export const inbox = defineChannel({
  id: 'inbox',
  displayName: 'Console inbox',
  capabilities: {
    interactive: 'none',
    actionsMax: 0,
    canEdit: false,
    receipts: 'none',
    identityStrength: 'strong',
    defaultCeiling: 'critical',
    contentLevel: 'summary',
    lockScreenVisible: false,
    textCharsMax: 4_000,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'none',
  },
  config: z.strictObject({}),
  normaliseAddress: address => address,
  render: () => null,
  open: () => ({
    send: async () => ({ outcome: 'accepted', providerMessageId: null }),
    healthCheck: async () => null,
    close: async () => {},
  }),
});
