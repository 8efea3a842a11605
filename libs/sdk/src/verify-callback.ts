import type { Decision } from './decision.ts';
import { WebhookVerificationError, type WebhookHeaders } from './read-webhook.ts';
import { verifyWebhook } from './verify-webhook.ts';

/** A decision is well under this; what is longer is not read further. Bytes. */
const CALLBACK_BYTES_MAX = 4 * 1024 * 1024;

export type CallbackKeys = { secrets?: string[]; publicKeys?: string[]; nowSec?: number };

/**
 * A request as the frameworks give it: fetch's `Request` (Hono, Next, Workers, Bun, Deno); Nest (`rawBody: true`) and Fastify
 * (`fastify-raw-body`), which keep `rawBody`; Express with `express.raw()`, whose `body` is a Buffer; or Node's `IncomingMessage`, not read.
 */
export type IncomingCallback =
  Request | { headers: WebhookHeaders; rawBody?: unknown; body?: unknown } | (AsyncIterable<Uint8Array> & { headers: WebhookHeaders });

/**
 * Checks a callback's signature over its raw body and reads the decision.
 * @throws WebhookVerificationError; `body_was_parsed` when a framework has parsed the body and kept no raw one
 */
export const verifyCallback = async (callback: IncomingCallback, keys: CallbackKeys): Promise<Decision> =>
  decisionIn(await rawBodyOf(callback), callback.headers, keys);

/** @throws WebhookVerificationError */
export const decisionIn = (rawBody: Uint8Array | string, headers: WebhookHeaders, keys: CallbackKeys): Decision => {
  verifyWebhook({ headers, rawBody, ...keys });
  return JSON.parse(typeof rawBody === 'string' ? rawBody : new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as Decision;
};

const rawBodyOf = async (callback: IncomingCallback): Promise<Uint8Array | string> => {
  if (isFetchRequest(callback)) return callback.bodyUsed ? parsed() : new Uint8Array(await callback.arrayBuffer());
  if ('rawBody' in callback && isRaw(callback.rawBody)) return callback.rawBody;
  if ('body' in callback && callback.body !== undefined) return isRaw(callback.body) ? callback.body : parsed();
  if (Symbol.asyncIterator in callback) return readAll(callback);
  return parsed();
};

const isFetchRequest = (callback: IncomingCallback): callback is Request =>
  'arrayBuffer' in callback && typeof callback.arrayBuffer === 'function';
const isRaw = (body: unknown): body is Uint8Array | string => typeof body === 'string' || body instanceof Uint8Array;

const parsed = (): never => {
  throw new WebhookVerificationError(
    'body_was_parsed',
    'the signature is over the raw body, and only a parsed one is here; keep it: express.raw({type: "application/json"}), NestFactory.create(…, {rawBody: true}), or fastify-raw-body',
  );
};

const readAll = async (request: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > CALLBACK_BYTES_MAX) throw new WebhookVerificationError('body_too_large', `the body is over ${CALLBACK_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  // A stream somebody has read to its end gives nothing, and a callback is never empty.
  if (bytes === 0) return parsed();
  return Buffer.concat(chunks);
};
