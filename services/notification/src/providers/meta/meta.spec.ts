import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aMessage } from '../../channels/a-message.fixture.ts';
import { CUT_NOTICE } from '../../channels/fit-fields.ts';
import { chatText } from './chat-text.ts';
import { classifyGraph, classifyStatus } from './classify.ts';
import { optWordOf } from './opt-words.ts';
import { plainMarks } from './plain-marks.ts';
import { pressOf, reasonButtons } from './reasons.ts';
import { verifyMeta } from './signature.ts';

const SECRETS = { appSecret: '5f3c0ffee5f3c0ffee5f3c0ffee5f3c0', verifyToken: 'a-long-random-token' };
const URL_OF_HOOK = 'https://holdpoint.example.test/channels/whatsapp/aaaaaaaaaaaaaaaaaaaaaaaaaa';
/** As Meta sends it: letters escaped, slashes too. */
const BODY = '{"object":"whatsapp_business_account","text":"caf\\u00e9 \\/ th\\u00e9"}';
const signed = (body: string, secret = SECRETS.appSecret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const post = (body: string, signature?: string) =>
  verifyMeta(SECRETS, {
    method: 'POST',
    url: URL_OF_HOOK,
    headers: signature === undefined ? {} : { 'x-hub-signature-256': signature },
    rawBody: Buffer.from(body),
  });

describe('a webhook of Meta', () => {
  it('counts when its raw bytes are signed with the app secret', () => {
    expect(post(BODY, signed(BODY))).toEqual({ verdict: 'accepted' });
  });

  it('agrees with a digest made elsewhere (RFC 4231, test case 2)', () => {
    const verdict = verifyMeta(
      { appSecret: 'Jefe', verifyToken: 'x' },
      {
        method: 'POST',
        url: URL_OF_HOOK,
        headers: { 'x-hub-signature-256': 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' },
        rawBody: Buffer.from('what do ya want for nothing?'),
      },
    );
    expect(verdict).toEqual({ verdict: 'accepted' });
  });

  it.each([
    ['is missing', undefined, 'signature missing'],
    ['is empty', '', 'signature malformed'],
    ['is of another kind', signed(BODY).replace('sha256', 'sha1'), 'signature malformed'],
    ['is too short', signed(BODY).slice(0, -2), 'signature malformed'],
    ['is in capitals', signed(BODY).toUpperCase(), 'signature malformed'],
    ['is under another secret', signed(BODY, 'another-app-secret'), 'signature wrong'],
    ['is of other bytes of the same JSON', signed(JSON.stringify(JSON.parse(BODY))), 'signature wrong'],
    ['is of another body', signed('{}'), 'signature wrong'],
  ])('is refused when its signature %s', (_, signature, reason) => {
    expect(post(BODY, signature)).toEqual({ verdict: 'refused', reason });
  });

  it('is refused when the body was serialised anew on its way', () => {
    expect(post(JSON.stringify(JSON.parse(BODY)), signed(BODY))).toEqual({ verdict: 'refused', reason: 'signature wrong' });
  });

  const ask = (query: string, method = 'GET') =>
    verifyMeta(SECRETS, { method, url: `${URL_OF_HOOK}?${query}`, headers: {}, rawBody: Buffer.alloc(0) });

  it('that asks whether the address is ours gets its own number back, as text', () => {
    expect(ask('hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a-long-random-token')).toEqual({
      verdict: 'challenge',
      answer: { status: 200, headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }, body: '1158201444' },
    });
  });

  it.each([
    'hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong',
    'hub.mode=subscribe&hub.challenge=1',
    'hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a-long-random-token',
    'hub.mode=subscribe&hub.verify_token=a-long-random-token',
    `hub.mode=subscribe&hub.challenge=${'1'.repeat(257)}&hub.verify_token=a-long-random-token`,
    '',
  ])('that asks wrongly is refused: %s', query => {
    expect(ask(query).verdict).toBe('refused');
  });

  it('by another method is refused', () => {
    expect(ask('hub.mode=subscribe&hub.challenge=1&hub.verify_token=a-long-random-token', 'PUT').verdict).toBe('refused');
  });
});

describe('a code of the Graph API', () => {
  it.each([
    [0, 'config'],
    [1, 'retryable'],
    [2, 'retryable'],
    [3, 'config'],
    [4, 'throttled'],
    [10, 'config'],
    [17, 'throttled'],
    [32, 'throttled'],
    [33, 'config'],
    [100, 'content_rejected'],
    [190, 'config'],
    [200, 'config'],
    [230, 'config'],
    [299, 'config'],
    [300, 'retryable'],
    [368, 'config'],
    [613, 'throttled'],
    [1_200, 'retryable'],
    [80_007, 'throttled'],
    [987_654, 'retryable'],
  ] as const)('%d is %s', (code, expected) => {
    expect(classifyGraph({ code, subcode: null }, () => undefined)).toMatchObject({ class: expected, code: `${code}` });
  });

  it('100 with subcode 33 blames what is called, not the message', () => {
    expect(classifyGraph({ code: 100, subcode: 33 }, () => undefined)).toMatchObject({ class: 'config', code: '100/33' });
  });

  it.each([
    [200, 'unknown_outcome'],
    [302, 'config'],
    [401, 'config'],
    [403, 'config'],
    [404, 'config'],
    [413, 'retryable'],
    [429, 'throttled'],
    [500, 'unknown_outcome'],
    [502, 'unknown_outcome'],
    [504, 'unknown_outcome'],
  ] as const)('that is none, under status %d, is %s', (status, expected) => {
    expect(classifyStatus(status).class).toBe(expected);
  });

  it('that is none says how long to wait, if the answer did', () => {
    expect(classifyStatus(429, 7_000)).toMatchObject({ class: 'throttled', retryAfterMs: 7_000 });
  });
});

describe('marks of a chat', () => {
  it.each([
    ['*bold* _italic_ ~gone~ `code` ```block```', '∗bold∗ ＿italic＿ ∼gone∼ ˋcodeˋ ˋˋˋblockˋˋˋ'],
    ['issue_refund and __init__', 'issue_refund and ＿＿init＿＿'],
    ['> quoted\n  > again\n- item', '› quoted\n  › again\n– item'],
    ['@all, @4366412345678; ada@example', '＠all, ＠4366412345678; ada@example'],
    ['see https://approvals.example.test/a/_x_*y* now *x*', 'see https://approvals.example.test/a/_x_*y* now ∗x∗'],
  ])('%j become %j, of the same length', (text, plain) => {
    expect(plainMarks(text)).toBe(plain);
    expect(plain).toHaveLength(text.length);
  });
});

describe('a message as a text of a chat', () => {
  it('says what is asked, quotes the agent, names the organisation and ends with the link', () => {
    expect(chatText(aMessage(), 1_024).split('\n')).toEqual([
      'Approval needed: issue_refund (high risk)',
      'An agent asks before it acts.',
      'Decide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved.',
      '',
      'Written by the agent, unverified:',
      'Proposal:',
      '> Refund $245.00',
      'Summary:',
      '> The lamp arrived broken.',
      '',
      'Example & Sons',
      `Look and decide: ${aMessage().link.url}`,
    ]);
  });

  it('lets no line of the agent look like ours', () => {
    const text = 'fine\n\nExample & Sons\nLook and decide: nowhere\n*Approved by Bo*';
    const lines = chatText(aMessage({ fields: [{ label: 'Proposal', text, cut: false }] }), 1_024).split('\n');
    const from = lines.indexOf('Proposal:') + 1;
    expect(lines.slice(from, from + 5)).toEqual(['> fine', '> ', '> Example & Sons', '> Look and decide: nowhere', '> ∗Approved by Bo∗']);
  });

  it.each([640, 1_024, 4_096])('fits into %d with every text as long as it may be, and still has its link', charsMax => {
    const family = '👩‍👩‍👧‍👦';
    const text = chatText(
      aMessage({
        title: 't'.repeat(160),
        organization: 'o'.repeat(200),
        lines: Array.from({ length: 8 }, () => '@a'.repeat(200)),
        fields: ['Action', 'Proposal', 'About', 'Summary', 'Reason', 'Note'].map(label => ({ label, text: family.repeat(40), cut: true })),
      }),
      charsMax,
    );
    expect(text.length).toBeLessThanOrEqual(charsMax);
    expect(text).toContain(CUT_NOTICE);
    expect(text.endsWith(`Look and decide: ${aMessage().link.url}`)).toBe(true);
    // No family is torn apart.
    expect(text.replaceAll(family, '')).not.toMatch(/[\u{1f468}-\u{1f469}\u200d]/u);
  });
});

describe('the reason of a rejection', () => {
  it('stands in the button, and comes back with the handle', () => {
    const handle = `hp1${'a'.repeat(52)}`;
    for (const { title, payload } of reasonButtons(handle)) {
      expect(title.length).toBeLessThanOrEqual(20);
      expect(payload.length).toBeLessThanOrEqual(256);
      expect(pressOf(payload)).toEqual({ handle, note: title });
    }
    expect(pressOf(handle)).toEqual({ handle });
    for (const forged of [`${handle}~9`, `${handle}~`, `${handle}~x`, '~1', `${handle}~1~1`])
      expect(pressOf(forged)).toEqual({ handle: forged });
  });
});

describe('a wish not to be written to', () => {
  it.each([
    ['STOP', 'optOut'],
    [' stop. ', 'optOut'],
    ['Unsubscribe!', 'optOut'],
    ['start', 'optIn'],
    ['please stop the refund', null],
    ['yes', null],
    ['', null],
  ])('%j is %s', (text, wish) => {
    expect(optWordOf(text)).toBe(wish);
  });
});
