import type { Twilio } from 'twilio';
import type { Failure } from '../../channels/channel.ts';
import { ProviderUnreachable, retryAfterMsOf, type ProviderHttp } from '../../channels/provider-http.ts';
import { classifyTwilio } from './classify.ts';
import { TWILIO_URL, type TwilioAccount } from './settings.ts';

/** What came of one call of Twilio's API. */
export type Attempt<T> = { done: true; value: T } | { done: false; failure: Failure };

export type TwilioClient = {
  /** Runs one call; never throws what the library throws, since its errors carry credentials. */
  attempt<T>(call: (client: Twilio) => Promise<T>): Promise<Attempt<T>>;
};

/** An answer other than 2xx. Thrown in place of the library's own error, which drops `Retry-After`. */
class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly failure: Failure) {
    super(failure.safeMessage);
  }
}

/** What the library asks its HTTP client for, as far as we use it; the types of twilio 6.2.0 name a class with private members. */
type LibraryRequest = {
  method: string;
  uri: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  params?: Record<string, unknown>;
  data?: Record<string, unknown>;
};
type LibraryClient = NonNullable<NonNullable<ConstructorParameters<typeof Twilio>[2]>['httpClient']>;

/**
 * The `twilio` library over our own HTTP: guarded, one attempt, and with another base URL where one is configured. The library is loaded with the
 * first call.
 */
export const openTwilio = (account: TwilioAccount, { http, nowMs }: { http: ProviderHttp; nowMs(): number }): TwilioClient => {
  const request = (asked: LibraryRequest) => send(account, http, nowMs, asked);
  let client: Promise<Twilio> | undefined;
  const library = (): Promise<Twilio> =>
    (client ??= import('twilio').then(({ default: twilio }) => {
      const httpClient = { request } as unknown as LibraryClient;
      const options = { accountSid: account.accountSid, autoRetry: false, httpClient, env: {} };
      return twilio(account.apiKeySid ?? account.accountSid, account.apiKeySecret ?? account.authToken, options);
    }));
  return {
    attempt: async call => {
      try {
        return { done: true, value: await call(await library()) };
      } catch (error) {
        return { done: false, failure: failureOf(error) };
      }
    },
  };
};

/** The original goes nowhere: whatever the library adds to it may hold the request. */
const failureOf = (error: unknown): Failure => {
  if (error instanceof Refused || error instanceof ProviderUnreachable) return error.failure;
  // A 2xx that cannot be read: it was taken, by all we know.
  return { class: 'unknown_outcome', code: 'unreadable_answer', safeMessage: 'Twilio gave an answer that could not be read' };
};

const send = async (account: TwilioAccount, http: ProviderHttp, nowMs: () => number, asked: LibraryRequest) => {
  const { url, forwardedHost } = addressOf(account.apiUrl, asked);
  const isJson = Object.entries(asked.headers ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.includes('json'),
  );
  const answer = await http.request({
    method: asked.method.toUpperCase() as 'GET' | 'POST',
    url,
    headers: {
      ...asked.headers,
      authorization: `Basic ${Buffer.from(`${asked.username}:${asked.password}`).toString('base64')}`,
      ...(forwardedHost === null ? {} : { 'x-forwarded-host': forwardedHost }),
    },
    ...(asked.data === undefined ? {} : { body: isJson ? JSON.stringify(asked.data) : formOf(asked.data) }),
  });
  if (answer.status < 200 || answer.status > 299) {
    const code = codeIn(answer.text);
    const retryAfterMs = retryAfterMsOf(answer.headers['retry-after'], nowMs());
    throw new Refused(classifyTwilio({ status: answer.status, code, retryAfterMs }));
  }
  return { statusCode: answer.status, body: answer.text, headers: answer.headers };
};

/** Twilio's hosts differ by product; the configured base takes all of them, and is told which one was meant. */
const addressOf = (apiUrl: string, { uri, params }: LibraryRequest): { url: string; forwardedHost: string | null } => {
  const meant = new URL(uri);
  const query = params === undefined ? '' : formOf(params);
  const tail = `${meant.pathname}${query === '' ? meant.search : `?${query}`}`;
  if (apiUrl.replace(/\/$/, '') === TWILIO_URL) return { url: meant.origin + tail, forwardedHost: null };
  return { url: apiUrl.replace(/\/$/, '') + tail, forwardedHost: meant.host };
};

/** Form encoding, lists as repeated names, as Twilio wants them. */
const formOf = (members: Record<string, unknown>): string => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
  return form.toString();
};

const codeIn = (text: string): number | undefined => {
  try {
    const body: unknown = JSON.parse(text);
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
    return typeof code === 'number' ? code : undefined;
  } catch {
    return undefined;
  }
};
