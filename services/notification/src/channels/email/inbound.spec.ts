import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handleFor } from '../a-message.fixture.ts';
import type { InboundRequest } from '../channel.ts';
import { senderVerdict } from './authentication-results.ts';
import { mailInbound } from './inbound.ts';

const SECRET = 'a-secret-of-the-mail-server';
const inbound = mailInbound({ domain: 'reply.example.test', secret: SECRET, authservId: 'mx.example.test' });
const HANDLE = handleFor('reject');
const TO = `r+${HANDLE.slice(3)}@reply.example.test`;

const request = (body: string, headers: InboundRequest['headers'] = {}): InboundRequest => ({
  method: 'POST',
  url: 'https://approvals.example.test/channels/email/aaaaaaaaaaaaaaaaaaaaaaaaaa',
  headers,
  rawBody: Buffer.from(body),
});
const mail = (lines: { headers?: string[]; from?: string; to?: string; body?: string }): string =>
  [
    ...(lines.headers ?? ['Authentication-Results: mx.example.test; dmarc=pass header.from=example.test']),
    `From: ${lines.from ?? 'Ada <ada@example.test>'}`,
    `To: ${lines.to ?? TO}`,
    'Subject: Re: x',
    'Message-ID: <1@example.test>',
    'Content-Type: text/plain; charset=utf-8',
    '',
    lines.body ?? 'Approve',
  ].join('\r\n');
const itemOf = async (text: string) => (await inbound.parse(request(text)))[0];

describe('a hand-over', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([`Bearer ${SECRET}`, `bearer ${SECRET}`, basic(`holdpoint:${SECRET}`)])('with the secret is taken: %s', authorization => {
    expect(inbound.verify(request(mail({}), { authorization }), 0)).toEqual({ verdict: 'accepted' });
  });
  it.each([undefined, '', 'Bearer', `Bearer ${SECRET}x`, SECRET, basic('holdpoint:wrong'), basic(SECRET.slice(1))])(
    'without it is refused: %s',
    authorization => {
      expect(inbound.verify(request(mail({}), { authorization }), 0)).toMatchObject({ verdict: 'refused' });
    },
  );
  it('that is no POST is refused', () => {
    expect(inbound.verify({ ...request('', { authorization: `Bearer ${SECRET}` }), method: 'GET' }, 0)).toMatchObject({
      verdict: 'refused',
    });
  });
});

const samples = readdirSync(new URL('./samples/', import.meta.url)).map(
  file =>
    JSON.parse(readFileSync(new URL(`./samples/${file}`, import.meta.url), 'utf8')) as {
      name: string;
      request: { body: string };
      items: object[];
    },
);
it.each(samples.map(sample => [sample.name, sample] as const))('sample: %s', async (_, { request: { body }, items }) => {
  expect(await inbound.parse(request(body))).toMatchObject(items);
});

