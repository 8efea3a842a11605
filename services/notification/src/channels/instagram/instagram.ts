import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { graphBaseUrl, graphSettings, metaId } from '../../providers/meta/graph-settings.ts';
import { openMessaging } from '../../providers/meta/messaging-channel.ts';
import { BUTTONS_MAX, messagingForm, type TextLimits } from '../../providers/meta/messaging-render.ts';
import { defineChannel } from '../channel.ts';

/** A text may have 1 000 bytes of UTF-8. */
const LIMITS: TextLimits = { charsMax: 1_000, bytesMax: 1_000 };

const instagramConfig = z.strictObject({
  accountId: metaId.describe('Id of the professional account that writes: `user_id` of the API with Instagram Login, not its `id`'),
  username: z
    .string()
    .regex(/^[A-Za-z0-9._]{1,30}$/, 'must be a name on Instagram, without @')
    .describe('Its name, without @; people open a conversation with it to enrol'),
  ...graphSettings,
  baseUrl: graphBaseUrl('https://graph.instagram.com'),
});

/** An Instagram-scoped id: digits. It means nothing to another account. */
const instagramScopedId = (address: string): string | null => metaId.safeParse(address.trim()).data ?? null;

/** Direct messages of Instagram, as an account that people have written to. Opportunistic: it reaches whoever wrote within 24 hours. */
export const instagram = defineChannel<z.infer<typeof instagramConfig>>({
  id: 'instagram',
  displayName: 'Instagram',
  capabilities: {
    interactive: 'buttons',
    actionsMax: BUTTONS_MAX,
    canEdit: false,
    receipts: 'accepted',
    identityStrength: 'medium',
    defaultCeiling: DEFAULT_CEILINGS.instagram,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: 250,
    needsOpenWindow: true,
    paid: false,
    enrolment: 'link',
  },
  config: instagramConfig,
  normaliseAddress: instagramScopedId,
  render: message => messagingForm(message, LIMITS),
  open: (config, options) =>
    openMessaging(
      config,
      {
        object: 'instagram',
        accountId: config.accountId,
        limits: LIMITS,
        namesItsReason: false,
        // Its `id` is another one for each app; webhooks and calls know the account by its user id.
        self: { path: 'me?fields=user_id', member: 'user_id' },
        conversationUrl: `https://ig.me/m/${config.username}`,
        preparation: [
          {
            path: `${config.accountId}/subscribed_apps`,
            body: { subscribed_fields: ['messages', 'messaging_postbacks', 'messaging_referral'] },
          },
        ],
      },
      options,
    ),
});
