import type { Problem } from '@holdpoint/contracts';
import { noteServerTime } from '../time/server-clock.ts';

/** A call that did not end in a 2xx: a problem document of the API, or `unreachable` when there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Partial<Problem> = {},
  ) {
    super(message);
  }
}

/** A call is given up after this long, milliseconds: longer than any answer the API holds back on purpose. */
const CALL_MS_MAX = 20_000;

const problemOf = async (response: Response): Promise<Partial<Problem>> => {
  try {
    return (await response.json()) as Partial<Problem>;
  } catch {
    return {};
  }
};

const call = async <T>(path: string, init: RequestInit): Promise<T> => {
  const sentMs = Date.now();
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(CALL_MS_MAX) });
  } catch {
    throw new ApiError(0, 'unreachable', 'The console does not answer.');
  }
  noteServerTime(response.headers.get('date'), sentMs, Date.now());
  if (!response.ok) {
    const problem = await problemOf(response);
    const message = problem.detail ?? problem.title ?? `The console answered ${response.status}.`;
    throw new ApiError(response.status, problem.code ?? 'unknown', message, problem);
  }
  return (response.status === 204 ? null : await response.json()) as T;
};

/** Reads a resource of the operators' API. @throws ApiError */
export const get = <T>(path: string): Promise<T> => call<T>(path, { headers: { accept: 'application/json' } });

/** Changes something through the operators' API. @throws ApiError; with code `unreachable` nobody knows whether it was recorded */
export const send = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> =>
  call<T>(path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Sends a command. @throws ApiError, as {@link send} */
export const post = <T>(path: string, body: unknown): Promise<T> => send<T>('POST', path, body);
