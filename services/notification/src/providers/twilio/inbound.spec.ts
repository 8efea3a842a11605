import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InboundRequest } from '../../channels/channel.ts';
import { callbackUrl, formOf, messageReceipt, verifyTwilio } from './inbound.ts';

const authToken = '12345';
const accountSid = `AC${'0a'.repeat(16)}`;
const verify = verifyTwilio({ authToken, accountSid });
const url = 'https://approvals.example.test/channels/sms/aaaaaaaaaaaaaaaaaaaaaaaaaa?c=apr_a.ntf_b';
const members = { AccountSid: accountSid, Body: "It's “late” & dark", From: '+15005550006', MessageSid: 'SM1' };

const signed = (text: string, token = authToken) => createHmac('sha1', token).update(text, 'utf8').digest('base64');
/** What Twilio signs for a form: the URL, then the names in order, each followed by its value. */
const overForm = (form: Record<string, string>, at = url) =>
  at +
  Object.keys(form)
    .toSorted()
    .map(name => name + form[name])
    .join('');
const request = (form: Record<string, string>, signature: string | undefined, more: Partial<InboundRequest> = {}): InboundRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', 'x-twilio-signature': signature },
  rawBody: Buffer.from(new URLSearchParams(form).toString()),
  ...more,
});
const verdict = (asked: InboundRequest) => verify(asked).verdict;

describe('a signature of Twilio', () => {
  it('is accepted as Twilio documents it', () => {
    // The example of Twilio's security page, with the Auth Token 12345.
    const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
    const at = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    const asked = request(form, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', { url: at });
    expect(verify(asked)).toEqual({ verdict: 'refused', reason: 'another account' });
    expect(verify({ ...asked, headers: { ...asked.headers, 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B9=' } })).toEqual({
      verdict: 'refused',
      reason: 'wrong signature',
    });
  });

  it('over the URL with its query and the form is accepted, whatever the order or the escaping of the form', () => {
    expect(verdict(request(members, signed(overForm(members))))).toBe('accepted');
    const escaped = Buffer.from(new URLSearchParams(Object.entries(members).toReversed()).toString().replaceAll('+', '%20'));
    expect(verdict(request(members, signed(overForm(members)), { rawBody: escaped }))).toBe('accepted');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of another token', signed(overForm(members), 'another')],
    ['over the form alone', signed(overForm(members, ''))],
    ['over another path', signed(overForm(members, url.replace('/sms/', '/voice/')))],
    ['over another correlation', signed(overForm(members, url.replace('ntf_b', 'ntf_c')))],
    ['over http instead of https', signed(overForm(members, url.replace('https', 'http')))],
    ['over another text', signed(overForm({ ...members, Body: 'A K7Q2M' }))],
    ['over one name fewer', signed(overForm({ AccountSid: accountSid }))],
  ])('that is %s is refused', (_, signature) => {
    expect(verdict(request(members, signature))).toBe('refused');
  });

  it('of another account of the same owner is refused', () => {
    const theirs = { ...members, AccountSid: `AC${'0b'.repeat(16)}` };
    expect(verify(request(theirs, signed(overForm(theirs))))).toEqual({ verdict: 'refused', reason: 'another account' });
  });

  it('binds a JSON body by its hash in the URL, byte by byte', () => {
    const body = '{"a": "\\u00e9"}';
    const at = `${url}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const json = (text: string, where = at, signature = signed(where)) =>
      verdict(
        request({}, signature, {
          url: where,
          rawBody: Buffer.from(text),
          headers: { 'content-type': 'application/json', 'x-twilio-signature': signature },
        }),
      );
    expect(json(body)).toBe('accepted');
    expect(json(JSON.stringify(JSON.parse(body)))).toBe('refused');
    expect(json(body, url)).toBe('refused');
    expect(json(body, at, signed(url))).toBe('refused');
  });

  it('binds no body that is neither a form nor hashed', () => {
    const headers = { 'content-type': 'text/plain', 'x-twilio-signature': signed(url) };
    expect(verdict(request({}, '', { headers, rawBody: Buffer.from('AccountSid=x') }))).toBe('refused');
    expect(verdict(request({}, '', { headers, rawBody: Buffer.alloc(0) }))).toBe('accepted');
  });
});

describe('a status of a message', () => {
  const receipt = (form: Record<string, string>) => {
    const asked = request(form, undefined);
    return messageReceipt(asked, formOf(asked));
  };

  it.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('%s is a receipt: %s', (status, expected) => {
    expect(receipt({ MessageSid: 'SM1', MessageStatus: status })).toMatchObject({
      kind: 'receipt',
      inboundId: `SM1:${status}`,
      correlation: 'apr_a.ntf_b',
      status: expected,
    });
  });

  it.each(['accepted', 'scheduled', 'queued', 'sending', 'teleported'])('%s says nothing yet', status => {
    expect(receipt({ MessageSid: 'SM1', MessageStatus: status })).toMatchObject({ kind: 'ignored' });
  });

  it('of a failure carries its class', () => {
    expect(receipt({ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30005' })).toMatchObject({
      failure: { class: 'recipient_gone', code: '30005' },
    });
    expect(receipt({ MessageSid: 'SM1', MessageStatus: 'failed', ErrorCode: '' })).toMatchObject({ failure: { class: 'retryable' } });
  });

  it('is none without a status', () => {
    expect(receipt({ MessageSid: 'SM1', Body: 'hello' })).toBeNull();
  });
});

describe('the address of a callback', () => {
  it('adds to the query that is there', () => {
    expect(callbackUrl('https://h.test/x', { c: 'a.b' })).toBe('https://h.test/x?c=a.b');
    expect(callbackUrl('https://h.test/x?y=1', { c: 'a&b' })).toBe('https://h.test/x?y=1&c=a%26b');
  });
});
