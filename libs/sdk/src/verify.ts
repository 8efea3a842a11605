import type { Decision, ReceiptClaims } from './decision.ts';
import { bytesOf } from './base64.ts';
import { actionText, bindingText, type BindingParts } from './hashed-text.ts';
import { approvedHashOf, assertSameAction, type CallCheck } from './read-approval.ts';
import { badSignature, readReceipt, type Jwks } from './read-receipt.ts';
import { noMatch, readWebhook, type WebhookCheck } from './read-webhook.ts';

/**
 * The verifying half for browsers, workers and edge runtimes: WebCrypto instead of `node:crypto`, so everything is a promise. Ed25519 in
 * WebCrypto is in Chrome 137, Firefox 129, Safari 17, Node 20 and later; elsewhere it is a NotSupportedError, never a pass.
 */
export { canonicalJson, NotCanonical } from './canonical-json.ts';
export type * from './decision.ts';
export type { BindingParts } from './hashed-text.ts';
export { parseArguments } from './parse-arguments.ts';
export { NotApproved, type NotApprovedCode } from './read-approval.ts';
export { ReceiptError, type Jwks, type ReceiptErrorCode } from './read-receipt.ts';
export { WebhookVerificationError, type WebhookErrorCode, type WebhookHeaders } from './read-webhook.ts';
export { StrictJsonError } from './strict-json-error.ts';

const sha256Hex = async (text: string): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
};

const ed25519Holds = async (key: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>) => {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, signed);
};

/** Hash of one exact call, as in `@holdpoint/sdk`. @throws NotCanonical */
export const actionHash = (action: { tool: string; args: unknown }): Promise<string> => sha256Hex(actionText(action));

/** Hash of a call in its place, as in `@holdpoint/sdk`. */
export const bindingHash = (parts: BindingParts): Promise<string> => sha256Hex(bindingText(parts));

/** Checks a receipt offline, as in `@holdpoint/sdk`. @returns the signed claims @throws ReceiptError */
export const verifyReceipt = async (jws: string, jwks: Jwks): Promise<ReceiptClaims> => {
  const { signed, signature, x, claims } = readReceipt(jws, jwks);
  if (!(await ed25519Holds(bytesOf(x) ?? new Uint8Array(), signature, signed))) throw badSignature();
  return claims();
};

/** Checks a webhook, as in `@holdpoint/sdk`. @throws WebhookVerificationError */
export const verifyWebhook = async (check: WebhookCheck): Promise<{ id: string; timestampSec: number }> => {
  const { id, timestampSec, signed, signatures, hmacKeys, ed25519Keys } = readWebhook(check);
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  for (const { version, bytes } of signatures) {
    for (const key of version === 'v1' ? hmacKeys : ed25519Keys) {
      const holds =
        version === 'v1'
          ? await crypto.subtle.verify('HMAC', await crypto.subtle.importKey('raw', key, hmac, false, ['verify']), bytes, signed)
          : await ed25519Holds(key, bytes, signed);
      if (holds) return { id, timestampSec };
    }
  }
  throw noMatch();
};

/** Checks the callback in a fetch `Request` and reads its decision. @throws WebhookVerificationError */
export const verifyCallback = async (request: Request, keys: Omit<WebhookCheck, 'headers' | 'rawBody'>): Promise<Decision> => {
  const rawBody = new Uint8Array(await request.arrayBuffer());
  await verifyWebhook({ headers: request.headers, rawBody, ...keys });
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as Decision;
};

/** The last check before an action runs, as in `@holdpoint/sdk`. @throws NotApproved */
export const assertApproved = async (
  approval: Decision | ReceiptClaims,
  tool: string,
  args: unknown,
  check: CallCheck = {},
): Promise<void> => assertSameAction(approvedHashOf(approval, check), await actionHash({ tool, args }), tool);
