import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import vectors from '../../../libs/sdk/vectors.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { webhook, receipts } = vectors;
type Verify = typeof import('@holdpoint/sdk/verify');

/** What browsers have, and nothing of Node: no Buffer, no process, no require. */
const BROWSER = { crypto, TextEncoder, TextDecoder, atob, Headers, Request, Uint8Array };

let verify: Verify;
let code: string;
/** Objects of the page are not those of this process. */
let parsed: (json: string) => Record<string, unknown>;
beforeAll(async () => {
  const built = await build({
    stdin: { contents: "export * from '@holdpoint/sdk/verify'", resolveDir: root },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'holdpoint',
    minify: true,
    conditions: ['@holdpoint/source'],
    tsconfigRaw: {},
  });
  code = built.outputFiles[0]!.text;
  const page = createContext({ ...BROWSER });
  verify = runInContext(`${code};holdpoint`, page) as Verify;
  parsed = runInContext('JSON.parse', page) as typeof parsed;
});

const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'holds',
    (error: { code?: string }) => error.code,
  );

describe('@holdpoint/sdk/verify in a browser', () => {
  it('needs nothing of Node and is small', () => {
    expect(code).not.toMatch(/node:|\brequire\(|\bBuffer\b|\bprocess\./);
    expect(code.length).toBeLessThan(16_384);
  });
  it('verifies receipts, and refuses what the other package refuses', async () => {
    expect(JSON.parse(JSON.stringify(await verify.verifyReceipt(receipts.valid.jws, receipts.jwks)))).toEqual(receipts.valid.claims);
    for (const { jws, code: refused } of receipts.refused) expect(await codeOf(verify.verifyReceipt(jws, receipts.jwks))).toBe(refused);
  });
  it('hashes alike', async () => {
    for (const { tool, args, hash } of vectors.actionHashes) {
      expect(await verify.actionHash({ tool, args: parsed(JSON.stringify(args)) })).toBe(hash);
    }
    for (const { hash, ...parts } of vectors.bindingHashes) expect(await verify.bindingHash(parts)).toBe(hash);
  });
  it('verifies webhooks and callbacks', async () => {
    const headers = { 'webhook-id': webhook.id, 'webhook-timestamp': String(webhook.timestampSec), 'webhook-signature': webhook.v1 };
    const keys = { secrets: [webhook.secret], nowSec: webhook.timestampSec };
    const request = (body: string) => new Request('https://app.test/hooks', { method: 'POST', headers, body });
    expect(await verify.verifyCallback(request(webhook.body), keys)).toMatchObject({ test: 2432232314 });
    expect(await codeOf(verify.verifyCallback(request(`${webhook.body} `), keys))).toBe('no_matching_signature');
    expect(await codeOf(verify.verifyCallback(request(webhook.body), { ...keys, nowSec: keys.nowSec + 301 }))).toBe('timestamp_too_old');
    const signed = { ...headers, 'webhook-signature': webhook.v1a };
    const check = { headers: signed, rawBody: webhook.body, nowSec: webhook.timestampSec, publicKeys: [webhook.publicKey] };
    expect(await codeOf(verify.verifyWebhook(check))).toBe('holds');
    expect(await codeOf(verify.verifyWebhook({ ...check, rawBody: '{}' }))).toBe('no_matching_signature');
  });
  it('checks the call that is about to run', async () => {
    const { claims } = receipts.valid;
    const args = () => verify.parseArguments('{"order_id":"A-1","amount":245,"currency":"USD"}');
    const now = new Date(claims.iat * 1000);
    const check = (given: object, more = {}) => codeOf(verify.assertApproved(claims as never, 'issue_refund', given, { now, ...more }));
    expect(await check(args(), { approvalId: 'apr_a' })).toBe('holds');
    expect(await check(verify.parseArguments('{"order_id":"A-1","amount":500,"currency":"USD"}'))).toBe('other_action');
    expect(await check(args(), { approvalId: 'apr_b' })).toBe('other_request');
    expect(await check(args(), { now: new Date(claims.exp * 1000) })).toBe('expired');
  });
});
