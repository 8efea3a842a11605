import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vectors from '../vectors.json' with { type: 'json' };
import { canonicalJson } from './canonical-json.ts';
import { actionHash, bindingHash } from './hashes.ts';
import { parseArguments } from './parse-arguments.ts';
import { ReceiptError } from './read-receipt.ts';
import { verifyReceipt } from './verify-receipt.ts';
import { verifyWebhook } from './verify-webhook.ts';

const { webhook, receipts } = vectors;
const codeOf = (attempt: () => unknown): unknown => {
  try {
    return attempt();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('the vectors every language reads', () => {
  it.each(vectors.canonicalJson)('write $json canonically', ({ json, canonical }) => {
    expect(canonicalJson(JSON.parse(json))).toBe(canonical);
  });
  it('name the hashes of actions and of their places', () => {
    for (const { tool, args, hash } of vectors.actionHashes) expect(actionHash({ tool, args })).toBe(hash);
    for (const { hash, ...parts } of vectors.bindingHashes) expect(bindingHash(parts)).toBe(hash);
  });
  it.each(vectors.strictJsonRefused)('refuse the arguments $json', ({ json, code }) => {
    expect(codeOf(() => parseArguments(json))).toBe(code);
  });
  it('have a webhook that holds, v1 and v1a', () => {
    const of = (signature: string) => ({
      headers: { 'webhook-id': webhook.id, 'webhook-timestamp': String(webhook.timestampSec), 'webhook-signature': signature },
      rawBody: webhook.body,
      nowSec: webhook.timestampSec,
    });
    expect(verifyWebhook({ ...of(webhook.v1), secrets: [webhook.secret] }).id).toBe(webhook.id);
    expect(verifyWebhook({ ...of(webhook.v1a), publicKeys: [webhook.publicKey] }).id).toBe(webhook.id);
  });
  it('have signatures of RFC 8032 that the runtime accepts', () => {
    for (const { publicKey, message, signature } of vectors.ed25519) {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'hex').toString('base64url') },
        format: 'jwk',
      });
      expect(verify(null, Buffer.from(message, 'hex'), key, Buffer.from(signature, 'hex'))).toBe(true);
    }
  });
  it('have a receipt that holds', () => {
    expect(verifyReceipt(receipts.valid.jws, receipts.jwks)).toEqual(receipts.valid.claims);
  });
  it.each(receipts.refused)('refuse a receipt with $why', ({ jws, code }) => {
    expect(() => verifyReceipt(jws, receipts.jwks)).toThrow(ReceiptError);
    expect(codeOf(() => verifyReceipt(jws, receipts.jwks))).toBe(code);
  });
});

describe('the arguments a model wrote', () => {
  it('are an object, or nothing', () => {
    expect(parseArguments('{"amount":50}')).toEqual({ amount: 50 });
    expect(parseArguments(' ')).toEqual({});
    for (const text of ['[]', '"x"', 'null', '1']) expect(codeOf(() => parseArguments(text))).toBe('syntax');
  });
});
