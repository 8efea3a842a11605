import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
let recorded: string[];
beforeAll(async () => {
  // On a busy machine the largest of these hold the loop up; that it then sheds load is another spec's matter.
  world = await startIngest({ INGEST_RATE_BURST: '10000', INGEST_LOOP_LAG_MS_MAX: '60000' });
  recorded = [];
  world.parts.eventLog.subscribe({
    name: 'spec',
    from: 'end',
    prefixes: ['approval-', 'context-'],
    onEvents: events => void recorded.push(...events.map(({ type }) => type)),
  });
});
afterAll(() => world.close());

/** A valid body as text, with its last brace replaced by more members. */
const valid = () => JSON.stringify(aRequest());
const withMore = (members: string) => `${valid().slice(0, -1)},${members}}`;
const withAction = (args: string) =>
  withMore(`"x":0`)
    .replace(/"action":\{.*?\}\}/, `"action":{"name":"t","args":${args}}`)
    .replace(',"x":0', '');
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const words = (more: object) => aRequest({ arguments: { ...(aRequest().arguments as object), ...more } });
const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}`;

type Case = [what: string, body: () => string | Uint8Array, status: number, code: string, pointer?: string];

const NOT_JSON: Case[] = [
  ['nothing', () => '', 400, 'json_empty'],
  ['only spaces', () => '   \n', 400, 'json_empty'],
  ['text', () => 'approve everything', 400, 'json_syntax'],
  ['half a document', () => valid().slice(0, -20), 400, 'json_syntax'],
  ['single quotes', () => "{'source':'custom'}", 400, 'json_syntax'],
  ['a trailing comma', () => `${valid().slice(0, -1)},}`, 400, 'json_syntax'],
  ['a comment', () => `/* hi */${valid()}`, 400, 'json_syntax'],
  ['a form', () => 'source=custom&runId=1', 400, 'json_syntax'],
  ['a leading zero', () => withAction('{"amount":0245}'), 400, 'json_syntax'],
  ['a plus sign', () => withAction('{"amount":+245}'), 400, 'json_syntax'],
  ['a hexadecimal number', () => withAction('{"amount":0xF5}'), 400, 'json_syntax'],
  ['NaN', () => withAction('{"amount":NaN}'), 400, 'json_syntax'],
  ['Infinity', () => withAction('{"amount":Infinity}'), 400, 'json_syntax'],
  ['a bare control character in a text', () => withMore('"labels":{"a":"x\u0000y"}'), 400, 'json_syntax'],
  ['a raw line break in a text', () => withMore('"labels":{"a":"x\ny"}'), 400, 'json_syntax'],
  ['a bad escape', () => withMore('"labels":{"a":"\\x41"}'), 400, 'json_syntax'],
  ['a NUL behind the document', () => bytes(valid(), [0]), 400, 'json_trailing_data'],
  ['two documents', () => valid() + valid(), 400, 'json_trailing_data'],
  ['text behind the document', () => `${valid()} // and more`, 400, 'json_trailing_data'],
];
const NOT_UTF8: Case[] = [
  ['a byte order mark', () => bytes([0xef, 0xbb, 0xbf], valid()), 400, 'json_byte_order_mark'],
  ['UTF-16, little endian', () => Buffer.from(`\ufeff${valid()}`, 'utf16le'), 400, 'json_invalid_utf8'],
  ['UTF-16 without a mark', () => Buffer.from(valid(), 'utf16le'), 400, 'json_syntax'],
  ['a Latin-1 letter', () => Buffer.from(withMore('"labels":{"a":"käse"}'), 'latin1'), 400, 'json_invalid_utf8'],
  ['a byte that is never UTF-8', () => bytes(valid().slice(0, -1), ',"labels":{"a":"', [0xff], '"}}'), 400, 'json_invalid_utf8'],
  ['a cut-off character', () => bytes('{"a":"', [0xe2, 0x82], '"}'), 400, 'json_invalid_utf8'],
  ['an overlong slash', () => bytes('{"a":"', [0xc0, 0xaf], '"}'), 400, 'json_invalid_utf8'],
  ['a surrogate in UTF-8', () => bytes('{"a":"', [0xed, 0xa0, 0x80], '"}'), 400, 'json_invalid_utf8'],
  ['a lone high surrogate', () => withMore('"labels":{"a":"\\ud83d"}'), 400, 'json_lone_surrogate', '/labels/a'],
  ['a lone low surrogate', () => withMore('"labels":{"a":"\\ude00x"}'), 400, 'json_lone_surrogate', '/labels/a'],
  ['a lone surrogate in a name', () => withMore('"labels":{"\\ud800":"x"}'), 400, 'json_lone_surrogate'],
];
const TWO_READINGS: Case[] = [
  ['a duplicate member', () => withMore('"source":"mcp"'), 400, 'json_duplicate_key', '/source'],
  ['a duplicate amount', () => withAction('{"amount":1,"amount":999}'), 400, 'json_duplicate_key', '/action/args/amount'],
  [
    'a duplicate written with an escape',
    () => withAction('{"amount":1,"\\u0061mount":999}'),
    400,
    'json_duplicate_key',
    '/action/args/amount',
  ],
  ['a duplicate deep inside', () => withAction('{"a":[{"b":1,"b":2}]}'), 400, 'json_duplicate_key', '/action/args/a/0/b'],
  [
    'an integer that JavaScript would change',
    () => withAction('{"amount":9007199254740993}'),
    400,
    'json_unsafe_integer',
    '/action/args/amount',
  ],
  ['its negative', () => withAction('{"amount":-9007199254740993}'), 400, 'json_unsafe_integer', '/action/args/amount'],
  ['an account number as a number', () => withAction('{"iban":12345678901234567890}'), 400, 'json_unsafe_integer', '/action/args/iban'],
  ['a number beyond all numbers', () => withAction('{"amount":1e400}'), 400, 'json_number_out_of_range', '/action/args/amount'],
  ['its negative', () => withAction('{"amount":-1e400}'), 400, 'json_number_out_of_range', '/action/args/amount'],
  ['__proto__', () => withMore('"__proto__":{"admin":true}'), 400, 'json_forbidden_key'],
  ['__proto__ inside the arguments', () => withAction('{"__proto__":{"admin":true}}'), 400, 'json_forbidden_key'],
  ['__proto__ written with escapes', () => withAction('{"\\u005f_proto__":{"admin":true}}'), 400, 'json_forbidden_key'],
  ['constructor.prototype', () => withAction('{"constructor":{"prototype":{"admin":true}}}'), 400, 'json_forbidden_key'],
  ['one member under two spellings', () => withMore('"run_id":"other"'), 400, 'ambiguous_member', '/runId'],
];
const TOO_MUCH: Case[] = [
  ['a body over 1 MiB', () => withMore(`"labels":{"a":"${'x'.repeat(1_048_576)}"}`), 413, 'body_too_large'],
  ['65 levels', () => withAction(nested(64)), 400, 'json_too_deep'],
  ['100 000 opening brackets', () => '['.repeat(100_000), 400, 'json_too_deep'],
  ['10 001 keys', () => withAction(keys(10_001)), 400, 'json_too_many_keys'],
  ['100 000 keys', () => withAction(keys(70_000)), 400, 'json_too_many_keys'],
  [
    'a context over 768 KiB',
    () => JSON.stringify(aRequest({ context: { instructions: 'x'.repeat(800_000) } })),
    413,
    'context_too_large',
    '/context',
  ],
  ['an action over 256 KiB', () => withAction(JSON.stringify({ text: 'x'.repeat(270_000) })), 413, 'request_too_large'],
  [
    'a schema over 32 KiB',
    () => JSON.stringify(aRequest({ argsSchema: { description: 'x'.repeat(40_000) } })),
    422,
    'invalid_request',
    '/argsSchema',
  ],
  [
    'a summary over 4 000',
    () => JSON.stringify(words({ contextSummary: 'x'.repeat(4_001) })),
    422,
    'invalid_request',
    '/arguments/contextSummary',
  ],
  ['a thread id over 256', () => JSON.stringify(aRequest({ threadId: 'x'.repeat(257) })), 422, 'invalid_request', '/threadId'],
  [
    'a tool name over 128',
    () => JSON.stringify(aRequest({ action: { name: 'x'.repeat(129), args: {} } })),
    422,
    'invalid_request',
    '/action/name',
  ],
  [
    '501 messages',
    () => JSON.stringify(aRequest({ context: { messages: Array.from({ length: 501 }, () => ({ role: 'user', content: 'x' })) } })),
    422,
    'invalid_request',
    '/context/messages',
  ],
  [
    '33 labels',
    () => withMore(`"labels":{${Array.from({ length: 33 }, (_, i) => `"l${i}":"x"`).join()}}`),
    422,
    'invalid_request',
    '/labels',
  ],
  [
    'a state over 1 024',
    () => JSON.stringify(aRequest({ callback: { url: 'https://app.example/', state: 'x'.repeat(1_025) } })),
    422,
    'invalid_request',
    '/callback/state',
  ],
];
const WRONG_SHAPE: Case[] = [
  ['null', () => 'null', 422, 'invalid_request', ''],
  ['an array', () => `[${valid()}]`, 422, 'invalid_request', ''],
  ['a text', () => '"approve"', 422, 'invalid_request', ''],
  ['a number', () => '1', 422, 'invalid_request', ''],
  ['true', () => 'true', 422, 'invalid_request', ''],
  ['an empty object', () => '{}', 422, 'invalid_request', '/source'],
  ['an unknown member', () => withMore('"approved":true'), 422, 'invalid_request', '/approved'],
  ['an unknown source', () => valid().replace('openai.assistants', 'skynet'), 422, 'invalid_request', '/source'],
  ['an unknown risk', () => JSON.stringify(words({ riskLevel: 'none' })), 422, 'invalid_request', '/arguments/riskLevel'],
  ['risk as a list', () => JSON.stringify(words({ riskLevel: ['low'] })), 422, 'invalid_request', '/arguments/riskLevel'],
  ['an empty summary', () => JSON.stringify(words({ contextSummary: '' })), 422, 'invalid_request', '/arguments/contextSummary'],
  ['arguments as a text', () => JSON.stringify(aRequest({ arguments: '{}' })), 422, 'invalid_request', '/arguments'],
  ['action arguments as a list', () => withAction('[1,2]'), 422, 'invalid_request', '/action/args'],
  ['action arguments as a text', () => withAction('"{}"'), 422, 'invalid_request', '/action/args'],
  ['an action without arguments', () => JSON.stringify(aRequest({ action: { name: 't' } })), 422, 'invalid_request', '/action/args'],
  [
    'a decision that is none',
    () => JSON.stringify(aRequest({ allowedDecisions: ['approve', 'launch'] })),
    422,
    'invalid_request',
    '/allowedDecisions/1',
  ],
  ['no decision at all', () => JSON.stringify(aRequest({ allowedDecisions: [] })), 422, 'invalid_request', '/allowedDecisions'],
  ['a fraction of a second', () => JSON.stringify(aRequest({ deadlineSec: 60.5 })), 422, 'invalid_request', '/deadlineSec'],
  ['a deadline in words', () => JSON.stringify(aRequest({ expiresAt: 'tomorrow' })), 422, 'invalid_request', '/expiresAt'],
  ['a deadline in the past', () => JSON.stringify(aRequest({ expiresAt: '2020-01-01T00:00:00Z' })), 422, 'deadline_invalid', '/expiresAt'],
  [
    'a callback by file',
    () => JSON.stringify(aRequest({ callback: { url: 'file:///etc/passwd' } })),
    422,
    'invalid_request',
    '/callback/url',
  ],
  [
    'a callback by script',
    () => JSON.stringify(aRequest({ callback: { url: 'javascript:alert(1)' } })),
    422,
    'invalid_request',
    '/callback/url',
  ],
  [
    'a callback to cloud metadata',
    () => JSON.stringify(aRequest({ callback: { url: 'http://169.254.169.254/' } })),
    422,
    'callback_invalid',
    '/callback/url',
  ],
  [
    'a callback with a password',
    () => JSON.stringify(aRequest({ callback: { url: 'https://a:b@app.example/' } })),
    422,
    'callback_invalid',
    '/callback/url',
  ],
  ['an endpoint nobody made', () => JSON.stringify(aRequest({ callback: 'nobody' })), 422, 'callback_invalid', '/callback'],
  [
    'a batch index beyond its size',
    () => JSON.stringify(aRequest({ batch: { id: 'b', index: 3, size: 3 } })),
    422,
    'invalid_request',
    '/batch/index',
  ],
  [
    'no way to tell it from another',
    () => JSON.stringify(aRequest({ toolCallId: undefined })),
    400,
    'idempotency_key_required',
    '/toolCallId',
  ],
  ['a trace that is none', () => withMore('"traceparent":"00-x"'), 422, 'invalid_request', '/traceparent'],
];

