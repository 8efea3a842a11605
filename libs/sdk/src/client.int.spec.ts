import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Holdpoint } from './client.ts';
import { askAbout } from './gate-call.ts';
import { HoldpointError } from './problem.ts';
import { WebhookVerificationError } from './read-webhook.ts';

type Call = { method: string; url: string; headers: IncomingMessage['headers']; body: unknown };
type Answer = { status: number; body?: unknown; headers?: Record<string, string>; drop?: boolean };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that gives the answers in order, the last one for ever, and keeps the calls. */
const anApi = async (...answers: Answer[]) => {
  const calls: Call[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', chunk => (text += String(chunk)));
    request.on('end', () => {
      const next = answers.length > 1 ? answers.shift()! : answers[0]!;
      calls.push({ method: request.method!, url: request.url!, headers: request.headers, body: text === '' ? null : JSON.parse(text) });
      if (next.drop) return void request.socket.destroy();
      response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers });
      response.end(next.body === undefined ? '' : JSON.stringify(next.body));
    });
  };
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as { port: number };
  return { calls, holdpoint: new Holdpoint({ baseUrl: `http://127.0.0.1:${port}/`, apiKey: 'hp_test_key', webhookSecret: secret }) };
};
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const pending = { status: 200, body: { id: 'apr_a', status: 'pending', decision: null } };
const approved = { status: 200, body: { id: 'apr_a', status: 'approved', decision: { decision: 'approved' } } };
const problem = (status: number, code: string, headers = {}) => ({
  status,
  headers,
  body: { type: 't', title: 'T', status, code, detail: `it is ${code}` },
});
const body = { source: 'custom', arguments: { contextSummary: 'a', proposedAction: 'b', entityId: 'c', riskLevel: 'low' as const } };

describe('what was erased', () => {
  it.each([
    ['get', (holdpoint: Holdpoint) => holdpoint.get('apr_a')],
    ['wait', (holdpoint: Holdpoint) => holdpoint.wait('apr_a')],
    ['consume', (holdpoint: Holdpoint) => holdpoint.consume('apr_a', 'a'.repeat(64))],
    ['request', (holdpoint: Holdpoint) => holdpoint.request(body)],
  ])('is an error of its own, at once: %s', async (_, call) => {
    const { holdpoint, calls } = await anApi(problem(410, 'erased'));
    await expect(call(holdpoint)).rejects.toMatchObject({ name: 'HoldpointError', status: 410, code: 'erased', message: 'it is erased' });
    expect(calls).toHaveLength(1);
  });
  it('is a refusal to a model, not something unknown', async () => {
    const { holdpoint } = await anApi(problem(410, 'erased'));
    const verdict = await askAbout(holdpoint, { describe: () => body.arguments }, { tool: 'pay', source: 'custom', args: {} });
    expect(verdict).toMatchObject({ approved: false, told: { decision: 'refused', code: 'erased' } });
  });
});

