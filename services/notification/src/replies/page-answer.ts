import { randomBytes, type KeyObject } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_WINDOW_MS, pageNonceOf } from '../handles.ts';
import { sameSecret } from '../channels/same-secret.ts';
import { pageHtml, type Page } from './page-html.ts';

const STYLE_NONCE_BYTES = 16;

/** Sends a page that nobody keeps, frames, indexes or learns the address of. */
export const sendPage = (reply: FastifyReply, page: Page): void => {
  const nonce = randomBytes(STYLE_NONCE_BYTES).toString('base64');
  reply
    .code(page.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    })
    .send(pageHtml(page, nonce));
};

/** What a page's form sent; null when it is no such form. */
export type PageForm = { nonce: string; verb: string; note: string };
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

export const readForm = ({ headers, body }: Pick<FastifyRequest, 'headers' | 'body'>): PageForm | null => {
  if (!FORM_TYPE.test(headers['content-type'] ?? '') || !Buffer.isBuffer(body)) return null;
  const form = new URLSearchParams(body.toString('utf8'));
  return { nonce: form.get('nonce') ?? '', verb: form.get('verb') ?? '', note: (form.get('note') ?? '').trim() };
};

/**
 * Whether a form was sent from a page of ours. Our pages forbid the referrer, so browsers send `Origin: null` with their forms (Fetch, "append a
 * request Origin header"), and say by `Sec-Fetch-Site` where it came from; over plain http they do not say, and the nonce alone has to prove it.
 */
export const isFromOurPage = (headers: FastifyRequest['headers'], publicUrl: string): boolean => {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined)
    return site === 'same-origin' && (origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin);
  return origin !== undefined && (origin === 'null' || origin === new URL(publicUrl).origin);
};

/** Whether a nonce is the page's own, of this window of time or the one before. */
export const isNonceOf = (key: KeyObject, secret: string, nonce: string, nowMs: number): boolean =>
  sameSecret(nonce, pageNonceOf(key, secret, nowMs)) || sameSecret(nonce, pageNonceOf(key, secret, nowMs - PAGE_WINDOW_MS));
