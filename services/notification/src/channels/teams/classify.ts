import type { Failure, FailureClass } from '../channel.ts';
import { retryAfterMsOf, type ProviderAnswer } from '../provider-http.ts';

/** Codes of the conversational APIs ("Status codes from bot conversational APIs", Microsoft Learn). */
const BY_CODE: Readonly<Record<string, readonly [FailureClass, string]>> = {
  ConversationBlockedByUser: ['recipient_blocked', 'The person has blocked the bot'],
  MessageWritesBlocked: ['recipient_blocked', 'The person takes no messages from the bot'],
  BotNotInConversationRoster: ['recipient_gone', 'The bot was removed from the conversation; it has to be installed again'],
  ForbiddenOperationException: ['recipient_gone', 'The bot is not installed for this person'],
  ConversationNotFound: ['recipient_gone', 'The conversation no longer exists'],
  ActivityNotFoundInConversation: ['content_rejected', 'The message no longer exists'],
  BotNotRegistered: ['config', 'The bot is not registered with Teams; check appId'],
  BotDisabledByAdmin: ['config', 'The tenant’s administrator has disabled the bot'],
  InvalidBotApiHost: ['config', 'The conversation belongs to another cloud of Teams'],
  NotEnoughPermissions: ['config', 'The bot lacks a permission'],
  MessageSizeTooBig: ['content_rejected', 'The message is too large'],
  PreconditionFailed: ['retryable', 'Teams was busy with the conversation'],
  Throttled: ['throttled', 'Teams asks for a pause'],
};

const BY_STATUS: Readonly<Record<number, readonly [FailureClass, string]>> = {
  401: ['config', 'Teams refuses the bot’s credentials; check appId, appSecret and tenantId'],
  403: ['config', 'Teams refuses the bot'],
  404: ['recipient_gone', 'The conversation no longer exists'],
  412: ['retryable', 'Teams was busy with the conversation'],
  413: ['content_rejected', 'The message is too large'],
  429: ['throttled', 'Teams asks for a pause'],
};

/** What an answer of the bot's API other than 2xx means: by code where there is a known one, else by status. */
export const classifyBot = (answer: ProviderAnswer, nowMs: number): Failure => {
  const code = errorCodeOf(answer.text);
  const [name, safeMessage] =
    BY_CODE[code] ??
    BY_STATUS[answer.status] ??
    (answer.status >= 500
      ? (['retryable', 'Teams has a problem of its own'] as const)
      : (['content_rejected', 'Teams refuses the message'] as const));
  return failureOf(answer, name, safeMessage, code in BY_CODE ? code : null, nowMs);
};

/** The same for a flow's address. 404 and 410 are a flow that was deleted or switched off, 401 and 403 a signature that was renewed. */
export const classifyWorkflow = (answer: ProviderAnswer, nowMs: number): Failure => {
  const { status } = answer;
  if ([401, 403, 404, 405, 410].includes(status))
    return failureOf(answer, 'config', 'The flow does not take this address; check url', null, nowMs);
  if (status === 429) return failureOf(answer, 'throttled', 'Power Automate asks for a pause', null, nowMs);
  if (status === 408 || status >= 500) return failureOf(answer, 'retryable', 'Power Automate has a problem of its own', null, nowMs);
  return failureOf(answer, 'content_rejected', 'The flow refuses the message', null, nowMs);
};

/** The same for the sign-in of the bot (RFC 6749 §5.2): all but a pause and a fault of theirs is a matter of credentials. */
export const classifySignIn = (answer: ProviderAnswer, nowMs: number): Failure => {
  if (answer.status === 429) return failureOf(answer, 'throttled', 'The sign-in service asks for a pause', null, nowMs);
  if (answer.status >= 500) return failureOf(answer, 'retryable', 'The sign-in service has a problem of its own', null, nowMs);
  return failureOf(answer, 'config', 'The bot cannot sign in; check appId, appSecret and tenantId', 'sign_in', nowMs);
};

const failureOf = (answer: ProviderAnswer, name: FailureClass, safeMessage: string, word: string | null, nowMs: number): Failure => {
  const code = word === null ? String(answer.status) : `${answer.status}/${word}`;
  const retryAfterMs = name === 'throttled' ? retryAfterMsOf(answer.headers['retry-after'], nowMs) : undefined;
  return { class: name, code, safeMessage: `${safeMessage} (${code})`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
};

/** `{"error": {"code"}}`, or an `errorCode` of older answers. Only a known code goes further. */
const errorCodeOf = (text: string): string => {
  try {
    const { error, errorCode } = JSON.parse(text) as { error?: { code?: unknown }; errorCode?: unknown };
    const code = error?.code ?? errorCode;
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
};
