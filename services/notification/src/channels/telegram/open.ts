import type { Message as TelegramSent, UserFromGetMe, WebhookInfo } from '@grammyjs/types';
import type { InboundItem, Message, OpenChannel, OpenOptions, Outcome, Reply, SendResult, To } from '../channel.ts';
import { elided } from '../plain-text.ts';
import { ProviderUnreachable } from '../provider-http.ts';
import { openBotApi, type BotApi } from './bot-api.ts';
import { parseUpdate } from './inbound.ts';
import { notePrompt } from './note-prompt.ts';
import { inert, renderTelegram } from './render.ts';
import type { TelegramConfig } from './telegram.ts';
import { ALLOWED_UPDATES, UPDATE_ANSWER, verifyUpdate, webhookSecret } from './webhook.ts';

/** Bot API, answerCallbackQuery: 0–200 characters. */
const ALERT_CHARS_MAX = 200;
/** Where a person opens a chat with a bot and a parameter. */
const LINKS = 'https://t.me';

/** A bot, ready to send. Connects to nothing before it is asked to. */
export const openTelegram = ({ botToken, apiUrl }: TelegramConfig, { http, hookUrl, nowMs }: OpenOptions): OpenChannel => {
  const api = openBotApi(http, apiUrl, botToken);
  // A token is the bot's number, a colon, and the secret.
  const botId = Number(botToken.split(':', 1)[0]);
  const secret = webhookSecret(botToken, hookUrl);
  let username: string | undefined;
  return {
    send: ({ address }, message) => send(api, address, message),
    update: (to, ref, message) => update(api, to, ref, message),
    acknowledge: (item, result) => acknowledge(api, item, result),
    enrolmentLink: async token => {
      if (username === undefined) {
        const me = await api.call<UserFromGetMe>('getMe');
        if (me.outcome === 'failed') throw new ProviderUnreachable(me);
        username = me.result.username;
      }
      return `${LINKS}/${username}?start=${token}`;
    },
    inbound: {
      verify: request => verifyUpdate(request, secret),
      parse: request => parseUpdate(request, botId),
      answersWithOutcome: false,
      answer: () => UPDATE_ANSWER,
    },
    healthCheck: () => healthCheck(api, hookUrl, secret, nowMs()),
    close: async () => {},
  };
};

const send = async (api: BotApi, address: string, message: Message): Promise<SendResult> => {
  const sent = await api.call<TelegramSent>('sendMessage', { chat_id: Number(address), ...renderTelegram(message) });
  if (sent.outcome === 'failed') return sent;
  const id = String(sent.result.message_id);
  return { outcome: 'accepted', providerMessageId: id, ref: id };
};

const update = async (api: BotApi, { address }: To, ref: string, message: Message) => {
  const { protect_content: _, ...rendered } = renderTelegram(message);
  const edited = await api.call('editMessageText', { chat_id: Number(address), message_id: Number(ref), ...rendered });
  if (edited.outcome === 'ok' || edited.code === '400/not_modified') return { outcome: 'updated' as const };
  return edited.code === '400/not_found' ? { outcome: 'gone' as const } : edited;
};

/** Answers a press in the app's own way, within its about fifteen seconds, and by a message where that is over or was never possible. */
const acknowledge = async (api: BotApi, item: Extract<InboundItem, { reply: Reply }>, result: Outcome): Promise<void> => {
  const { query, chat, message } = item.reply;
  const asks = result.outcome === 'asksNote';
  const text = inert(result.text);
  const answered =
    query !== null &&
    query !== undefined &&
    (
      await api.call('answerCallbackQuery', {
        callback_query_id: query,
        ...(asks ? {} : { text: elided(text, ALERT_CHARS_MAX), show_alert: result.outcome === 'refused' }),
      })
    ).outcome === 'ok';
  if (chat === null || chat === undefined) return;
  if (asks && item.kind === 'press') {
    const prompt = notePrompt(text, item.handle, message ?? '0');
    await api.call('sendMessage', { chat_id: Number(chat), ...prompt, ...inReplyTo(message), link_preview_options: { is_disabled: true } });
    return;
  }
  if (!answered) await api.call('sendMessage', { chat_id: Number(chat), text, link_preview_options: { is_disabled: true } });
  if (result.message !== undefined && message !== null && message !== undefined)
    await update(api, { address: chat, route: null }, message, result.message);
};

const inReplyTo = (message: string | null | undefined) =>
  message === null || message === undefined ? {} : { reply_parameters: { message_id: Number(message), allow_sending_without_reply: true } };

/** How long an error of Telegram's calls to us counts as current, seconds. */
const RECENT_SEC = 600;

/** Asks whether the bot is there, points its webhook at us, and hears whether Telegram gets through. Run when the channel is saved. */
const healthCheck = async (api: BotApi, hookUrl: string, secret: string, nowMs: number): Promise<string | null> => {
  const me = await api.call<UserFromGetMe>('getMe');
  if (me.outcome === 'failed') return me.safeMessage;
  // Every time: an older secret may still be set, and Telegram does not tell which.
  const set = await api.call('setWebhook', { url: hookUrl, secret_token: secret, allowed_updates: ALLOWED_UPDATES });
  if (set.outcome === 'failed')
    return `${set.safeMessage}. Telegram needs a public https address on port 443, 80, 88 or 8443; ours is made from the public address of Holdpoint`;
  const info = await api.call<WebhookInfo>('getWebhookInfo');
  if (info.outcome === 'failed') return info.safeMessage;
  const { last_error_date: at, last_error_message: why, pending_update_count: waiting } = info.result;
  return at !== undefined && waiting > 0 && nowMs / 1_000 - at < RECENT_SEC
    ? `Telegram does not get through to us, ${waiting} updates wait: ${elided(why ?? 'it does not say why', ALERT_CHARS_MAX)}`
    : null;
};
