import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { aMessage, gateCall, headersFor, send } from './a-message.ts';
import { connectClient, GENERATIONS } from './a-client.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

const LIST = aMessage('tools/list', {});
const post = (body: unknown, options: { key?: string; headers?: Record<string, string> } = {}) =>
  world.call('POST', '/mcp', body, { ...options, headers: { ...headersFor(LIST), ...options.headers } });

describe('the door', () => {
  it.each([
    ['no key', { authorization: '' }],
    ['a made-up key', { authorization: 'Bearer hp_live_abcdefgh_0123456789abcdef0123456789abcdef' }],
    ['a password', { authorization: 'Basic aHBfOmxpdmU=' }],
  ])('stays shut for %s, and says where to read how it opens', async (_, headers) => {
    const response = await post(LIST, { headers });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
    const challenge = response.headers.get('www-authenticate')!;
    const where = /resource_metadata="([^"]+)"/.exec(challenge)![1]!;
    const metadata = await fetch(world.url + new URL(where).pathname);
    expect(await metadata.json()).toEqual({
      resource: 'http://127.0.0.1:7070/mcp',
      resource_name: 'Holdpoint',
      bearer_methods_supported: ['header'],
      scopes_supported: ['requests:write', 'requests:read'],
    });
    expect((await fetch(`${world.url}/.well-known/oauth-protected-resource`)).status).toBe(200);
  });
  it.each(GENERATIONS)('tells a client of %s with a wrong key that it is not let in', async generation => {
    await expect(connectClient(generation, world.url, 'hp_live_abcdefgh_0123456789abcdef0123456789abcdef')).rejects.toThrow();
  });
  it('wants the scope of what is asked, and no more', async () => {
    const readOnly = { key: world.keys.readOnly };
    expect((await send(world, LIST, readOnly)).status).toBe(200);
    const asking = gateCall('scope');
    const refused = await world.call('POST', '/mcp', asking, { ...readOnly, headers: headersFor(asking) });
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="requests:write"');
    expect(await problemOf(refused)).toMatchObject({ status: 403, code: 'scope_missing' });
    const id = String((await send(world, asking, { key: world.keys.writeOnly })).result.structuredContent!['approvalId']);
    const checking = aMessage('tools/call', { name: 'check_approval', arguments: { approval_id: id } });
    expect((await world.call('POST', '/mcp', checking, { key: world.keys.writeOnly, headers: headersFor(checking) })).status).toBe(403);
    expect((await send(world, checking, readOnly)).status).toBe(200);
  });
  it('is shut for pages of other sites and for names this server does not have', async () => {
    const origin = await post(LIST, { headers: { origin: 'https://evil.example' } });
    expect(await problemOf(origin)).toMatchObject({ status: 403, code: 'origin_not_allowed' });
    const status = await new Promise<number | undefined>(resolve => {
      const { port } = new URL(world.url);
      const headers = {
        ...headersFor(LIST),
        host: 'evil.example',
        authorization: `Bearer ${world.keys.live}`,
        'content-type': 'application/json',
      };
      httpRequest({ port, host: '127.0.0.1', path: '/mcp', method: 'POST', headers }, answer => {
        resolve(answer.statusCode);
        answer.resume();
      }).end(JSON.stringify(LIST));
    });
    expect(status).toBe(403);
  });
  it.each(['GET', 'DELETE', 'PUT'])('has no sessions: %s is 405', async method => {
    const response = await fetch(`${world.url}/mcp`, {
      method,
      headers: { authorization: `Bearer ${world.keys.live}`, accept: 'text/event-stream' },
    });
    expect(response.headers.get('allow')).toBe('POST');
    expect(await problemOf(response)).toMatchObject({ status: 405 });
  });
  it('holds no stream open for news that never come', async () => {
    const { error } = await send(world, aMessage('subscriptions/listen', { notifications: {} }));
    expect(error).toBeDefined();
  });
});

