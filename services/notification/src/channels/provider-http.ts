import { EgressError, type Egress } from '@holdpoint/egress';
import type { Failure } from './channel.ts';

export type ProviderRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Longest wait, milliseconds; {@link TIMEOUT_MS} unless given. */
  timeoutMs?: number;
};
export type ProviderAnswer = { status: number; headers: Readonly<Record<string, string>>; text: string };

/** Every provider is called through this, and this goes through the egress guard. */
export type ProviderHttp = {
  /** One attempt. @throws ProviderUnreachable when there is no answer; it names no URL, header or body. */
  request(request: ProviderRequest): Promise<ProviderAnswer>;
  /** A fetch-compatible function for providers' own SDKs, through the same guard. */
  fetch: typeof fetch;
};

/** An alert is urgent, and the schedule tries again: milliseconds. */
export const TIMEOUT_MS = 8_000;
/** Providers answer with an id or an error, bytes. */
const ANSWER_BYTES_MAX = 65_536;

/** A provider gave no answer. Its `failure` says what that means for the message. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
  constructor(readonly failure: Failure) {
    super(failure.safeMessage);
  }
}

export const openProviderHttp = (egress: Pick<Egress, 'request' | 'fetchFor'>): ProviderHttp => ({
  request: async ({ method, url, headers, body, timeoutMs = TIMEOUT_MS }) => {
    try {
      const answer = await egress.request({
        method,
        url,
        timeoutMs,
        maxResponseBytes: ANSWER_BYTES_MAX,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, headers: answer.headers, text: Buffer.from(answer.body).toString('utf8') };
    } catch (error) {
      throw new ProviderUnreachable(unreachable(error));
    }
  },
  fetch: egress.fetchFor({ timeoutMs: TIMEOUT_MS, maxResponseBytes: ANSWER_BYTES_MAX }),
});

/** What an answer that did not come means: it may have arrived, or it never left, or it may never leave. */
export const unreachable = (error: unknown): Failure => {
  if (!(error instanceof EgressError)) return { class: 'retryable', code: 'no_answer', safeMessage: 'The provider could not be called' };
  if (error.errorClass === 'blocked' || error.errorClass === 'invalid_url')
    return { class: 'config', code: error.errorClass, safeMessage: "The provider's address is not one that may be called" };
  return error.requestMayHaveArrived
    ? { class: 'unknown_outcome', code: error.errorClass, safeMessage: 'The provider fell silent' }
    : { class: 'retryable', code: error.errorClass, safeMessage: 'The provider could not be reached' };
};

/** Runs one attempt and turns "no answer" into a failed result; other errors are bugs of the channel and go on. */
export const settled = async <T>(attempt: () => Promise<T>): Promise<T | ({ outcome: 'failed' } & Failure)> => {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ProviderUnreachable) return { outcome: 'failed', ...error.failure };
    throw error;
  }
};

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), as milliseconds from now; undefined when there is none. */
export const retryAfterMsOf = (value: string | undefined, nowMs: number): number | undefined => {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
};
