import type { Failure } from '../../channels/channel.ts';
import { retryAfterMsOf, type ProviderAnswer, type ProviderHttp } from '../../channels/provider-http.ts';
import { classifyGraph, classifyStatus, type GraphCodes, type Meaning } from './classify.ts';
import type { GraphSettings } from './graph-settings.ts';
import { childOf, jsonOf, numberOf } from './json.ts';

export type GraphAnswer = { outcome: 'ok'; body: unknown } | ({ outcome: 'failed' } & Failure);

/** Calls to the Graph API under one token. One attempt each. @throws ProviderUnreachable when there is no answer */
export type Graph = {
  get(path: string): Promise<GraphAnswer>;
  post(path: string, body: unknown): Promise<GraphAnswer>;
};

/** The token travels in a header: URLs end up in logs. */
export const openGraph = (
  http: ProviderHttp,
  { baseUrl, apiVersion, accessToken }: Pick<GraphSettings, 'baseUrl' | 'apiVersion' | 'accessToken'>,
  own: (codes: GraphCodes) => Meaning | undefined,
  nowMs: () => number,
): Graph => {
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<GraphAnswer> =>
    answerOf(
      await http.request({
        method,
        url: `${baseUrl}/${apiVersion}/${path}`,
        headers: {
          authorization: `Bearer ${accessToken}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      own,
      nowMs(),
    );
  return { get: path => call('GET', path), post: (path, body) => call('POST', path, body) };
};

const answerOf = (answer: ProviderAnswer, own: (codes: GraphCodes) => Meaning | undefined, nowMs: number): GraphAnswer => {
  const body = jsonOf(answer.text);
  const codes = codesOf(childOf(body, 'error'));
  // An error is an error under any status: some gateways turn them into 200.
  if (codes !== null) return { outcome: 'failed', ...classifyGraph(codes, own) };
  if (answer.status === 200 && body !== undefined) return { outcome: 'ok', body };
  return { outcome: 'failed', ...classifyStatus(answer.status, retryAfterMsOf(answer.headers['retry-after'], nowMs)) };
};

/** Reads `code` and `error_subcode` of an error object in an answer or a receipt; null when there is none. */
export const codesOf = (error: unknown): GraphCodes | null => {
  const code = numberOf(error, 'code');
  return code === null ? null : { code, subcode: numberOf(error, 'error_subcode') };
};
