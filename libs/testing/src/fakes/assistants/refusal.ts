import { errorOnWire } from './wire.ts';

export type Reply = { status: number; body: unknown; headers?: Record<string, string> };

/** A request the server does not do: status and error text as compatible servers send them. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(status: number, message: string, code: string | null = null, retryAfterMs?: number) {
    super(message);
    const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
    const wait =
      retryAfterMs === undefined
        ? {}
        : { headers: { 'retry-after-ms': String(retryAfterMs), 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } };
    this.reply = { status, body: errorOnWire(message, type, code), ...wait };
  }
}
