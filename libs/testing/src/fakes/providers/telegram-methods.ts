import { meet, type FakeAnswer } from './provider.ts';
import { checkMessage, type TelegramEntity, type TelegramMarkup } from './telegram-shapes.ts';
import { shown, type TelegramChatMessage, type TelegramState } from './telegram-state.ts';

export const telegramRefusal = (code: number, description: string, parameters?: Record<string, number>) => ({
  status: code,
  body: { ok: false, error_code: code, description, ...(parameters === undefined ? {} : { parameters }) },
});

/** Errors by name, with the real API's words. */
export const TELEGRAM_ERRORS = {
  throttled: telegramRefusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
  blocked: telegramRefusal(403, 'Forbidden: bot was blocked by the user'),
  deactivated: telegramRefusal(403, 'Forbidden: user is deactivated'),
  kicked: telegramRefusal(403, 'Forbidden: bot was kicked from the group chat'),
  notStarted: telegramRefusal(403, "Forbidden: bot can't initiate conversation with a user"),
  chatNotFound: telegramRefusal(400, 'Bad Request: chat not found'),
  migrated: telegramRefusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1001234567890 }),
  entities: telegramRefusal(400, "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 60"),
  tooLong: telegramRefusal(400, 'Bad Request: message is too long'),
  buttonData: telegramRefusal(400, 'Bad Request: BUTTON_DATA_INVALID'),
  unauthorized: telegramRefusal(401, 'Unauthorized'),
  notFound: telegramRefusal(404, 'Not Found'),
  conflict: telegramRefusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  ),
  internal: telegramRefusal(500, 'Internal Server Error: restart'),
  gateway: { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' },
} as const satisfies Record<string, FakeAnswer>;

type Parameters = Record<string, unknown>;
type Method = (parameters: Parameters) => FakeAnswer | Promise<FakeAnswer>;

const ALERT_CHARS_MAX = 200;
const ok = (result: unknown): FakeAnswer => ({ status: 200, body: { ok: true, result } });
const badRequest = (words: string): FakeAnswer => telegramRefusal(400, `Bad Request: ${words}`);

/** The Bot API's methods by name in lower case: they are case-insensitive. */
export const telegramMethods = (state: TelegramState, options: { httpsOnly: boolean }): Record<string, Method> => ({
  getme: () => ok({ ...state.bot, can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false }),
  getwebhookinfo: () =>
    ok({
      url: state.webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: state.hookError === null ? 0 : 1,
      ...(state.hookError === null ? {} : { last_error_date: state.hookError.at, last_error_message: state.hookError.why }),
    }),
  setwebhook: parameters => setWebhook(state, parameters, options.httpsOnly),
  sendmessage: parameters => sendMessage(state, parameters),
  editmessagetext: parameters => editMessageText(state, parameters),
  answercallbackquery: parameters => answerCallbackQuery(state, parameters),
});

const setWebhook = (state: TelegramState, parameters: Parameters, httpsOnly: boolean): FakeAnswer => {
  const url = String(parameters['url'] ?? '');
  if (!URL.canParse(url) || (httpsOnly && !url.startsWith('https:')))
    return badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  const secret = String(parameters['secret_token'] ?? '');
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(secret)) return badRequest('secret token contains unallowed characters');
  const allowed = (parameters['allowed_updates'] as string[] | undefined) ?? ['message', 'callback_query'];
  state.webhook = { url, secret, allowed };
  return ok(true);
};

const sendMessage = (state: TelegramState, parameters: Parameters): FakeAnswer | Promise<FakeAnswer> => {
  const chatId = parameters['chat_id'];
  if (typeof chatId !== 'number') return badRequest('chat_id is empty');
  const wrong = checkMessage(parameters);
  if (wrong !== null) return badRequest(wrong);
  if (state.blocked.has(chatId)) return TELEGRAM_ERRORS.blocked;
  if (!state.started.has(chatId)) return TELEGRAM_ERRORS.chatNotFound;
  return meet(state.mishaps.take(String(chatId)), () => {
    const message: TelegramChatMessage = {
      chatId,
      messageId: state.messages.length + 100,
      ...contentOf(parameters),
      replyTo: (parameters['reply_parameters'] as { message_id?: number } | undefined)?.message_id ?? null,
      edits: 0,
      hasPreview: (parameters['link_preview_options'] as { is_disabled?: boolean } | undefined)?.is_disabled !== true,
    };
    state.messages.push(message);
    return ok(shown(state, message));
  });
};

const contentOf = (parameters: Parameters) => ({
  text: String(parameters['text']),
  entities: (parameters['entities'] as TelegramEntity[] | undefined) ?? [],
  markup: (parameters['reply_markup'] as TelegramMarkup | undefined) ?? null,
});

const editMessageText = (state: TelegramState, parameters: Parameters): FakeAnswer | Promise<FakeAnswer> => {
  const message = state.messages.find(
    ({ messageId, chatId }) => messageId === parameters['message_id'] && chatId === parameters['chat_id'],
  );
  if (message === undefined) return badRequest('message to edit not found');
  const wrong = checkMessage(parameters);
  if (wrong !== null) return badRequest(wrong);
  const next = contentOf(parameters);
  if (JSON.stringify(next) === JSON.stringify({ text: message.text, entities: message.entities, markup: message.markup }))
    return badRequest('message is not modified: specified new message content and reply markup are exactly the same as a current content');
  return meet(state.mishaps.take(String(message.chatId)), () => {
    Object.assign(message, next, { edits: message.edits + 1 });
    return ok(shown(state, message));
  });
};

const answerCallbackQuery = (state: TelegramState, parameters: Parameters): FakeAnswer => {
  const queryId = String(parameters['callback_query_id']);
  const text = String(parameters['text'] ?? '');
  if (text.length > ALERT_CHARS_MAX) return badRequest('MESSAGE_TOO_LONG');
  if (!state.queries.delete(queryId)) return badRequest('query is too old and response timeout expired or query ID is invalid');
  state.alerts.push({ queryId, text, showAlert: parameters['show_alert'] === true });
  return ok(true);
};