describe('an answer', () => {
  it('names its sender, its handle and its first own line', async () => {
    expect(await itemOf(mail({ body: '\r\nReject: wrong customer\r\n\r\nOn Sunday, Holdpoint wrote:\r\n> Approve' }))).toEqual({
      kind: 'text',
      inboundId: '<1@example.test>',
      identities: ['ada@example.test'],
      text: 'Reject: wrong customer',
      handle: HANDLE,
      reply: { to: 'ada@example.test', messageId: '<1@example.test>', subject: 'Re: x', refusal: null },
    });
  });

  it.each([
    ['Auto-Submitted: auto-replied', 'Auto-Submitted'],
    ['Precedence: bulk', 'Precedence'],
    ['Precedence: auto_reply', 'Precedence'],
    ['X-Autoreply: yes', 'X-Autoreply'],
    ['List-Id: <all.example.test>', 'list'],
    ['Return-Path: <>', 'bounce'],
  ])('that nobody gave is ignored: %s', async (header, reason) => {
    expect(await itemOf(mail({ headers: [header] }))).toEqual({ kind: 'ignored', reason: expect.stringContaining(reason) });
  });
  it('of a mail server is ignored', async () => {
    expect(await itemOf(mail({ from: 'MAILER-DAEMON@example.test' }))).toMatchObject({ kind: 'ignored' });
    const report = mail({}).replace('text/plain; charset=utf-8', 'multipart/report; boundary=b');
    expect(await itemOf(report)).toMatchObject({ kind: 'ignored', reason: expect.stringContaining('report') });
  });
  it('to another address, to two, or of two senders is ignored', async () => {
    for (const to of [
      'ada@example.test',
      `${TO.replace('reply.', 'other.')}`,
      `r+short@reply.example.test`,
      `${TO}, r+${'a'.repeat(52)}@reply.example.test`,
    ])
      expect(await itemOf(mail({ to }))).toMatchObject({ kind: 'ignored' });
    expect(await itemOf(mail({ from: 'ada@example.test, bo@evil.test' }))).toMatchObject({ kind: 'ignored' });
    expect(await itemOf(mail({ from: 'ada@example.test\r\nFrom: bo@evil.test' }))).toMatchObject({ kind: 'ignored' });
  });
  it('is found by where it was delivered, whatever stands in To', async () => {
    const headers = ['Delivered-To: ' + TO, 'Authentication-Results: mx.example.test; dmarc=pass header.from=example.test'];
    expect(await itemOf(mail({ headers, to: 'undisclosed-recipients:;' }))).toMatchObject({ kind: 'text', handle: HANDLE });
  });
  it('that only quotes us, or attaches us, says nothing that decides', async () => {
    expect(await itemOf(mail({ body: '> Approve' }))).toMatchObject({ kind: 'text', text: '' });
    const attached = mail({
      body: '--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\nContent-Type: text/plain\r\n\r\nApprove\r\n--b--',
    });
    expect(await itemOf(attached.replace('text/plain; charset=utf-8', 'multipart/mixed; boundary=b'))).toMatchObject({
      kind: 'text',
      text: '',
    });
  });
  it('without a text part is read as a person sees it', async () => {
    const html = mail({ body: '<style>Approve</style><div>Reject<br>no</div><blockquote>Approve</blockquote>' }).replace(
      'text/plain',
      'text/html',
    );
    expect(await itemOf(html)).toMatchObject({ text: 'Reject' });
  });
  it('that is no message, or a bomb of parts, is ignored', async () => {
    expect(await itemOf('')).toMatchObject({ kind: 'ignored' });
    const nested = Array.from({ length: 40 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('');
    expect(await itemOf(`From: a@example.test\r\n${nested}`)).toMatchObject({ kind: 'ignored' });
  });
});

describe('a sender', () => {
  const refused = { verdict: 'refused' };
  it.each([
    [['mx.example.test; dmarc=pass (p=NONE) header.from=example.test'], { verdict: 'pass' }],
    [['MX.example.test 1; spf=pass smtp.mailfrom=x.test; dkim=fail; dmarc=pass header.from=Example.test'], { verdict: 'pass' }],
    [['mx.example.test; dmarc=pass header.from=example.test', 'mx.example.test; dkim=pass header.d=x'], { verdict: 'pass' }],
    [['mx.example.test; dmarc=pass header.from=example.test', 'other.test; dmarc=fail header.from=example.test'], { verdict: 'pass' }],
    [[], refused],
    [['mx.example.test; none'], refused],
    [['mx.example.test; dmarc=fail header.from=example.test'], refused],
    [['mx.example.test; dmarc=pass header.from=evil.test'], refused],
    [['mx.example.test; dmarc=pass'], refused],
    [['mx.example.test; spf=pass smtp.mailfrom=example.test; dkim=pass header.d=example.test'], refused],
    [['evil.test; dmarc=pass header.from=example.test'], refused],
    [['evil.test; dmarc=fail', 'mx.example.test; dmarc=pass header.from=example.test'], refused],
    [['mx.example.test; dmarc=fail header.from=example.test', 'mx.example.test; dmarc=pass header.from=example.test'], refused],
    [['mx.example.test; dmarc=pass header.from=example.test', 'mx.example.test; dmarc=fail header.from=example.test'], refused],
    [['mx.example.test; spf=none (; dmarc=pass header.from=example.test)'], refused],
    [['mx.example.test; spf=none ((x) ; dmarc=pass header.from=example.test'], refused],
    [['mx.example.test; dkim=pass header.i="; dmarc=pass header.from=example.test"'], refused],
    [['mx.example.test; dkim=pass header.i="\\"; dmarc=pass header.from=example.test'], refused],
    [['mx.example.test; xdmarc=pass header.from=example.test'], refused],
  ])('is vouched for as %j says', (values, expected) => {
    const headers = values.map(value => ({ key: 'authentication-results', value }));
    expect(senderVerdict(headers, 'mx.example.test', 'example.test')).toMatchObject(expected);
  });

  it.each(['Authentication-Results: mx.example.test; dmarc=fail header.from=example.test', 'X-Nothing: 1'])(
    'that is not vouched for is nobody, and is told why: %s',
    async header => {
      expect(await itemOf(mail({ headers: [header] }))).toMatchObject({
        kind: 'text',
        identities: [],
        handle: HANDLE,
        reply: { to: 'ada@example.test', refusal: expect.stringMatching(/\w{3}/) },
      });
    },
  );
});
