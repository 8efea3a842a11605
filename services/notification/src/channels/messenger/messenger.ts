import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { graphBaseUrl, graphSettings, metaId } from '../../providers/meta/graph-settings.ts';
import { openMessaging } from '../../providers/meta/messaging-channel.ts';
import { BUTTONS_MAX, messagingForm, type TextLimits } from '../../providers/meta/messaging-render.ts';
import { defineChannel } from '../channel.ts';

/** Send API: text of at most 2 000 characters; no limit in bytes (four for each at the most). */
const LIMITS: TextLimits = { charsMax: 2_000, bytesMax: 8_000 };

const messengerConfig = z.strictObject({
  pageId: metaId.describe('Id of the Facebook page that writes (Page, About, Page transparency)'),
  ...graphSettings,
  baseUrl: graphBaseUrl('https://graph.facebook.com'),
});

/** A page-scoped id: digits. It means nothing to another page. */
const pageScopedId = (address: string): string | null => metaId.safeParse(address.trim()).data ?? null;

/** Facebook Messenger, as a page that people have written to. Opportunistic: it reaches whoever wrote within 24 hours. */
export const messenger = defineChannel<z.infer<typeof messengerConfig>>({
  id: 'messenger',
  displayName: 'Messenger',
  capabilities: {
    interactive: 'buttons',
    actionsMax: BUTTONS_MAX,
    canEdit: false,
    receipts: 'accepted',
    identityStrength: 'medium',
    defaultCeiling: DEFAULT_CEILINGS.messenger,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: 250,
    needsOpenWindow: true,
    paid: false,
    enrolment: 'link',
  },
  config: messengerConfig,
  normaliseAddress: pageScopedId,
  render: message => messagingForm(message, LIMITS),
  open: (config, options) =>
    openMessaging(
      config,
      {
        object: 'page',
        accountId: config.pageId,
        limits: LIMITS,
        namesItsReason: true,
        self: { path: `${config.pageId}?fields=id`, member: 'id' },
        conversationUrl: `https://m.me/${config.pageId}`,
        preparation: [
          {
            path: `${config.pageId}/subscribed_apps`,
            body: { subscribed_fields: ['messages', 'messaging_postbacks', 'messaging_referrals'] },
          },
          // Without this button a new conversation drops the token of its link.
          { path: `${config.pageId}/messenger_profile`, body: { get_started: { payload: 'start' } } },
        ],
      },
      options,
    ),
});
