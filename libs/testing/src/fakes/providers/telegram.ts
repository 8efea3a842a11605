import { randomBytes } from 'node:crypto';
import { callHook, type FakeAnswer, type FakeProvider, type FakeRequest, type HookAnswer } from './provider.ts';
import { TELEGRAM_ERRORS, telegramMethods, telegramRefusal } from './telegram-methods.ts';
import { chatWith, openTelegramState, personOf, shown, unixNow, type TelegramChatMessage, type TelegramState } from './telegram-state.ts';

/** How an update reaches us: `duplicates` more times, with another secret header or none, under an id that was used before. */
export type TelegramDelivery = { duplicates?: number; secret?: string | null; updateId?: number };

/**
 * An honest fake of the Bot API for one bot: it knows who started or blocked it, refuses what is malformed in Telegram's own words, and
 * carries presses, replies and deep links to the webhook with the secret it was given. Like a Bot API server of one's own it takes http
 * webhooks; `httpsOnly` makes it as strict as Telegram's.
 */
export const openTelegramFake = ({ httpsOnly = false } = {}) => {
  const state = openTelegramState();
  const methods = telegramMethods(state, { httpsOnly });
  return {
    ...peopleOf(state),
    state,
    botToken: state.botToken,
    username: state.bot.username,
    messages: state.messages,
    alerts: state.alerts,
    mishaps: state.mishaps,
    handle: async ({ path, rawBody, headers }: FakeRequest): Promise<FakeAnswer> => {
      const [, token, name = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
      if (token === undefined) return TELEGRAM_ERRORS.notFound;
      if (token !== state.botToken) return /^\d+:/.test(token) ? TELEGRAM_ERRORS.unauthorized : TELEGRAM_ERRORS.notFound;
      const answer = methods[name.toLowerCase()];
      if (answer === undefined) return telegramRefusal(404, 'Not Found: method not found');
      if (rawBody.length === 0) return answer({});
      if (!headers['content-type']?.startsWith('application/json')) return telegramRefusal(400, 'Bad Request: this fake reads JSON only');
      return answer(JSON.parse(rawBody.toString('utf8')) as Record<string, unknown>);
    },
  } satisfies FakeProvider & Record<string, unknown>;
};
export type TelegramFake = ReturnType<typeof openTelegramFake>;

/** Calls our webhook as Telegram does. @throws Error when there is none, or it did not ask for this kind of update */
const deliver = async (
  state: TelegramState,
  kind: string,
  content: object,
  { duplicates = 0, secret, updateId = ++state.lastUpdateId }: TelegramDelivery = {},
): Promise<HookAnswer> => {
  const { webhook } = state;
  if (webhook === null) throw new Error('no webhook was set');
  if (!webhook.allowed.includes(kind)) throw new Error(`the webhook did not ask for ${kind}`);
  const header = secret === undefined ? webhook.secret : secret;
  const headers = { 'content-type': 'application/json', ...(header === null ? {} : { 'x-telegram-bot-api-secret-token': header }) };
  const body = JSON.stringify({ update_id: updateId, [kind]: content });
  let answer = await callHook(webhook.url, { headers, body });
  for (let sent = 0; sent < duplicates; sent++) answer = await callHook(webhook.url, { headers, body });
  if (answer.status >= 300) state.hookError = { at: unixNow(), why: `Wrong response from the webhook: ${answer.status}` };
  return answer;
};

/** What people do in their apps; each resolves with our webhook's answer. */
const peopleOf = (state: TelegramState) => {
  let words = 50_000;
  const saying = (userId: number, text: string, more: object = {}) => ({
    message_id: ++words,
    from: personOf(userId),
    chat: chatWith(userId),
    date: unixNow(),
    text,
    ...more,
  });
  const at = (messageId: number): TelegramChatMessage => {
    const message = state.messages.find(found => found.messageId === messageId);
    if (message === undefined) throw new Error(`there is no message ${messageId}`);
    return message;
  };
  return {
    /** Opens the bot by its deep link, which also allows it to write. */
    start: (userId: number, token: string, delivery?: TelegramDelivery) => {
      state.started.add(userId);
      state.blocked.delete(userId);
      return deliver(state, 'message', saying(userId, `/start ${token}`), delivery);
    },
    /** Has started the bot some time ago. */
    hasStarted: (userId: number) => void state.started.add(userId),
    block: (userId: number) => {
      state.blocked.add(userId);
      return deliver(state, 'my_chat_member', membership(state, userId, 'member', 'kicked'));
    },
    unblock: (userId: number) => {
      state.blocked.delete(userId);
      return deliver(state, 'my_chat_member', membership(state, userId, 'kicked', 'member'));
    },
    /** Presses the button with this label, or sends data as if there were such a button, which a userbot can. */
    press: async (
      messageId: number,
      button: string | { data: string },
      { from, group = false, ...delivery }: TelegramDelivery & { from?: number; group?: boolean } = {},
    ): Promise<{ queryId: string; answer: HookAnswer }> => {
      const message = at(messageId);
      const queryId = BigInt(`0x${randomBytes(8).toString('hex')}`).toString();
      state.queries.add(queryId);
      const content = {
        id: queryId,
        from: personOf(from ?? message.chatId),
        message: shown(state, message, group ? { id: -100_123, type: 'supergroup', title: 'A group' } : undefined),
        chat_instance: '42',
        data: typeof button === 'string' ? dataOf(message, button) : button.data,
      };
      return { queryId, answer: await deliver(state, 'callback_query', content, delivery) };
    },
    /** So much time passes that no press can be answered any more. */
    forgetPresses: () => state.queries.clear(),
    reply: (messageId: number, text: string, { from, ...delivery }: TelegramDelivery & { from?: number } = {}) => {
      const message = at(messageId);
      return deliver(state, 'message', saying(from ?? message.chatId, text, { reply_to_message: shown(state, message) }), delivery);
    },
    say: (userId: number, text: string, delivery?: TelegramDelivery) => deliver(state, 'message', saying(userId, text), delivery),
  };
};

const membership = (state: TelegramState, userId: number, before: string, after: string) => ({
  chat: chatWith(userId),
  from: personOf(userId),
  date: unixNow(),
  old_chat_member: { user: state.bot, status: before },
  new_chat_member: { user: state.bot, status: after },
});

const dataOf = ({ markup, messageId }: TelegramChatMessage, label: string): string => {
  const buttons = markup !== null && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : [];
  const data = buttons.find(({ text }) => text === label)?.callback_data;
  if (data === undefined) throw new Error(`message ${messageId} has no button "${label}" to press`);
  return data;
};
