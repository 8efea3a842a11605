import type { ApiError } from '@grammyjs/types';
import type { Failure, FailureClass } from '../channel.ts';

/** Telegram's words inside 400 and 403, where the code alone does not tell; the first that is found counts. */
const WORDS: readonly [code: number, words: RegExp, name: string, failure: FailureClass, safeMessage: string][] = [
  [403, /blocked by the user/i, 'blocked', 'recipient_blocked', 'The person blocked the bot'],
  [403, /deactivated/i, 'deactivated', 'recipient_blocked', 'The account was closed'],
  [403, /kicked|not a member/i, 'kicked', 'recipient_blocked', 'The bot was removed from the chat'],
  [403, /can't initiate conversation/i, 'not_started', 'window_closed', 'The person has to start the bot first'],
  [403, /can't send messages to (the )?bots?/i, 'bot', 'recipient_gone', 'The account is a bot'],
  [400, /chat not found|user not found|peer_id_invalid|chat_id is empty/i, 'chat_not_found', 'recipient_gone', 'There is no such chat'],
  [400, /can't parse entities/i, 'entities', 'content_rejected', 'Telegram could not read the message'],
  [400, /message is too long/i, 'too_long', 'content_rejected', 'The message is too long'],
  [400, /button_data_invalid/i, 'button_data', 'content_rejected', 'A button of the message is not valid'],
  [400, /message is not modified/i, 'not_modified', 'content_rejected', 'The message is like that already'],
  [
    400,
    /message to edit not found|message_id_invalid|message can't be edited/i,
    'not_found',
    'content_rejected',
    'There is no such message',
  ],
  [400, /query is too old|query_id_invalid/i, 'query_too_old', 'content_rejected', 'The press was answered too late'],
  [400, /webhook/i, 'webhook', 'config', 'Telegram does not accept our address as a webhook'],
];

/**
 * What a refused call means: by error code first, by Telegram's words only inside 400 and 403.
 * @param body null when the answer was not Telegram's JSON
 * @returns a failure whose texts are ours: the description may repeat the message or the chat
 */
export const classifyTelegram = (status: number, body: ApiError | null): Failure => {
  const code = body?.error_code ?? status;
  const failure = (name: string | null, failureClass: FailureClass, safeMessage: string, more: Partial<Failure> = {}): Failure => ({
    class: failureClass,
    code: name === null ? String(code) : `${code}/${name}`,
    safeMessage: `${safeMessage} (${name === null ? code : `${code}/${name}`})`,
    ...more,
  });
  if (code === 429) {
    const seconds = body?.parameters?.retry_after;
    const pause = typeof seconds === 'number' ? { retryAfterMs: seconds * 1_000 } : {};
    return failure(null, 'throttled', 'Telegram takes no more messages now', pause);
  }
  if (code === 401) return failure(null, 'config', 'Telegram does not know the bot; check botToken');
  if (code === 404) return failure(null, 'config', 'Telegram does not know the bot; check botToken and apiUrl');
  if (code === 409) return failure(null, 'config', 'Another program fetches the updates of this bot; stop it');
  const movedTo = body?.parameters?.migrate_to_chat_id;
  if (code === 400 && movedTo !== undefined)
    return failure('migrated', 'recipient_gone', 'The chat has another number now', { movedTo: String(movedTo) });
  const [, , name, failureClass, safeMessage] = WORDS.find(([at, words]) => at === code && words.test(body?.description ?? '')) ?? [];
  if (name !== undefined && failureClass !== undefined && safeMessage !== undefined) return failure(name, failureClass, safeMessage);
  if (code === 403) return failure(null, 'recipient_blocked', 'Telegram does not let the bot write there');
  if (code >= 400 && code < 500) return failure(null, 'content_rejected', 'Telegram refused the message');
  // A gateway that gave up and an answer nobody can read say nothing about the message; Telegram's own 500 says that it was not taken.
  return body === null && code !== 503
    ? failure('unreadable', 'unknown_outcome', "Telegram's answer could not be read")
    : failure(null, 'retryable', 'Telegram is not working now');
};