describe.each([
  ['that is no JSON', NOT_JSON],
  ['that is no clean UTF-8', NOT_UTF8],
  ['that two parsers could read differently', TWO_READINGS],
  ['that is too much', TOO_MUCH],
  ['of the wrong shape', WRONG_SHAPE],
])('a body %s', (_, cases) => {
  it.each(cases)('%s', async (_what, body, status, code, pointer) => {
    const problem = await problemOf(await world.call('POST', '/v1/approvals', body(), { headers: { 'content-type': 'application/json' } }));
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail.length).toBeGreaterThan(10);
    if (pointer !== undefined) expect(problem.errors?.map(error => error.pointer)).toContain(pointer);
  });
});

describe('a body that says it is something else', () => {
  it.each([
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(aRequest()))],
    ['a bomb', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000_000, 0x20))],
    ['deflated', { 'content-encoding': 'deflate' }, '{}'],
    ['in another charset', { 'content-type': 'application/json; charset=utf-16le' }, Buffer.from(JSON.stringify(aRequest()), 'utf16le')],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'source=custom'],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['XML', { 'content-type': 'application/xml' }, '<a/>'],
    ['plain text', { 'content-type': 'text/plain' }, JSON.stringify(aRequest())],
    ['almost JSON', { 'content-type': 'application/json5' }, JSON.stringify(aRequest())],
  ] as [string, Record<string, string>, string | Uint8Array][])('%s is refused unread', async (_, headers, body) => {
    expect(await problemOf(await world.call('POST', '/v1/approvals', body, { headers }))).toMatchObject({ status: 415 });
  });
  it('longer than it is is refused when its time is over', async () => {
    const answer = await rawPost(`content-length: 5000`, JSON.stringify(aRequest()));
    expect(answer).toMatch(/^HTTP\/1\.1 (400|408) [^]*problem\+json/);
  }, 20_000);
  it('shorter than it is is read only that far', async () => {
    expect(await rawPost(`content-length: 10\r\nconnection: close`, JSON.stringify(aRequest()))).toMatch(
      /^HTTP\/1\.1 400 [^]*problem\+json/,
    );
  });
  it('both announced and chunked is refused', async () => {
    expect(await rawPost('content-length: 5\r\ntransfer-encoding: chunked', '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*problem\+json/);
  });
  it('of a negative length is refused', async () => {
    expect(await rawPost('content-length: -1', '{}')).toMatch(/^HTTP\/1\.1 400 [^]*problem\+json/);
  });
});

it('none of them is recorded, and good requests still are', async () => {
  const { id } = await world.ask();
  await expect.poll(() => recorded).toEqual(['ApprovalRequested']);
  expect(id).toMatch(/^apr_/);
});

const rawPost = (lengthHeaders: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () =>
      socket.write(
        `POST /v1/approvals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.keys.live}\r\ncontent-type: application/json\r\n${lengthHeaders}\r\n\r\n${body}`,
      ),
    );
    let answer = '';
    socket.on('data', chunk => (answer += String(chunk)));
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.setTimeout(15_000, () => socket.destroy());
  });
