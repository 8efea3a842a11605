import type { Failure, FailureClass } from '../channel.ts';
import { unreachable } from '../provider-http.ts';

/** Slack's error codes by what they mean for a message (chat.postMessage, chat.update, conversations.open, views.open, common errors). */
const CODES: Partial<Record<FailureClass, { safeMessage: string; codes: readonly string[] }>> = {
  throttled: {
    safeMessage: 'Slack takes no more messages now',
    codes: ['ratelimited rate_limited message_limit_exceeded'],
  },
  recipient_gone: {
    safeMessage: 'The person or the conversation is not there any more',
    codes: [
      'channel_not_found is_archived is_inactive not_in_channel user_not_found users_not_found user_disabled user_not_visible',
      'invalid_user_combination cannot_dm_bot method_not_supported_for_channel_type team_not_found',
    ],
  },
  config: {
    safeMessage: 'Slack does not accept the app; check botToken, its scopes and where it is installed',
    codes: [
      'invalid_auth not_authed token_revoked token_expired account_inactive missing_scope no_permission not_allowed_token_type',
      'access_denied accesslimited org_login_required ekm_access_denied team_access_not_granted two_factor_setup_required',
      'enterprise_is_restricted restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel',
      'messages_tab_disabled deprecated_endpoint method_deprecated unknown_method',
    ],
  },
  content_rejected: {
    safeMessage: 'Slack refused the message',
    codes: [
      'invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text too_many_attachments invalid_arguments',
      'invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type block_mismatch',
      'message_not_found cant_update_message edit_window_closed expired_trigger_id exchanged_trigger_id invalid_trigger_id',
      'view_too_large',
    ],
  },
  retryable: {
    safeMessage: 'Slack is not working now',
    codes: ['service_unavailable request_timeout team_added_to_org external_channel_migrating update_failed'],
  },
  // "It's possible some aspect of the operation succeeded before the error was raised."
  unknown_outcome: {
    safeMessage: 'Slack failed on the way',
    codes: ['internal_error fatal_error'],
  },
};
const BY_CODE = new Map(
  (Object.keys(CODES) as FailureClass[]).flatMap(failureClass => {
    const { safeMessage, codes } = CODES[failureClass]!;
    return codes.flatMap(line => line.split(' ')).map(code => [code, { class: failureClass, safeMessage }] as const);
  }),
);

/** What a code of Slack means; one nobody has heard of is about this message. @param code as Slack wrote it: a page of HTML in the worst case */
export const classifySlackCode = (code: string, retryAfterSec?: number): Failure => {
  // The SDK hands over the whole answer as the code when it was no JSON.
  if (!/^[a-z][a-z0-9_]{1,63}$/.test(code))
    return { class: 'unknown_outcome', code: 'unreadable', safeMessage: "Slack's answer could not be read (unreadable)" };
  const known = BY_CODE.get(code) ?? { class: 'content_rejected' as const, safeMessage: 'Slack refused the message' };
  return {
    class: known.class,
    code,
    safeMessage: `${known.safeMessage} (${code})`,
    ...(retryAfterSec === undefined ? {} : { retryAfterMs: retryAfterSec * 1_000 }),
  };
};

const ofStatus = (status: number): Failure => {
  const failure = (failureClass: FailureClass, safeMessage: string): Failure => ({
    class: failureClass,
    code: `http_${status}`,
    safeMessage: `${safeMessage} (http_${status})`,
  });
  if (status === 503) return failure('retryable', 'Slack is not working now');
  return status >= 500
    ? failure('unknown_outcome', 'Slack failed on the way')
    : failure('config', "What answers is not Slack's Web API; check apiUrl");
};

/** The members of the SDK's errors (8.2.0) that say what happened; the rest may hold the token, the message or the whole answer. */
type SdkError = {
  code?: string;
  data?: { error?: string };
  retryAfter?: number;
  statusCode?: number;
  original?: unknown;
  message?: string;
};

/** What an error of `@slack/web-api` means, by the SDK's code, Slack's code and the status. The error itself goes no further. */
export const classifySlackError = (error: unknown): Failure => {
  const { code, data, retryAfter, statusCode, original, message } = (error ?? {}) as SdkError;
  switch (code) {
    case 'slack_webapi_platform_error':
      return classifySlackCode(String(data?.error ?? ''));
    case 'slack_webapi_rate_limited_error':
      return classifySlackCode('ratelimited', retryAfter);
    case 'slack_webapi_http_error':
      return ofStatus(statusCode ?? 0);
    case 'slack_webapi_request_error':
      return unreachable(original);
    default:
      // A 429 without Retry-After is a plain Error in the SDK.
      return message?.startsWith('Retry header') === true
        ? classifySlackCode('ratelimited')
        : { class: 'unknown_outcome', code: 'sdk', safeMessage: 'Slack could not be called' };
  }
};
