import { createECDH, createPublicKey, randomBytes, verify, type ECDH } from 'node:crypto';
import ece from 'http_ece';
import { arrivals } from '../loopback-server.ts';
import { openMishaps, type FakeAnswer, type FakeProvider, type FakeRequest, type Mishap } from './provider.ts';

/** What a browser gives a page when it subscribes. */
export type PushSubscription = { endpoint: string; keys: { p256dh: string; auth: string } };

/** A message as the browser got it. */
export type PushedMessage = {
  endpoint: string;
  payload: unknown;
  ttlSec: number;
  urgency: string | undefined;
  topic: string | undefined;
  bytes: number;
};

export type PushFake = FakeProvider & {
  /** A browser subscribes with a server's public VAPID key. @param origin of the fake providers */
  subscribe(origin: string, applicationServerKey: string): PushSubscription;
  /** The person took the permission back: the endpoint answers 410 from now on. */
  unsubscribe(endpoint: string): void;
  /** What the next messages to this endpoint meet. */
  fail(endpoint: string, mishap: Mishap, times?: number): void;
  /** Messages that were taken and could be decrypted, in order. */
  messages: PushedMessage[];
  atLeast(count: number, timeoutMs?: number): Promise<PushedMessage[]>;
};

/** Of an encrypted body, bytes (RFC 8030 §7.2: 4 096 have to be taken, and services take no more). */
const BODY_BYTES_MAX = 4_096;
/** Of a VAPID token's life (RFC 8292 §2), seconds. */
const TOKEN_SEC_MAX = 86_400;

type Browser = { ecdh: ECDH; auth: string; applicationServerKey: string; gone: boolean };

/** A push service and the browsers behind it: checks VAPID (RFC 8292) and headers (RFC 8030), decrypts (RFC 8291), refuses as the real ones do. */
export const openPushFake = (nowMs: () => number = Date.now): PushFake => {
  const browsers = new Map<string, Browser>();
  const pushed = arrivals<PushedMessage>('pushed messages');
  const mishaps = openMishaps();

  const handle = async (request: FakeRequest): Promise<FakeAnswer> => {
    const browser = browsers.get(request.path);
    if (request.method !== 'POST' || browser === undefined) return refusal(404, 'no such subscription');
    if (browser.gone) return refusal(410, 'push subscription has unsubscribed or expired');
    const refused = badHeaders(request) ?? badToken(request, browser, nowMs());
    if (refused !== null) return refused;
    const endpoint = `${request.baseUrl}${request.path}`;
    const mishap = mishaps.take(endpoint);
    if (mishap !== undefined && 'delayMs' in mishap) await new Promise(done => setTimeout(done, mishap.delayMs));
    else if (mishap !== undefined && 'status' in mishap) return mishap;
    const payload = decrypted(request.rawBody, browser);
    if (payload === null) return refusal(400, 'the body is not encrypted for this subscription');
    const { ttl, urgency, topic } = request.headers;
    pushed.add({
      endpoint,
      payload,
      ttlSec: Number(ttl),
      urgency: urgency as string,
      topic: topic as string,
      bytes: request.rawBody.length,
    });
    return mishap !== undefined && 'hangUp' in mishap ? mishap : { status: 201, headers: { location: `${endpoint}/message` } };
  };

  return {
    handle,
    subscribe: (origin, applicationServerKey) => {
      const ecdh = createECDH('prime256v1');
      const p256dh = ecdh.generateKeys().toString('base64url');
      const auth = randomBytes(16).toString('base64url');
      const path = `/send/${randomBytes(24).toString('base64url')}`;
      browsers.set(path, { ecdh, auth, applicationServerKey, gone: false });
      return { endpoint: `${origin}/push${path}`, keys: { p256dh, auth } };
    },
    unsubscribe: endpoint => {
      const browser = browsers.get(new URL(endpoint).pathname.replace(/^\/push/, ''));
      if (browser !== undefined) browser.gone = true;
    },
    fail: mishaps.add,
    messages: pushed.entries,
    atLeast: pushed.atLeast,
  };
};

const refusal = (status: number, reason: string): FakeAnswer => ({ status, body: { reason } });

const badHeaders = ({ headers, rawBody }: FakeRequest): FakeAnswer | null => {
  if (!/^\d+$/.test(String(headers['ttl']))) return refusal(400, 'TTL is missing or not a number');
  if (headers['content-encoding'] !== 'aes128gcm') return refusal(400, 'Content-Encoding must be aes128gcm');
  const { topic, urgency } = headers;
  if (topic !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(String(topic)))
    return refusal(400, 'Topic must be 1 to 32 characters of base64url');
  if (urgency !== undefined && !['very-low', 'low', 'normal', 'high'].includes(String(urgency))) return refusal(400, 'unknown Urgency');
  return rawBody.length > BODY_BYTES_MAX ? refusal(413, 'the payload is too large') : null;
};

/** `Authorization: vapid t=<JWT, ES256>, k=<public key>`: by the key the browser subscribed with, for this origin, not for longer than a day. */
const badToken = ({ headers, baseUrl }: FakeRequest, { applicationServerKey }: Browser, nowMs: number): FakeAnswer | null => {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return refusal(401, 'no VAPID key');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')))
    return refusal(403, 'BadJwtToken');
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { aud?: string; exp?: number; sub?: string };
  const nowSec = nowMs / 1_000;
  if (aud !== new URL(baseUrl).origin || exp === undefined || exp < nowSec || exp > nowSec + TOKEN_SEC_MAX)
    return refusal(403, 'BadJwtToken');
  if (!/^(mailto:.+@.+|https:\/\/.+)/.test(sub ?? '')) return refusal(403, 'BadJwtToken');
  return key === applicationServerKey ? null : refusal(403, 'VapidPkHashMismatch');
};

const decrypted = (body: Buffer, { ecdh, auth }: Browser): unknown => {
  try {
    return JSON.parse(ece.decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth }).toString('utf8')) as unknown;
  } catch {
    return null;
  }
};
