import type { Egress } from './egress.ts';
import type { EgressRequest } from './exchange.ts';

export type GuardedFetchOptions = {
  /** Upper bound of one call, milliseconds; the SDK's own abort signal is honoured as well. */
  timeoutMs?: number;
  /** Largest answer that is accepted, bytes. A longer one is an error: half a JSON body is of no use to an SDK. */
  maxResponseBytes?: number;
};

/** An SDK's JSON answers: a run with its tool calls, bytes. */
const FETCH_RESPONSE_BYTES_MAX = 1_048_576;
const FETCH_TIMEOUT_MS = 30_000;
/** The guarded client sets these itself. */
const DROPPED = new Set(['host', 'connection', 'content-length', 'keep-alive', 'accept-encoding']);
/** Statuses whose Response must not have a body (Fetch standard). */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Makes a fetch-compatible function of the guarded client, enough for JSON SDKs: string or byte bodies, headers, abort signals.
 * Redirects come back as they are. Rejects with `EgressError`, like the client itself.
 */
export const guardedFetch =
  (egress: Egress, options: GuardedFetchOptions = {}): typeof fetch =>
  async (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const headers: Record<string, string> = {};
    new Headers(init?.headers).forEach((value, name) => {
      if (!DROPPED.has(name)) headers[name] = value;
    });
    const { body, signal } = init ?? {};
    if (body !== undefined && body !== null && typeof body !== 'string' && !(body instanceof Uint8Array))
      throw new TypeError('only text and bytes can be sent through the guarded client');
    const response = await egress.request({
      method: (init?.method?.toUpperCase() ?? 'GET') as EgressRequest['method'],
      url,
      headers,
      timeoutMs: options.timeoutMs ?? FETCH_TIMEOUT_MS,
      maxResponseBytes: options.maxResponseBytes ?? FETCH_RESPONSE_BYTES_MAX,
      ...(body === undefined || body === null ? {} : { body }),
      ...(signal === undefined || signal === null ? {} : { signal }),
    });
    if (response.truncated) throw new TypeError('the answer is larger than the client accepts');
    return new Response(WITHOUT_BODY.has(response.status) ? null : (response.body as Uint8Array<ArrayBuffer>), {
      status: response.status,
      headers: response.headers,
    });
  };
