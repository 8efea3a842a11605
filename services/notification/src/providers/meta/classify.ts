import type { Failure, FailureClass } from '../../channels/channel.ts';

/** What a Graph error says in numbers. Titles, types and HTTP statuses change; Meta asks to build on these. */
export type GraphCodes = { code: number; subcode: number | null };

/** What a code means to us, in words for an administrator. */
export type Meaning = { class: FailureClass; says: string; retryAfterMs?: number };

const meaning = (name: FailureClass, says: string): Meaning => ({ class: name, says });

/** Codes of the Graph API itself, the same for every product. */
const GRAPH: Readonly<Record<number, Meaning>> = {
  0: meaning('config', 'Meta does not accept the access token; check accessToken'),
  1: meaning('retryable', 'Meta had an unknown error'),
  2: meaning('retryable', 'Meta is overloaded'),
  3: meaning('config', 'The app lacks a permission'),
  4: meaning('throttled', 'The app has reached its rate limit'),
  10: meaning('config', 'The app lacks a permission'),
  17: meaning('throttled', 'The account has reached its rate limit'),
  32: meaning('throttled', 'The page has reached its rate limit'),
  33: meaning('config', 'The sender does not exist, or not for this access token'),
  100: meaning('content_rejected', 'Meta refused a member of the message'),
  190: meaning('config', 'The access token has expired or was taken back; check accessToken'),
  368: meaning('config', 'Meta has restricted the account for its policies'),
  613: meaning('throttled', 'Too many calls'),
  1200: meaning('retryable', 'Meta could not send just now'),
  80_007: meaning('throttled', 'The account has reached its rate limit'),
};

/** With code 100: what is called does not exist, or not for this token. The message is not to blame. */
const NO_SUCH_OBJECT = 33;

const ofGraph = ({ code, subcode }: GraphCodes): Meaning | undefined =>
  (code === 100 && subcode === NO_SUCH_OBJECT ? GRAPH[NO_SUCH_OBJECT] : GRAPH[code]) ??
  (code >= 200 && code <= 299 ? meaning('config', 'The app lacks a permission') : undefined);

/**
 * @param codes of the answer or of a receipt
 * @param own meanings of the product's own codes, asked first
 * @returns a failure whose text holds our words and the codes only. Codes nobody knows are tried again: the schedule gives up by itself.
 */
export const classifyGraph = (codes: GraphCodes, own: (codes: GraphCodes) => Meaning | undefined): Failure => {
  const named = codes.subcode === null ? `${codes.code}` : `${codes.code}/${codes.subcode}`;
  const { class: name, says, retryAfterMs } = own(codes) ?? ofGraph(codes) ?? meaning('retryable', 'Meta refused with an unknown code');
  return { class: name, code: named, safeMessage: `${says} (${named})`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
};

/**
 * What an answer means that is not in the form of the Graph API: something before it speaks (a proxy, a gateway).
 * @param status HTTP status
 */
export const classifyStatus = (status: number, retryAfterMs?: number): Failure => {
  const code = `http_${status}`;
  const failure = (name: FailureClass, says: string): Failure => ({
    class: name,
    code,
    safeMessage: `${says} (${code})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  if (status === 429) return failure('throttled', 'Too many calls');
  // A gateway that lost its server, or an answer that was cut: the message may have been taken.
  if (status >= 500 || status < 300) return failure('unknown_outcome', 'Meta gave no answer that says what happened');
  if (status === 401 || status === 403 || status === 404 || status < 400)
    return failure('config', 'What answers there is not the Graph API; check baseUrl and apiVersion');
  return failure('retryable', 'The call was refused before it reached the Graph API');
};
