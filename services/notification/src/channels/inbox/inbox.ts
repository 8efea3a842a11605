import { defineChannel } from '../channel.ts';

/** The console itself: the request waits in the inbox of whoever may decide it, so there is nothing to send, only to record. */
export const inbox = defineChannel({
  id: 'inbox',
  displayName: 'Console inbox',
  capabilities: { interactive: 'forms', receipts: 'none', identityStrength: 'strong', lockScreenVisible: false, textCharsMax: 4_000 },
  variables: {},
  open: () => ({
    normaliseAddress: address => address,
    send: async () => ({ outcome: 'accepted', providerMessageId: null }),
    healthCheck: async () => null,
    close: async () => {},
  }),
});