describe('the client', () => {
  it('asks with its key and idempotency key', async () => {
    const { holdpoint, calls } = await anApi({ status: 202, body: { id: 'apr_a', status: 'pending' } });
    expect(await holdpoint.request(body, { idempotencyKey: 'k1' })).toMatchObject({ id: 'apr_a' });
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: '/v1/approvals',
        body,
        headers: { authorization: 'Bearer hp_test_key', 'idempotency-key': 'k1', 'content-type': 'application/json' },
      },
    ]);
  });
  it('waits through held, lost, throttled and broken polls until there is a decision', async () => {
    const { holdpoint, calls } = await anApi(
      pending,
      { status: 0, drop: true },
      problem(429, 'rate_limited', { 'retry-after': '0' }),
      problem(503, 'x', { 'retry-after': '0' }),
      approved,
    );
    expect(await holdpoint.wait('apr_a')).toMatchObject({ status: 'approved' });
    expect(calls.map(call => call.url)).toEqual(Array(5).fill('/v1/approvals/apr_a/wait?timeout=60'));
  });
  it('gives up waiting when its own time is over, with what it knows', async () => {
    const { holdpoint, calls } = await anApi(pending);
    expect(await holdpoint.wait('apr_a', { timeoutSec: 0.2 })).toMatchObject({ status: 'pending' });
    expect(calls[0]!.url).toBe('/v1/approvals/apr_a/wait?timeout=1');
  });
  it('does not repeat a poll that cannot succeed', async () => {
    const { holdpoint, calls } = await anApi(problem(404, 'not_found'));
    await expect(holdpoint.wait('apr_a')).rejects.toMatchObject({ status: 404, code: 'not_found' });
    expect(calls).toHaveLength(1);
  });
  it('asks and waits in one call, and null is what it says when nobody decided', async () => {
    const { holdpoint } = await anApi({ status: 202, body: { id: 'apr_a', status: 'pending' } }, approved);
    expect(await holdpoint.requestAndWait(body)).toEqual({ decision: 'approved' });
    const slow = await anApi({ status: 202, body: { id: 'apr_a', status: 'pending' } }, pending);
    expect(await slow.holdpoint.requestAndWait(body, { timeoutSec: 0.05 })).toBeNull();
  });
  it('withdraws, reads and spends', async () => {
    const { holdpoint, calls } = await anApi(approved);
    await holdpoint.withdraw('apr_a', { note: 'done' });
    await holdpoint.get('apr_a');
    await holdpoint.consume('apr_a', 'f'.repeat(64));
    expect(calls.map(({ method, url, body: sent }) => [method, url, sent])).toEqual([
      ['POST', '/v1/approvals/apr_a/withdraw', { note: 'done' }],
      ['GET', '/v1/approvals/apr_a', null],
      ['POST', '/v1/approvals/apr_a/consume', { actionHash: 'f'.repeat(64) }],
    ]);
  });
  it('names a request that its call does not name, the same over its own repeats and never over two calls', async () => {
    const accepted = { status: 202, body: { id: 'apr_a', status: 'pending' } };
    const { holdpoint, calls } = await anApi({ status: 0, drop: true }, problem(503, 'x', { 'retry-after': '0' }), accepted);
    await holdpoint.request(body);
    await holdpoint.request(body);
    const keys = calls.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect([keys[1], keys[2]]).toEqual([keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    await holdpoint.request({ ...body, threadId: 't', toolCallId: 'c' });
    expect(calls.at(-1)!.headers).not.toHaveProperty('idempotency-key');
  });
  it('never spends twice by itself, nor reports twice: a lost answer is an error', async () => {
    const { holdpoint, calls } = await anApi({ status: 0, drop: true });
    await expect(holdpoint.consume('apr_a', 'f'.repeat(64))).rejects.toMatchObject({ code: 'unreachable' });
    await expect(holdpoint.reportExecution('apr_a', { actionHash: 'f'.repeat(64), outcome: 'succeeded' })).rejects.toMatchObject({
      status: 0,
    });
    expect(calls).toHaveLength(2);
  });
  it('waits for a decision by its id, and stops at once when it is aborted', async () => {
    const { holdpoint } = await anApi(pending, approved);
    expect(await holdpoint.waitForDecision('apr_a')).toEqual({ decision: 'approved' });
    const slow = await anApi(pending);
    const reason = new Error('the user left');
    await expect(slow.holdpoint.waitForDecision('apr_a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(slow.calls).toEqual([]);
    const broken = await anApi({ status: 0, drop: true });
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 50);
    await expect(broken.holdpoint.waitForDecision('apr_a', { signal: abort.signal })).rejects.toBe(reason);
  });
  it('never lets an id leave its place in the path', async () => {
    const { holdpoint, calls } = await anApi(approved);
    await holdpoint.get('../../admin?x=1');
    expect(calls[0]!.url).toBe('/v1/approvals/..%2F..%2Fadmin%3Fx%3D1');
  });
});

describe('an answer that is not the one asked for', () => {
  it('is an error with the problem and when to come back', async () => {
    const { holdpoint } = await anApi(problem(429, 'rate_limited', { 'retry-after': '7' }));
    const error = await holdpoint.request(body).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HoldpointError);
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limited',
      retryAfterSec: 7,
      message: 'it is rate_limited',
      problem: { title: 'T' },
    });
  });
  it('is an error too when it is no problem document, a redirect, or none at all', async () => {
    const odd = await anApi({ status: 502, body: 'Bad gateway' });
    await expect(odd.holdpoint.get('apr_a')).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' });
    const moved = await anApi({ status: 302, headers: { location: 'http://127.0.0.1:9/' } });
    await expect(moved.holdpoint.get('apr_a')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
    const gone = new Holdpoint({ baseUrl: 'http://127.0.0.1:9', apiKey: 'hp_test_key' });
    await expect(gone.get('apr_a')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
    await expect(gone.get('apr_a')).rejects.toMatchObject({ message: expect.not.stringContaining('hp_test_key') as string });
  });
});

describe('a callback', () => {
  const rawBody = JSON.stringify({ version: 1, decision: 'approved', note: 'é' });
  const nowSec = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', Buffer.alloc(32, 5)).update(`msg_1.${nowSec}.${rawBody}`).digest('base64');
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(nowSec), 'webhook-signature': `v1,${signature}` };
  const holdpoint = new Holdpoint({ baseUrl: 'http://127.0.0.1:9', apiKey: 'hp_test_key', webhookSecret: secret });

  it('is read when its signature holds', () => {
    expect(holdpoint.verifyCallback(rawBody, headers)).toEqual(JSON.parse(rawBody));
    expect(holdpoint.verifyCallback(Buffer.from(rawBody), headers)).toEqual(JSON.parse(rawBody));
  });
  it('is refused when it was changed, or when there is nothing to check it with', () => {
    expect(() => holdpoint.verifyCallback(rawBody.replace('approved', 'rejected'), headers)).toThrow(WebhookVerificationError);
    const keyless = new Holdpoint({ baseUrl: 'http://127.0.0.1:9', apiKey: 'hp_test_key' });
    expect(() => keyless.verifyCallback(rawBody, headers)).toThrow(/at least one secret/);
  });
});
