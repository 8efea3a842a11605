import { randomBytes } from 'node:crypto';
import { openMishaps } from './provider.ts';
import type { TelegramEntity, TelegramMarkup } from './telegram-shapes.ts';

/** A message of the bot as a person sees it. */
export type TelegramChatMessage = {
  chatId: number;
  messageId: number;
  text: string;
  entities: TelegramEntity[];
  markup: TelegramMarkup | null;
  replyTo: number | null;
  edits: number;
  hasPreview: boolean;
};
export type TelegramAlert = { queryId: string; text: string; showAlert: boolean };
export type TelegramWebhook = { url: string; secret: string; allowed: readonly string[] };

const BOT_ID = 110201543;

/** All that the fake knows. `errors` are those of our own webhook, as getWebhookInfo tells them. */
export const openTelegramState = () => ({
  botToken: `${BOT_ID}:${randomBytes(26).toString('base64url')}`,
  bot: { id: BOT_ID, is_bot: true, first_name: 'Holdpoint', username: 'holdpoint_test_bot' },
  started: new Set<number>(),
  blocked: new Set<number>(),
  messages: [] as TelegramChatMessage[],
  /** What people saw after a press. */
  alerts: [] as TelegramAlert[],
  /** Presses that may still be answered. */
  queries: new Set<string>(),
  /** The next messages to a chat (its number as text) meet these. */
  mishaps: openMishaps(),
  webhook: null as TelegramWebhook | null,
  hookError: null as { at: number; why: string } | null,
  lastUpdateId: 700_000_000,
});
export type TelegramState = ReturnType<typeof openTelegramState>;

export const personOf = (id: number) => ({ id, is_bot: false, first_name: `Person ${id}` });
export const chatWith = (id: number) => ({ id, type: 'private', first_name: `Person ${id}` });
export const unixNow = (): number => Math.floor(Date.now() / 1_000);

/** A message of the bot as the API shows it. @param chat another one than it was sent to: where a press says it came from */
export const shown = ({ bot }: TelegramState, message: TelegramChatMessage, chat: object = chatWith(message.chatId)) => ({
  message_id: message.messageId,
  from: bot,
  chat,
  date: unixNow(),
  text: message.text,
  entities: message.entities,
  ...(message.markup !== null && 'inline_keyboard' in message.markup ? { reply_markup: message.markup } : {}),
});
