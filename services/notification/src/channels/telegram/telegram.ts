import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { defineChannel } from '../channel.ts';
import { openTelegram } from './open.ts';
import { renderTelegram, TEXT_CHARS_MAX } from './render.ts';

/** Credentials of one bot. Everything else (its name, its webhook and the webhook's secret) is read, set or derived. */
export const telegramConfig = z.strictObject({
  botToken: z
    .string()
    .regex(/^\d{1,16}:[A-Za-z0-9_-]{20,100}$/, 'must be the token that @BotFather gave, such as 110201543:AAHdqTcv…')
    .describe('Token of the bot, from @BotFather')
    .meta({ secret: true }),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.telegram.org')
    .describe('Where the Bot API is; another one only for a Bot API server of your own'),
});
export type TelegramConfig = z.infer<typeof telegramConfig>;

/** Private chats with a bot: buttons that decide, a forced reply for the reason of a rejection, messages that change once it is decided. */
export const telegram = defineChannel<TelegramConfig>({
  id: 'telegram',
  displayName: 'Telegram',
  capabilities: {
    interactive: 'buttons',
    actionsMax: 3,
    canEdit: true,
    receipts: 'accepted',
    identityStrength: 'medium',
    defaultCeiling: DEFAULT_CEILINGS.telegram,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: TEXT_CHARS_MAX,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'link',
  },
  config: telegramConfig,
  normaliseAddress: address => (USER_ID.test(address.trim()) ? address.trim() : null),
  render: renderTelegram,
  open: openTelegram,
});

/** A user's number: at most 52 significant bits (Bot API, User.id). Groups and channels are negative, usernames can change hands: neither is one. */
const USER_ID = /^[1-9]\d{0,15}$/;
