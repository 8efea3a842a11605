import type { Failure, FailureClass } from '../../channels/channel.ts';

/** A code at a time, as Twilio documents them; what each says is ours. */
const MEANINGS: readonly (readonly [FailureClass, string, readonly number[]])[] = [
  [
    'config',
    'Twilio refuses our credentials, or the account is not active; check accountSid, authToken, apiKeySid and apiKeySecret',
    [10001, 20003, 20005, 20008, 20403, 30002, 90010],
  ],
  ['config', 'The sender is not ours or may not be used', [21210, 21212, 21603, 21606, 21659, 21660, 21661, 21703]],
  ['config', 'Twilio does not accept the address to call back; it has to be public', [21609]],
  ['config', 'The account is on trial and reaches verified numbers only', [21608, 21219]],
  ['config', "The account's permissions leave this country out", [21408, 21215, 13227]],
  ['config', 'The sender is not registered with the carriers', [30024, 30032, 30034]],
  ['config', 'The WhatsApp sender or its account is not in order', [63002, 63007, 63008, 63010, 63020]],
  ['config', 'The template is missing, not approved, or its variables do not fit', [21655, 21656, 63027, 63028, 63040, 63041, 63042]],
  ['throttled', 'Twilio takes no more just now', [10004, 14107, 20429, 21611, 30001, 30022, 63018, 63038]],
  ['recipient_gone', 'The number does not exist or cannot receive this', [13224, 21211, 21214, 21217, 21614, 30005, 30006, 63003, 63024]],
  ['recipient_blocked', 'The recipient has opted out or blocks us', [13225, 21610, 30004, 63014]],
  ['window_closed', 'The person has not written within 24 hours, and the message was no template', [63016]],
  ['content_rejected', 'A carrier or WhatsApp filtered the message', [30007, 63013, 63032, 63049]],
  ['content_rejected', 'The message is malformed or too long', [21602, 21617, 21619, 63030]],
  ['content_rejected', 'The message was of use no longer', [30012, 30036]],
  ['retryable', 'The handset could not be reached', [30003]],
  ['retryable', 'Twilio or a carrier failed', [20500, 20503, 30008, 63005, 63012, 63021, 63023]],
];

const BY_CODE = new Map(MEANINGS.flatMap(([name, words, codes]) => codes.map(code => [code, { name, words }] as const)));

export type TwilioError = {
  /** Of the answer; undefined for a code out of a callback. */
  status?: number | undefined;
  /** `code` of an answer, `ErrorCode` of a callback; undefined where Twilio gave none. */
  code?: number | undefined;
  retryAfterMs?: number | undefined;
};

/**
 * What an error of Twilio means, at once or in a callback, for messages, calls and WhatsApp alike. By code; Twilio warns that codes are split and
 * refined over time, so an unknown one counts by HTTP status, and as `retryable` where there is none.
 * @returns a failure whose text holds codes only
 */
export const classifyTwilio = ({ status, code, retryAfterMs }: TwilioError): Failure => {
  const { name, words } = (code === undefined ? undefined : BY_CODE.get(code)) ?? byStatus(status);
  const named = String(code ?? (status === undefined ? 'unknown' : `http_${status}`));
  return {
    class: name,
    code: named,
    safeMessage: `${words} (${named})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

const byStatus = (status = 0): { name: FailureClass; words: string } => {
  if (status === 401 || status === 403)
    return { name: 'config', words: 'Twilio refuses our credentials; check accountSid, authToken, apiKeySid and apiKeySecret' };
  if (status === 404) return { name: 'config', words: 'Twilio does not know what was asked for' };
  if (status === 429) return { name: 'throttled', words: 'Twilio takes no more just now' };
  if (status >= 400 && status < 500) return { name: 'content_rejected', words: 'Twilio refused the request' };
  return { name: 'retryable', words: 'Twilio or a carrier failed' };
};