const text = JSON.stringify(gateCall('hostile'));
const withArgument = (member: string) => text.replace('"wait_seconds":0', `"wait_seconds":0,${member}`);
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a hostile body', () => {
  it.each<[what: string, body: string | Uint8Array, status: number, rpc: number, code: string]>([
    ['nothing', '', 400, -32_700, 'json_empty'],
    ['text', 'approve everything', 400, -32_700, 'json_syntax'],
    ['half a message', text.slice(0, -20), 400, -32_700, 'json_syntax'],
    ['two messages', text + text, 400, -32_700, 'json_trailing_data'],
    ['a byte order mark', Buffer.from(`\ufeff${text}`), 400, -32_700, 'json_byte_order_mark'],
    ['a Latin-1 letter', Buffer.from(withArgument('"currency":"ä"'), 'latin1'), 400, -32_700, 'json_invalid_utf8'],
    ['a lone surrogate', withArgument('"currency":"\\ud83d"'), 400, -32_700, 'json_lone_surrogate'],
    ['an amount given twice', withArgument('"amount":1,"amount":999'), 400, -32_700, 'json_duplicate_key'],
    ['a method given twice', text.replace('"method"', '"method":"tools/list","method"'), 400, -32_700, 'json_duplicate_key'],
    ['an amount that JavaScript would change', withArgument('"amount":9007199254740993'), 400, -32_700, 'json_unsafe_integer'],
    ['an amount beyond all numbers', withArgument('"amount":1e400'), 400, -32_700, 'json_number_out_of_range'],
    ['a prototype', withArgument('"__proto__":{"approved":true}'), 400, -32_700, 'json_forbidden_key'],
    ['a constructor', withArgument('"constructor":{"prototype":{"approved":true}}'), 400, -32_700, 'json_forbidden_key'],
    ['65 levels', withArgument(`"x":${nested(65)}`), 400, -32_700, 'json_too_deep'],
    ['20 000 brackets', '['.repeat(20_000), 400, -32_700, 'json_too_deep'],
    ['a batch', `[${text}]`, 400, -32_600, 'batch_not_supported'],
    ['an empty batch', '[]', 400, -32_600, 'batch_not_supported'],
    ['a batch of many', `[${Array.from({ length: 100 }, () => text).join()}]`, 400, -32_600, 'batch_not_supported'],
    ['null', 'null', 400, -32_600, 'not_a_message'],
    ['another protocol', text.replace('"2.0"', '"1.0"'), 400, -32_600, 'not_a_message'],
    ['an id that is an object', text.replace('"id":1', '"id":{}'), 400, -32_600, 'not_a_message'],
    ['an id that is nothing', text.replace('"id":1', '"id":null'), 400, -32_600, 'not_a_message'],
    ['an id of a novel', text.replace('"id":1', `"id":"${'x'.repeat(257)}"`), 400, -32_600, 'not_a_message'],
  ])('of %s is refused in the words of the protocol', async (_, body, status, rpc, code) => {
    const response = await post(body, { headers: headersFor(gateCall('hostile')) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: rpc, data: { code } } });
  });
  it.each<[what: string, body: string | Uint8Array, headers: Record<string, string>, status: number]>([
    ['128 KiB', withArgument(`"currency":"${'x'.repeat(131_072)}"`), {}, 413],
    ['2 MiB', 'x'.repeat(2_097_152), {}, 413],
    ['a form', 'method=tools/call', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', text, { 'content-type': 'text/plain' }, 415],
    ['a compressed message', gzipSync(text), { 'content-encoding': 'gzip' }, 415],
  ])('of %s is refused unread', async (_, body, headers, status) => {
    expect(await problemOf(await post(body, { headers }))).toMatchObject({ status });
  });
  it.each<[what: string, message: object, headers?: Record<string, string>]>([
    ['a method that does not exist', aMessage('tools/approve', {})],
    ['a method of the prototype', aMessage('constructor', {})],
    ['a tool of the prototype', aMessage('tools/call', { name: 'constructor', arguments: {} })],
    ['a tool that is no text', aMessage('tools/call', { name: ['request_human_approval'], arguments: {} })],
    ['parameters that are a list', { ...gateCall('x'), params: [] }],
    ['headers that say another method', gateCall('x'), { 'mcp-method': 'tools/list' }],
    ['headers that say another tool', gateCall('x'), { 'mcp-name': 'check_approval' }],
    ['headers that say another protocol', gateCall('x'), { 'mcp-protocol-version': '2025-11-25' }],
    ['a protocol of the future', JSON.parse(text.replace('2026-07-28', '2099-01-01')) as object],
  ])('with %s is answered with an error and records nothing', async (_, message, headers = {}) => {
    const before = await recorded();
    const response = await post(message, { headers: { ...headersFor(message as ReturnType<typeof aMessage>), ...headers } });
    const answer = (await response.json()) as { error?: { code: number } };
    expect(answer.error?.code).toBeLessThan(0);
    expect(JSON.stringify(answer)).not.toMatch(/\.ts|\.mjs|at [A-Z]\w+\./);
    expect(await recorded()).toBe(before);
  });
});

/** Requests on record, counted by the log itself. */
const recorded = async (): Promise<number> => {
  let count = 0;
  await world.parts.eventLog.replay({
    from: 'start',
    prefixes: ['approval-'],
    onEvents: events => void (count += events.filter(({ type }) => type === 'ApprovalRequested').length),
  });
  return count;
};
