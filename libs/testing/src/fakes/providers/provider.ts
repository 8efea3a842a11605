import type { IncomingHttpHeaders } from 'node:http';

/** A request to one provider; `path` begins below the provider's prefix. */
export type FakeRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** Base URL of this provider, without a trailing slash. */
  baseUrl: string;
};
/** `body` is sent as JSON unless it is text. `hangUp`: the request was carried out, and the connection breaks before the answer. */
export type FakeAnswer = { status: number; headers?: Record<string, string>; body?: unknown } | { hangUp: true };

/** One provider of the outside world. It checks credentials and shapes as the real one does. */
export type FakeProvider = { handle(request: FakeRequest): FakeAnswer | Promise<FakeAnswer> };

/** What the next messages to an address meet: an answer in place of success, or silence after the message was taken. */
export type Mishap = FakeAnswer | { delayMs: number };

/** Failures by address, spent one by one: the n-th message to it meets the n-th. */
export const openMishaps = () => {
  const byAddress = new Map<string, Mishap[]>();
  return {
    /** The next `times` messages to this address meet it. */
    add: (address: string, mishap: Mishap, times = 1): void => {
      byAddress.set(address, [...(byAddress.get(address) ?? []), ...Array.from({ length: times }, () => mishap)]);
    },
    take: (address: string): Mishap | undefined => byAddress.get(address)?.shift(),
  };
};

/** Carries a message out, or lets it meet what was scripted for it. @param accept takes the message and gives the answer of success */
export const meet = async (mishap: Mishap | undefined, accept: () => FakeAnswer): Promise<FakeAnswer> => {
  if (mishap === undefined) return accept();
  if ('status' in mishap) return mishap;
  const answer = accept();
  if ('hangUp' in mishap) return mishap;
  await new Promise(resolve => setTimeout(resolve, mishap.delayMs));
  return answer;
};

/** What our side answered to a call of the provider. */
export type HookAnswer = { status: number; headers: Headers; body: string };

/** Calls our side as a provider does. */
export const callHook = async (
  url: string,
  { method = 'POST', headers, body }: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<HookAnswer> => {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: body as string }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
};
