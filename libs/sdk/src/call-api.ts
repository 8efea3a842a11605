import { HoldpointError, type Problem } from './problem.ts';

/** How long a call may take, seconds. */
const CALL_SEC_MAX = 30;
/** Repeats of a call that may be repeated, after it failed for a passing reason. */
const REPEATS = 3;
/** First pause before a repeat when the server names none, doubled each time, seconds. */
const REPEAT_SEC = 0.2;
/** A server that asks for a longer pause than this gets it from the caller, who is told in `retryAfterSec`. Seconds. */
const REPEAT_PAUSE_SEC_MAX = 5;

export type ApiPlace = { baseUrl: string; apiKey: string; fetch?: typeof globalThis.fetch };
export type ApiCall = {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  limitSec?: number;
  /** Whether the call may be made again by itself: only when making it twice has the effect of once. */
  repeat?: boolean;
  signal?: AbortSignal | undefined;
};

/** Resolves after so many seconds. @throws the signal's reason as soon as it is aborted */
export const pause = (sec: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, sec * 1000);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Whether the same call may succeed later: no answer, throttled, or the server's own trouble. */
export const passes = (error: unknown): error is HoldpointError =>
  error instanceof HoldpointError && (error.status === 0 || error.status === 429 || error.status >= 500);

/**
 * One call of the agents' API.
 * @returns the JSON of a 2xx answer
 * @throws HoldpointError otherwise; the signal's reason when it was aborted
 */
export const callApi = async <T>(place: ApiPlace, call: ApiCall): Promise<T> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await once<T>(place, call);
    } catch (error) {
      if (!call.repeat || attempt === REPEATS || !passes(error)) throw error;
      const pauseSec = error.retryAfterSec ?? REPEAT_SEC * 2 ** attempt;
      if (pauseSec > REPEAT_PAUSE_SEC_MAX) throw error;
      await pause(pauseSec, call.signal);
    }
  }
};

const once = async <T>({ baseUrl, apiKey, fetch = globalThis.fetch }: ApiPlace, call: ApiCall): Promise<T> => {
  const { method, path, body, headers, limitSec = CALL_SEC_MAX, signal } = call;
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(limitSec * 1000);
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json, application/problem+json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new HoldpointError(localProblem('unreachable', `no answer from ${baseUrl}: ${reasonOf(cause)}`));
  });
  const answer: unknown = await response.json().catch(() => null);
  signal?.throwIfAborted();
  if (response.ok && answer !== null) return answer as T;
  throw new HoldpointError(problemOf(answer, response.status), retryAfterOf(response));
};

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown reason';
  return cause.cause instanceof Error && cause.cause.message ? cause.cause.message : cause.message;
};

const localProblem = (code: string, detail: string, status = 0): Problem => ({ type: 'about:blank', title: code, status, code, detail });

const problemOf = (answer: unknown, status: number): Problem => {
  const given = answer as Partial<Problem> | null;
  if (typeof given?.code === 'string' && typeof given.detail === 'string')
    return { type: 'about:blank', title: given.code, ...given, status } as Problem;
  return localProblem('unexpected_answer', `the server answered ${status} without a problem document; check baseUrl`, status);
};

const retryAfterOf = (response: Response): number | null => {
  const header = response.headers.get('retry-after');
  return header !== null && /^[0-9]{1,6}$/.test(header) ? Number(header) : null;
};
